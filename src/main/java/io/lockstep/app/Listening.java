package io.lockstep.app;

import io.lockstep.config.ConfigException;
import io.vertx.core.Future;

/** What is said when a server cannot listen where the configuration wants it to. */
final class Listening {

    private Listening() {}

    static <T> Future<T> refused(String portVariable, String host, int port, Throwable cause) {
        return Future.failedFuture(new ConfigException(
                portVariable, "cannot listen on " + host + " port " + port + ": " + cause.getMessage()));
    }
}
