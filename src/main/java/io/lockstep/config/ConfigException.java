package io.lockstep.config;

/** A setting that the server cannot start with; the message is one readable line that names the variable. */
public final class ConfigException extends RuntimeException {

    /**
     * @param variable the environment variable, e.g. {@code LOCKSTEP_PORT}
     * @param problem what is wrong with it, without its value where that is a secret
     */
    public ConfigException(String variable, String problem) {
        super(variable + ": " + problem, null, false, false); // a user's mistake needs no stack trace
    }
}
