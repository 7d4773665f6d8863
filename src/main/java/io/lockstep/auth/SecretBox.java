package io.lockstep.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.lockstep.model.EncryptedSecret;
import io.lockstep.model.Sid;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Encrypts secrets at rest: AES-256-GCM, with the SID that a secret belongs to as additional data, so that nobody can
 * move a stored secret to another account.
 */
public final class SecretBox {

    private static final int NONCE_LENGTH = 12;
    private static final int TAG_BITS = 128;
    private static final String CANARY = "canary";

    private final SecureRandom random = new SecureRandom();
    private final SecretKeySpec key;
    private final String keyId;

    public SecretBox(MasterKey masterKey) {
        this.key = new SecretKeySpec(masterKey.subkey("secrets"), "AES");
        this.keyId = masterKey.id();
    }

    /** Encrypts the secret of an account or key. */
    public EncryptedSecret encrypt(Sid owner, String secret) {
        return encrypt(owner.toString(), secret);
    }

    /** Decrypts it; fails with IllegalStateException when it is another's, or under another key. */
    public byte[] decrypt(Sid owner, EncryptedSecret secret) {
        try {
            return decrypt(owner.toString(), secret);
        } catch (AEADBadTagException e) {
            throw new IllegalStateException("the secret of " + owner + " is not under this master key", e);
        }
    }

    /** Something to store, by which {@link #opens} knows whether this key is the right one. */
    public EncryptedSecret canary() {
        return encrypt(CANARY, CANARY);
    }

    /** Whether the canary was made under this key. */
    public boolean opens(EncryptedSecret canary) {
        try {
            return canary.masterKeyId().equals(keyId) && decrypt(CANARY, canary).length > 0;
        } catch (AEADBadTagException e) {
            return false;
        }
    }

    private EncryptedSecret encrypt(String owner, String secret) {
        byte[] nonce = new byte[NONCE_LENGTH];
        random.nextBytes(nonce);
        try {
            byte[] sealed = cipher(Cipher.ENCRYPT_MODE, nonce, owner).doFinal(secret.getBytes(UTF_8));
            byte[] stored = Arrays.copyOf(nonce, NONCE_LENGTH + sealed.length);
            System.arraycopy(sealed, 0, stored, NONCE_LENGTH, sealed.length);
            return new EncryptedSecret(keyId, stored);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JVM has AES-GCM", e);
        }
    }

    private byte[] decrypt(String owner, EncryptedSecret secret) throws AEADBadTagException {
        byte[] stored = secret.bytes();
        try {
            return cipher(Cipher.DECRYPT_MODE, Arrays.copyOf(stored, NONCE_LENGTH), owner)
                    .doFinal(stored, NONCE_LENGTH, stored.length - NONCE_LENGTH);
        } catch (AEADBadTagException e) {
            throw e;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JVM has AES-GCM", e);
        }
    }

    private Cipher cipher(int mode, byte[] nonce, String owner) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(owner.getBytes(UTF_8));
        return cipher;
    }
}
