package io.lockstep.model;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A key with which a backend calls REST, and mints access tokens, for its account. Its secret is not part of it. */
public record ApiKey(Sid sid, Sid accountSid, @Nullable String friendlyName, Instant dateCreated) {}
