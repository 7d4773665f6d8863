package io.lockstep.app;

import io.lockstep.config.ConfigException;
import io.vertx.core.Future;

/** What is said when a server cannot listen where the configuration wants it to. */
final class Listening {

    private Listening() {}

    static <T> Future<T> refused(String portVariable, String host, int port, Throwable cause) {
        String reason = String.valueOf(cause.getMessage());
        boolean portsFault = reason.contains("in use") || reason.contains("denied");
        return Future.failedFuture(new ConfigException(
                portsFault ? portVariable : portVariable.replace("_PORT", "_HOST"),
                "cannot listen on " + host + " port " + port + ": " + reason));
    }
}
