package io.lockstep.config;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where the master key, which encrypts secrets at rest, comes from.
 *
 * @param base64 the key itself; null when it is in a file
 * @param file where it is read from, and made when missing; null when it is given itself
 */
public record MasterKeyConfig(
        @Nullable String base64, @Nullable Path file) {

    static final String VARIABLE = "LOCKSTEP_MASTER_KEY";

    /** Reads its variables; the embedded database has a file for it, any other asks for one of the two. */
    public static MasterKeyConfig from(Environment env, DatabaseConfig database) {
        String base64 = env.text(VARIABLE);
        String file = env.text(VARIABLE + "_FILE");
        if (base64 != null && file != null) {
            throw new ConfigException(VARIABLE, "set either it or LOCKSTEP_MASTER_KEY_FILE, not both");
        }
        if (base64 == null && file == null && database.url() != null) {
            throw new ConfigException(
                    VARIABLE,
                    "is needed with LOCKSTEP_DATABASE_URL: 32 bytes in base64, or LOCKSTEP_MASTER_KEY_FILE, which is"
                            + " made when missing");
        }
        return file == null && base64 == null
                ? new MasterKeyConfig(null, database.dataDirectory().resolve("master.key"))
                : new MasterKeyConfig(base64, file == null ? null : Path.of(file));
    }

    @Override
    public String toString() {
        return "MasterKeyConfig[" + (file == null ? "given" : file) + "]";
    }
}
