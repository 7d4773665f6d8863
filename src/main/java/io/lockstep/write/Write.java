package io.lockstep.write;

import io.lockstep.model.Caller;
import io.lockstep.model.Sid;

/** A command, who gives it, and in which Service. */
public record Write<C>(Caller caller, Sid serviceSid, C command) {}
