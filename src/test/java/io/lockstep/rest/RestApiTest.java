package io.lockstep.rest;

import static io.lockstep.rest.ServiceRoutesTest.assertError;
import static io.lockstep.testing.TestServer.as;
import static io.lockstep.testing.TestServer.basic;
import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.auth.AccountAdministration.Issued;
import io.lockstep.model.Sid;
import io.lockstep.testing.TestServer;
import io.lockstep.testing.TestServer.Answer;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds for every resource: credentials, methods, headers, addresses. */
class RestApiTest {

    private static final String SERVICES = "/v1/Services";

    @RegisterExtension
    static final TestServer server = new TestServer(Map.of("LOCKSTEP_TRUSTED_PROXIES", "127.0.0.0/8"));

    @RegisterExtension
    static final TestServer behindPublicUrl =
            new TestServer(Map.of("LOCKSTEP_PUBLIC_URL", "https://sync.example.com/"));

    @Nested
    class Credentials {

        @Test
        void anythingWrongWithThemIsAnsweredAlike() {
            Issued account = server.account();
            String wrong = account.sid() + ":" + "0".repeat(32);
            String unknown = Sid.generate(Sid.Kind.ACCOUNT) + ":" + account.secret();
            String unknownKey = Sid.generate(Sid.Kind.API_KEY) + ":" + account.secret();

            Answer none = server.send(server.request(SERVICES));

            assertError(none, 401, 20003);
            assertThat(none.header("WWW-Authenticate")).isEqualTo("Basic realm=\"Lockstep\"");
            for (String credentials :
                    new String[] {wrong, unknown, unknownKey, account.sid() + ":", "admin:admin", ""}) {
                Answer answer = server.send(server.request(SERVICES).header("Authorization", basic(credentials)));
                assertError(answer, 401, 20003);
                assertThat(answer.json()).isEqualTo(none.json());
                assertThat(answer.header("WWW-Authenticate")).isNotNull();
            }
        }

        @Test
        void anApiKeyActsForItsAccount() {
            Issued key = server.administer(
                    tools -> tools.administration().createKey(server.account().sid(), "key"));

            Answer answer = server.send(as(key, server.postForm(SERVICES, "")));

            assertThat(answer.json().getString("account_sid"))
                    .isEqualTo(server.account().sid().toString());
        }

        @Test
        void aDeletedKeyStopsWorkingWithinASecond() {
            Issued key = server.administer(
                    tools -> tools.administration().createKey(server.account().sid(), null));
            assertThat(list(key).status()).isEqualTo(200);

            server.administer(tools -> tools.apiKeys().delete(key.sid()));

            assertError(awaitStatus(key, 401), 401, 20003);
        }

        @Test
        void aSuspendedAccountIsToldSoWithItsKeysAndOnlyWhenTheSecretIsRight() {
            Issued account = server.newAccount();
            Issued key = server.administer(tools -> tools.administration().createKey(account.sid(), null));
            assertThat(list(account).status()).isEqualTo(200);
            assertThat(list(key).status()).isEqualTo(200);

            server.administer(tools -> tools.accounts().setActive(account.sid(), false));

            assertError(awaitStatus(account, 401), 401, 20005);
            assertError(awaitStatus(key, 401), 401, 20005);
            assertError(list(new Issued(account.sid(), "wrong")), 401, 20003);
            server.administer(tools -> tools.accounts().setActive(account.sid(), true));
            awaitStatus(account, 200);
        }

        @Test
        void aRotatedTokenReplacesTheOldOneWithinASecond() {
            Issued account = server.newAccount();
            assertThat(list(account).status()).isEqualTo(200);

            Issued rotated = server.administer(tools -> tools.administration().rotateToken(account.sid()));

            assertError(awaitStatus(account, 401), 401, 20003);
            assertThat(list(rotated).status()).isEqualTo(200);
        }

        private Answer list(Issued who) {
            return server.send(as(who, server.request(SERVICES).GET()));
        }

        private Answer awaitStatus(Issued who, int status) {
            Instant deadline = Instant.now().plus(Duration.ofMillis(1200)); // a second, and the request itself
            Answer answer = list(who);
            while (answer.status() != status && Instant.now().isBefore(deadline)) {
                answer = list(who);
            }
            assertThat(answer.status()).isEqualTo(status);
            return answer;
        }
    }

    @Nested
    class Routing {

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "/",
                    "/v1",
                    "/v1/",
                    "/v2/Services",
                    "/v1/services",
                    "/v1/Services//Maps//Items",
                    "/v1/Services/default/Nope",
                    "//v1/Services",
                    "/v1/./Services"
                })
        void anUnknownRouteIsNotFoundAlsoForAStranger(String path) {
            assertError(server.send(server.request(path)), 404, 20404);
        }

        @ParameterizedTest
        @ValueSource(strings = {"PUT", "PATCH", "TRACE", "FOO"})
        void anotherMethodIsRefusedWithTheAllowedOnes(String method) {
            Answer collection = server.send(server.request(SERVICES).method(method, BodyPublishers.noBody()));
            Answer one = server.send(server.request(SERVICES + "/default").method(method, BodyPublishers.noBody()));

            assertError(collection, 405, 20004);
            assertThat(collection.header("Allow")).isEqualTo("POST, GET, OPTIONS");
            assertError(one, 405, 20004);
            assertThat(one.header("Allow")).isEqualTo("GET, POST, DELETE, OPTIONS");
        }

        @ParameterizedTest
        @ValueSource(strings = {"%", "%zz", "%00", "%ED%A0%80", "a%"})
        void aBrokenPathIsRefused(String name) {
            assertThat(RawHttp.exchange(
                            server.port(),
                            "GET /v1/Services/" + name + " HTTP/1.1\r\nHost: x\r\nAuthorization: "
                                    + basic(server.account().sid() + ":"
                                            + server.account().secret())
                                    + "\r\nConnection: close\r\n\r\n"))
                    .startsWith("HTTP/1.1 400")
                    .contains("\"code\":20001");
        }
    }

    @Nested
    class Headers {

        @Test
        void everySuccessCarriesTheCrossOriginOnes() {
            Answer answer = server.get(SERVICES);

            assertThat(answer.header("Access-Control-Allow-Origin")).isEqualTo("*");
            assertThat(answer.header("Access-Control-Allow-Methods")).contains("POST", "DELETE");
            assertThat(answer.header("Access-Control-Allow-Headers"))
                    .contains("Authorization", "Idempotency-Key", "If-Match");
            assertThat(answer.header("Access-Control-Expose-Headers")).contains("ETag", "Idempotent-Replayed");
        }

        @Test
        void aPreflightNeedsNoCredentials() {
            Answer answer = server.send(server.request(SERVICES).method("OPTIONS", BodyPublishers.noBody()));

            assertThat(answer.status()).isEqualTo(204);
            assertThat(answer.header("Access-Control-Allow-Headers")).contains("Authorization");
        }

        @Test
        void everyAnswerHasAnIdOfItsOwn() {
            String one = server.get(SERVICES).header("Twilio-Request-Id");
            String other = server.get("/nope").header("Twilio-Request-Id");

            assertThat(one).matches("RQ[0-9a-f]{32}").isNotEqualTo(other);
        }

        @Test
        void aLongAnswerIsCompressedForWhoAsks() {
            Answer answer = server.send(as(server.account(), server.request(SERVICES + "?PageSize=1000"))
                    .header("Accept-Encoding", "gzip"));
            server.post(SERVICES);
            server.post(SERVICES);
            answer = server.send(as(server.account(), server.request(SERVICES)).header("Accept-Encoding", "gzip"));

            assertThat(answer.header("Content-Encoding")).isEqualTo("gzip");
        }
    }

    @Nested
    class Addresses {

        @Test
        void comeFromTheHostThatTheClientAskedFor() {
            assertThat(urlWith("GET", "Host: sync.example.org:1234"))
                    .contains("\"url\":\"http://sync.example.org:1234/v1/Services/IS");
        }

        @Test
        void neverRepeatAHostThatIsNone() {
            assertThat(urlWith("GET", "Host: evil\"><script>")).doesNotContain("script");
        }

        @Test
        void comeFromATrustedProxy() {
            assertThat(urlWith("GET", "Host: inner", "X-Forwarded-Proto: https", "X-Forwarded-Host: outer.example.com"))
                    .contains("\"url\":\"https://outer.example.com/v1/Services/IS");
            assertThat(urlWith(
                            "GET", "Host: inner", "Forwarded: for=1.2.3.4;proto=https;host=\"outer.example.com:8443\""))
                    .contains("\"url\":\"https://outer.example.com:8443/v1/Services/IS");
        }

        @Test
        void comeFromTheConfigurationWhereItSays() {
            String url = behindPublicUrl.post(SERVICES).json().getString("url");
            String page =
                    behindPublicUrl.get(SERVICES).json().getJsonObject("meta").getString("first_page_url");

            assertThat(url).startsWith("https://sync.example.com/v1/Services/IS");
            assertThat(page).startsWith("https://sync.example.com/v1/Services?PageSize");
        }

        @Test
        void comeFromNoProxyThatIsNotTrusted() {
            Answer answer =
                    behindPublicUrl.send(as(behindPublicUrl.account(), behindPublicUrl.request(SERVICES + "/default"))
                            .header("X-Forwarded-Host", "evil.example.com"));

            assertThat(answer.response().body()).doesNotContain("evil");
        }

        private String urlWith(String method, String... headers) {
            return RawHttp.exchange(
                    server.port(),
                    method + " /v1/Services/default HTTP/1.1\r\n" + String.join("\r\n", headers) + "\r\nAuthorization: "
                            + basic(server.account().sid() + ":"
                                    + server.account().secret())
                            + "\r\nConnection: close\r\n\r\n");
        }
    }
}
