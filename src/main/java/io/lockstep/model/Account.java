package io.lockstep.model;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** An account: the owner of Services and keys. Its auth token is not part of it. */
public record Account(Sid sid, @Nullable String friendlyName, boolean active, Instant dateCreated) {}
