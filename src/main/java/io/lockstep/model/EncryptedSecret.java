package io.lockstep.model;

/**
 * An auth token or key secret as it is stored: encrypted.
 *
 * @param masterKeyId which master key it is encrypted under
 * @param bytes nonce, ciphertext and tag, one after another
 */
@SuppressWarnings("ArrayRecordComponent") // compared and hashed by nobody
public record EncryptedSecret(String masterKeyId, byte[] bytes) {}
