package io.lockstep.webhook;

import io.lockstep.model.WebhookError;
import io.lockstep.webhook.WebhookSender.PrivateAddressException;
import io.lockstep.webhook.WebhookSender.UnknownNameException;
import io.netty.channel.ConnectTimeoutException;
import java.net.SocketException;
import java.security.GeneralSecurityException;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Tells why an attempt failed. */
final class Failures {

    private Failures() {}

    /** By the status of the answer; null when it did not fail. */
    static @Nullable WebhookError of(int status) {
        if (status >= 200 && status < 300) {
            return null;
        }
        if (status == 410) {
            return WebhookError.GONE;
        }
        if (status < 400) {
            return WebhookError.REDIRECT;
        }
        return status < 500 ? WebhookError.CLIENT_ERROR : WebhookError.SERVER_ERROR;
    }

    /**
     * By what went wrong.
     *
     * @param connected whether there was a connection by then
     */
    static WebhookError of(Throwable cause, boolean connected) {
        for (Throwable one = cause; one != null; one = one.getCause()) {
            if (one instanceof PrivateAddressException) {
                return WebhookError.PRIVATE_ADDRESS;
            }
            if (one instanceof UnknownNameException) {
                return WebhookError.DNS_FAILED;
            }
            if (one instanceof SSLException || one instanceof GeneralSecurityException) {
                return WebhookError.TLS_FAILED;
            }
            if (one instanceof ConnectTimeoutException) {
                return WebhookError.CONNECT_TIMEOUT;
            }
            if (one instanceof TimeoutException) {
                return connected ? WebhookError.READ_TIMEOUT : WebhookError.CONNECT_TIMEOUT;
            }
            if (!connected && one instanceof SocketException) {
                return WebhookError.CONNECTION_FAILED;
            }
        }
        return connected ? WebhookError.BROKEN_RESPONSE : WebhookError.CONNECTION_FAILED;
    }
}
