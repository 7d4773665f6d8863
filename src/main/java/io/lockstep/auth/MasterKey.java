package io.lockstep.auth;

import static java.util.Objects.requireNonNull;

import io.lockstep.config.ConfigException;
import io.lockstep.config.MasterKeyConfig;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The 32 bytes from which every key of the installation is derived. It encrypts nothing itself. */
public final class MasterKey {

    private static final int LENGTH = 32;
    private static final String HMAC = "HmacSHA256";

    private final byte[] bytes;

    MasterKey(byte[] bytes) {
        this.bytes = bytes.clone();
    }

    /**
     * The key of the configuration; makes its file, readable by its owner alone, when it is missing. Blocks. Fails with
     * {@link ConfigException} when it is no key or cannot be read.
     */
    public static MasterKey load(MasterKeyConfig config) {
        if (config.file() == null) {
            return decode("LOCKSTEP_MASTER_KEY", String.valueOf(config.base64()));
        }
        try {
            return decode("LOCKSTEP_MASTER_KEY_FILE", readOrMake(config.file()));
        } catch (IOException e) {
            throw new ConfigException(
                    "LOCKSTEP_MASTER_KEY_FILE",
                    "cannot read or make " + config.file() + " (" + e.getClass().getSimpleName() + ")");
        }
    }

    private static MasterKey decode(String variable, String base64) {
        try {
            byte[] key = Base64.getDecoder().decode(base64.strip());
            if (key.length == LENGTH) {
                return new MasterKey(key);
            }
        } catch (IllegalArgumentException ignored) {
            // the same complaint as for a wrong length
        }
        throw new ConfigException(variable, "must be 32 bytes in base64");
    }

    /** Of two servers that make it at once, both read the one that was there first. */
    private static String readOrMake(Path file) throws IOException {
        if (!Files.exists(file)) {
            Path directory = requireNonNull(file.toAbsolutePath().getParent(), "a file is in a directory");
            Files.createDirectories(directory);
            Path made = Files.createTempFile( // with mode 0600
                    directory,
                    "master-key",
                    ".new",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            try {
                Files.writeString(made, generate() + "\n");
                sync(made); // what is encrypted under it is synced too
                Files.createLink(file, made);
                sync(directory);
            } catch (FileAlreadyExistsException ignored) {
                // the other's counts
            } finally {
                Files.delete(made);
            }
        }
        return Files.readString(file);
    }

    private static void sync(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static String generate() {
        byte[] key = new byte[LENGTH];
        new SecureRandom().nextBytes(key);
        return Base64.getEncoder().encodeToString(key);
    }

    /** A key of 32 bytes for one purpose; those of different purposes tell nothing of one another. */
    public byte[] subkey(String purpose) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(bytes, HMAC));
            return mac.doFinal(("lockstep " + purpose).getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JVM has " + HMAC, e);
        }
    }

    /** Which key it is; it tells nothing of the key. */
    public String id() {
        return HexFormat.of().formatHex(Arrays.copyOf(subkey("id"), 8));
    }
}
