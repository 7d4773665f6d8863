package io.lockstep.config;

import org.jspecify.annotations.Nullable;

/**
 * The account and key that are ensured at start, for containers and CI. Each is all or nothing.
 *
 * @param accountSid null when no account is ensured
 * @param apiKeySid null when no key is ensured; it then belongs to that account
 */
public record BootstrapConfig(
        @Nullable String accountSid,
        @Nullable String authToken,
        @Nullable String apiKeySid,
        @Nullable String apiKeySecret) {

    /** Reads its variables. */
    public static BootstrapConfig from(Environment env) {
        return new BootstrapConfig(
                sid(env, "LOCKSTEP_ACCOUNT_SID", "AC"),
                secret(env, "LOCKSTEP_AUTH_TOKEN"),
                sid(env, "LOCKSTEP_API_KEY_SID", "SK"),
                secret(env, "LOCKSTEP_API_KEY_SECRET"));
    }

    public BootstrapConfig {
        together("LOCKSTEP_ACCOUNT_SID", accountSid, "LOCKSTEP_AUTH_TOKEN", authToken);
        together("LOCKSTEP_API_KEY_SID", apiKeySid, "LOCKSTEP_API_KEY_SECRET", apiKeySecret);
        if (apiKeySid != null && accountSid == null) {
            throw new ConfigException("LOCKSTEP_API_KEY_SID", "needs LOCKSTEP_ACCOUNT_SID, the account it belongs to");
        }
    }

    private static @Nullable String sid(Environment env, String name, String prefix) {
        String value = env.text(name);
        if (value != null && !value.matches(prefix + "[0-9a-f]{32}")) {
            throw new ConfigException(name, "must be " + prefix + " and 32 lower-case hexadecimal digits");
        }
        return value;
    }

    private static @Nullable String secret(Environment env, String name) {
        String value = env.secret(name);
        if (value != null && !value.matches("[!-~]{1,255}")) {
            throw new ConfigException(name, "must be 1 to 255 visible ASCII characters");
        }
        return value;
    }

    private static void together(String one, @Nullable String first, String other, @Nullable String second) {
        if ((first == null) != (second == null)) {
            throw new ConfigException(
                    first == null ? one : other, "must be set together with " + (first == null ? other : one));
        }
    }

    @Override
    public String toString() {
        return "BootstrapConfig[" + accountSid + ", " + apiKeySid + "]";
    }
}
