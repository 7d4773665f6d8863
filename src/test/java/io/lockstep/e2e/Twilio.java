package io.lockstep.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.twilio.exception.ApiException;
import com.twilio.http.HttpClient;
import com.twilio.http.NetworkHttpClient;
import com.twilio.http.Request;
import com.twilio.http.Response;
import com.twilio.http.TwilioRestClient;
import java.net.URI;
import org.apache.hc.client5.http.HttpRoute;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.core5.http.HttpHost;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Twilio's Java library, turned to one of our servers in either of the two ways that its users have. */
final class Twilio {

    private Twilio() {}

    /** Rewrites the address of each request; the server sees itself as the host. */
    static TwilioRestClient rewriting(Api api) {
        return client(api, new RewritingClient(api.address()));
    }

    /** Leaves requests as they are and turns the connection; the server sees sync.twilio.com as the host. */
    static TwilioRestClient routing(Api api) {
        HttpHost server =
                new HttpHost("http", api.address().getHost(), api.address().getPort());
        return client(
                api,
                new NetworkHttpClient(
                        HttpClientBuilder.create().setRoutePlanner((target, context) -> new HttpRoute(server))));
    }

    /** Fails unless the call ends as the library tells of an error. */
    static void assertFails(ThrowingCallable call, int status, int code) {
        assertThatExceptionOfType(ApiException.class).isThrownBy(call).satisfies(failure -> {
            assertThat(failure.getStatusCode()).isEqualTo(status);
            assertThat(failure.getCode()).isEqualTo(code);
            assertThat(failure.getMoreInfo()).isEqualTo("https://www.twilio.com/docs/errors/" + code);
        });
    }

    private static TwilioRestClient client(Api api, HttpClient http) {
        return new TwilioRestClient.Builder(api.user(), api.password())
                .httpClient(http)
                .build();
    }

    private static final class RewritingClient extends NetworkHttpClient {

        private final URI server;

        RewritingClient(URI server) {
            this.server = server;
        }

        @Override
        public Response makeRequest(Request request) {
            String url = request.getUrl().replaceFirst("^https?://sync\\.twilio\\.com", server.toString());
            Request redirected = new Request(request.getMethod(), url);
            redirected.setAuth(request.getUsername(), request.getPassword());
            request.getQueryParams()
                    .forEach((name, values) -> values.forEach(value -> redirected.addQueryParam(name, value)));
            request.getPostParams()
                    .forEach((name, values) -> values.forEach(value -> redirected.addPostParam(name, value)));
            request.getHeaderParams()
                    .forEach((name, values) -> values.forEach(value -> redirected.addHeaderParam(name, value)));
            redirected.setContentType(request.getContentType());
            return super.makeRequest(redirected);
        }
    }
}
