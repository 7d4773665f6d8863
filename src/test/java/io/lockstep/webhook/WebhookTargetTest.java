package io.lockstep.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lockstep.webhook.Overrides.Policy;
import io.lockstep.webhook.Overrides.Retries;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WebhookTargetTest {

    @ParameterizedTest
    @CsvSource({
        "http://host/path?a=b, false, host, 80, /path?a=b",
        "https://host, true, host, 443, /",
        "HTTPS://Host:8443?a=b, true, Host, 8443, /?a=b",
        "http://[::1]:81/, false, ::1, 81, /",
        "http://web_hooks:/x, false, web_hooks, 80, /x",
        "http://host/ö, false, host, 80, /%C3%B6",
        "http://host/a%20b#rc=1, false, host, 80, /a%20b",
    })
    void aUrlIsTakenApart(String url, boolean ssl, String host, int port, String requestUri) {
        WebhookTarget target = WebhookTarget.parse(url);

        assertThat(target.ssl()).isEqualTo(ssl);
        assertThat(target.host()).isEqualTo(host);
        assertThat(target.port()).isEqualTo(port);
        assertThat(target.requestUri()).isEqualTo(requestUri);
        assertThat(target.authorization()).isNull();
    }

    @Test
    void theUrlIsSignedAsItIsStoredButForTheFragment() {
        assertThat(WebhookTarget.parse("http://user:pa%20ss@Host:80/ö?q#rc=1").signedUrl())
                .isEqualTo("http://user:pa%20ss@Host:80/ö?q");
    }

    @ParameterizedTest
    @CsvSource({
        "http://user:pass@host/, Basic dXNlcjpwYXNz",
        "http://user:p%40ss@host/, Basic dXNlcjpwQHNz",
        "http://user@host/, Basic dXNlcjo=",
    })
    void credentialsAreThoseOfTheUrlDecoded(String url, String authorization) {
        assertThat(WebhookTarget.parse(url).authorization()).isEqualTo(authorization);
        assertThat(WebhookTarget.parse(url).toString()).isEqualTo("http://host:80");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "host",
                "/path",
                "ftp://host/",
                "http:///path",
                "http://host:70000/",
                "http://host:0/",
                "http://a b/"
            })
    void whatIsNoAbsoluteUrlIsRefused(String url) {
        assertThatThrownBy(() -> WebhookTarget.parse(url)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void withoutAFragmentTheDefaultsCount() {
        Overrides overrides = WebhookTarget.parse("http://host/").overrides();

        assertThat(overrides)
                .isEqualTo(new Overrides(Duration.ofSeconds(5), Duration.ofSeconds(15), Duration.ofSeconds(15), null));
        assertThat(WebhookTarget.parse("http://host/#").overrides()).isEqualTo(overrides);
    }

    @Test
    void theFragmentOverridesThem() {
        Overrides overrides = Overrides.parse("ct=100&rt=200&tt=300&rc=5&rp=4xx,5xx&e=ashburn&sni=y");

        assertThat(overrides)
                .isEqualTo(new Overrides(
                        Duration.ofMillis(100),
                        Duration.ofMillis(200),
                        Duration.ofMillis(300),
                        new Retries(5, Set.of(Policy.CLIENT_ERROR, Policy.SERVER_ERROR))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ct=99",
                "rt=15001",
                "tt=abc",
                "rc=6",
                "rc=-1",
                "rp=never",
                "rp=",
                "nothing",
                "=&=",
                "ct=99999999999"
            })
    void whatIsOutOfItsRangeCountsAsNotGiven(String fragment) {
        assertThat(Overrides.parse(fragment)).isEqualTo(Overrides.parse(null));
    }

    @Test
    void ofCountAndPolicyOneIsEnough() {
        assertThat(Overrides.parse("rc=3").retries()).isEqualTo(new Retries(3, Set.of(Policy.CONNECT_TIMEOUT)));
        assertThat(Overrides.parse("rp=all").retries()).isEqualTo(new Retries(1, Set.of(Policy.values())));
    }
}
