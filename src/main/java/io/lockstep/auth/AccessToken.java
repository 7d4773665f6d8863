package io.lockstep.auth;

import io.lockstep.model.ServiceName;
import io.lockstep.model.Sid;
import java.time.Instant;

/**
 * What a client's access token says, once it has been verified (tokens-and-acl.md section 2).
 *
 * @param accountSid that the key belongs to
 * @param keySid of the API key that has signed it
 * @param identity of 1 to 256 code points
 * @param service the only one that it is good for
 * @param expires when it stops being good, in whole seconds
 */
public record AccessToken(Sid accountSid, Sid keySid, String identity, ServiceName service, Instant expires) {}
