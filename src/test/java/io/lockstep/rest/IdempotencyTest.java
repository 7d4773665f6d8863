package io.lockstep.rest;

import static io.lockstep.rest.ServiceRoutesTest.assertError;
import static io.lockstep.testing.TestServer.as;
import static io.lockstep.testing.TestServer.encode;
import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.auth.AccountAdministration.Issued;
import io.lockstep.testing.TestServer;
import io.lockstep.testing.TestServer.Answer;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A POST with an Idempotency-Key is done once, however often it is sent, and to whichever of two servers. */
class IdempotencyTest {

    private static final String SERVICES = "/v1/Services";
    private static final String HEADER = "Idempotency-Key";
    private static final String REPLAYED = "Idempotent-Replayed";

    @RegisterExtension
    static final TestServer one = new TestServer();

    @RegisterExtension
    static final TestServer other = new TestServer();

    private String key;
    private String service;
    private String documents;

    @BeforeEach
    void newService() {
        key = UUID.randomUUID().toString();
        service = SERVICES + "/" + one.post(SERVICES).json().getString("sid");
        documents = service + "/Documents";
    }

    /** Is answered twice with the same bytes: at first, and again by the other server. */
    private Answer twice(String path, String... form) {
        Answer first = post(one, key, path, form);
        Answer again = post(other, key, path, form);

        assertThat(first.header(REPLAYED)).isNull();
        assertReplayed(again, first);
        return first;
    }

    private static void assertReplayed(Answer again, Answer first) {
        assertThat(again.header(REPLAYED)).isEqualTo("true");
        assertThat(again.status()).isEqualTo(first.status());
        assertThat(again.response().body()).isEqualTo(first.response().body());
        assertThat(again.header("ETag")).isEqualTo(first.header("ETag"));
        assertThat(again.header("Content-Type")).isEqualTo(first.header("Content-Type"));
    }

    @Nested
    class WhatIsSentAgain {

        @Test
        void createsOneDocument() {
            Answer first = twice(documents, "Data", "{\"é\":\"😀\\u0000\"}", "Ttl", "60");

            assertThat(first.status()).isEqualTo(201);
            assertThat(first.header("ETag")).isEqualTo("\"0\"");
            assertThat(sids(documents, "documents")).containsExactly(sid(first));
        }

        @Test
        void createsOneDocumentAlsoWithAName() {
            Answer first = twice(documents, "UniqueName", "name");

            assertThat(first.status()).isEqualTo(201);
            assertThat(sids(documents, "documents")).containsExactly(sid(first));
        }

        @Test
        void updatesADocumentOnce() {
            String document = newDocument();

            Answer first = twice(document, "Data", "{\"a\":1}");

            assertThat(first.status()).isEqualTo(200);
            assertThat(one.get(document).json().getString("revision")).isEqualTo("1");
        }

        @Test
        void createsOneService() {
            int before = sids(SERVICES, "services").size();

            Answer first = twice(SERVICES, "FriendlyName", "once");

            assertThat(first.status()).isEqualTo(201);
            assertThat(first.header("ETag")).isNull();
            assertThat(sids(SERVICES, "services")).hasSize(before + 1).contains(sid(first));
        }

        @Test
        void updatesAServiceOnce() {
            post(one, key, service, "FriendlyName", "first");
            one.post(service, "FriendlyName", "second");

            post(other, key, service, "FriendlyName", "first");

            assertThat(one.get(service).json().getString("friendly_name")).isEqualTo("second");
            assertThat(twiceUnderNewKey(service, "FriendlyName", "third").status())
                    .isEqualTo(200);
        }

        @Test
        void isAnsweredAsItWasAlsoWhenItChangesNothing() {
            Answer first = post(one, key, service);
            one.post(service, "FriendlyName", "changed");

            Answer again = post(other, key, service);

            assertThat(first.status()).isEqualTo(200);
            assertReplayed(again, first);
        }

        @Test
        void setsAPermissionOnce() {
            String permission = newDocument() + "/Permissions/alice";
            post(one, key, permission, "Read", "true");
            one.post(permission, "Write", "true");

            Answer again = post(other, key, permission, "Read", "true");

            assertThat(again.status()).isEqualTo(200);
            assertThat(again.json().getBoolean("read")).isTrue();
            assertThat(one.get(permission).json().getBoolean("read")).isFalse();
            assertThat(twiceUnderNewKey(permission, "Manage", "true").status()).isEqualTo(200);
        }

        @Test
        void isAnsweredAsItWasAlsoWhenItsObjectIsGone() {
            String document = newDocument();
            Answer update = post(one, key, document, "Data", "{\"a\":1}");
            String permissionKey = key + " permission";
            Answer permission = post(one, permissionKey, document + "/Permissions/alice", "Read", "true");
            one.delete(document);

            assertReplayed(post(other, key, document, "Data", "{\"a\":1}"), update);
            assertReplayed(post(other, permissionKey, document + "/Permissions/alice", "Read", "true"), permission);
        }

        @Test
        void isDoneOnceInTheDefaultService() {
            Issued account = one.newAccount();
            String path = SERVICES + "/default/Documents";

            Answer first = send(one, account, key, path, "UniqueName", "name");
            Answer again = send(other, account, key, path, "UniqueName", "name");
            Answer update = send(one, account, key + " update", SERVICES + "/default", "AclEnabled", "true");

            assertThat(first.status()).isEqualTo(201);
            assertReplayed(again, first);
            assertThat(sid(update)).isEqualTo(first.json().getString("service_sid"));
            assertReplayed(send(other, account, key + " update", SERVICES + "/default", "AclEnabled", "true"), update);
        }

        private Answer twiceUnderNewKey(String path, String... form) {
            key = UUID.randomUUID().toString();
            return twice(path, form);
        }
    }

    @Nested
    class Refusals {

        @Test
        void areAnsweredAgainAlsoWhenTheNameHasBecomeFree() {
            String holder = documents + "/" + sid(one.post(documents, "UniqueName", "name"));
            assertError(twice(documents, "UniqueName", "name"), 409, 54301);
            one.delete(holder);

            assertError(post(other, key, documents, "UniqueName", "name"), 409, 54301);
            assertThat(post(one, key + " new", documents, "UniqueName", "name").status())
                    .isEqualTo(201);
        }

        @Test
        void areAnsweredAgainAlsoWhenTheRevisionHasCome() {
            String document = newDocument();
            Answer first = update(one, document, "1");
            one.post(document, "Data", "{\"a\":1}");

            Answer again = update(other, document, "1");

            assertError(first, 412, 20412);
            assertReplayed(again, first);
            assertThat(one.get(document).json().getString("revision")).isEqualTo("1");
        }

        @Test
        void areAnsweredAgainAlsoWhenTheObjectHasCome() {
            Answer document = post(one, key, documents + "/name", "Ttl", "0");
            Answer permission = post(one, key + " permission", documents + "/name/Permissions/alice");
            one.post(documents, "UniqueName", "name");

            assertError(document, 404, 20404);
            assertReplayed(post(other, key, documents + "/name", "Ttl", "0"), document);
            assertError(permission, 404, 20404);
            assertReplayed(post(other, key + " permission", documents + "/name/Permissions/alice"), permission);
        }

        @Test
        void ofServicesAreAnsweredAgain() {
            one.delete(service);

            assertError(twice(service, "FriendlyName", "x"), 404, 20404);
            key = key + " empty";
            assertError(twice(service), 404, 20404);
        }

        @Test
        void ofWhatIsMalformedAreNotKept() {
            assertError(post(one, key, documents, "Data", "{"), 400, 54008);

            assertThat(post(one, key, documents, "Data", "{}").status()).isEqualTo(201);
        }

        private Answer update(TestServer server, String document, String revision) {
            return server.send(
                    request(server, one.account(), key, document, "Ttl", "0").header("If-Match", revision));
        }
    }

    @Nested
    class AnotherRequestUnderTheSameKey {

        private String document;

        @BeforeEach
        void firstRequest() {
            document = newDocument();
            assertThat(one.send(request(document, "Ttl=0").header("If-Match", "0"))
                            .status())
                    .isEqualTo(200);
        }

        @Test
        void isRefusedForItsParameters() {
            assertRefused(request(document, "Ttl=1").header("If-Match", "0"));
        }

        @Test
        void isRefusedForItsPath() {
            assertRefused(request(newDocument(), "Ttl=0").header("If-Match", "0"));
        }

        @Test
        void isRefusedForItsQuery() {
            assertRefused(request(document + "?a=b", "Ttl=0").header("If-Match", "0"));
        }

        @Test
        void isRefusedForTheRevisionThatItMeans() {
            assertRefused(request(document, "Ttl=0"));
        }

        @Test
        void isRefusedForItsType() {
            assertRefused(request(document, "Ttl=0")
                    .header("If-Match", "0")
                    .setHeader("Content-Type", "application/x-www-form-urlencoded; charset=utf-8"));
        }

        @Test
        void isRefusedForAnotherKindOfObject() {
            assertRefused(request(SERVICES, "FriendlyName=x"));
            assertRefused(request(document + "/Permissions/alice", "Read=true"));
            assertThat(one.get(document + "/Permissions/alice").status()).isEqualTo(404);
        }

        /** Of the account, and not of those whose key it is not. */
        @Test
        void isAnotherRequestInAnotherAccount() {
            Issued stranger = one.newAccount();

            Answer answer = send(one, stranger, key, SERVICES, "FriendlyName", "x");

            assertThat(answer.status()).isEqualTo(201);
            assertThat(answer.header(REPLAYED)).isNull();
        }

        private HttpRequest.Builder request(String path, String form) {
            return as(one.account(), one.postForm(path, form)).header(HEADER, key);
        }

        private void assertRefused(HttpRequest.Builder request) {
            Answer answer = one.send(request);

            assertError(answer, 422, 20422);
            assertThat(answer.header(REPLAYED)).isNull();
            assertThat(one.get(document).json().getString("revision")).isEqualTo("1");
        }
    }

    @Nested
    class Keys {

        static List<String> accepted() {
            return List.of("x", " a key, with \"quotes\" and spaces ~!", "k".repeat(255));
        }

        @ParameterizedTest
        @MethodSource("accepted")
        void mayHoldWhatIsPrintable(String text) {
            key = text;
            String path = documents;

            assertThat(twice(path).status()).isEqualTo(201);
        }

        @Test
        void thatAreTooLongOrEmptyAreRefusedBeforeAnythingIsDone() {
            Issued account = one.newAccount();
            String path = SERVICES + "/default/Documents";

            assertError(send(one, account, "k".repeat(256), path), 400, 20001);
            assertError(send(one, account, "", path), 400, 20001);
            assertThat(one.send(as(account, one.request(SERVICES))).json().getJsonArray("services"))
                    .isEmpty();
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "Idempotency-Key: schlüssel",
                    "Idempotency-Key: a\tb",
                    "Idempotency-Key: a\r\nIdempotency-Key: b"
                })
        void thatAreNoneAreRefused(String header) {
            String answer = RawHttp.exchange(
                    one.port(),
                    "POST " + documents + " HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n" + header
                            + "\r\nAuthorization: " + credentials() + "\r\nConnection: close\r\n\r\n");

            assertThat(answer).startsWith("HTTP/1.1 400").contains("\"code\":20001");
            assertThat(sids(documents, "documents")).isEmpty();
        }

        @Test
        void areIgnoredByOtherMethods() {
            String document = newDocument();

            assertThat(one.send(as(one.account(), one.request(document)).header(HEADER, ""))
                            .status())
                    .isEqualTo(200);
            assertThat(one.send(as(one.account(), one.request(document))
                                    .header(HEADER, key)
                                    .DELETE())
                            .status())
                    .isEqualTo(204);
            assertError(
                    one.send(as(one.account(), one.request(document))
                            .header(HEADER, key)
                            .DELETE()),
                    404,
                    20404);
            assertThat(post(one, key, documents).status()).isEqualTo(201);
        }

        @Test
        void areNeededForBeingDoneOnce() {
            Answer first = one.post(documents, "Ttl", "0");
            Answer second = one.post(documents, "Ttl", "0");

            assertThat(second.header(REPLAYED)).isNull();
            assertThat(sids(documents, "documents")).containsExactly(sid(first), sid(second));
        }

        private String credentials() {
            return TestServer.basic(one.account().sid() + ":" + one.account().secret());
        }
    }

    @Nested
    class ManyAtOnce {

        @Test
        void createOneDocument() throws Exception {
            List<Answer> answers = atOnce(50, i -> post(server(i), key, documents, "Data", "{\"a\":1}"));

            assertOneAnswer(answers);
            assertThat(sids(documents, "documents")).containsExactly(sid(answers.get(0)));
        }

        @Test
        void createOneDocumentOfAName() throws Exception {
            List<Answer> answers = atOnce(50, i -> post(server(i), key, documents, "UniqueName", "name"));

            assertOneAnswer(answers);
            assertThat(answers.get(0).status()).isEqualTo(201);
        }

        @Test
        void updateADocumentOnce() throws Exception {
            String document = newDocument();

            List<Answer> answers = atOnce(50, i -> post(server(i), key, document, "Data", "{\"a\":1}"));

            assertOneAnswer(answers);
            assertThat(one.get(document).json().getString("revision")).isEqualTo("1");
        }

        @Test
        void createOneService() throws Exception {
            int before = sids(SERVICES, "services").size();

            List<Answer> answers = atOnce(50, i -> post(server(i), key, SERVICES, "FriendlyName", "x"));

            assertOneAnswer(answers);
            assertThat(sids(SERVICES, "services")).hasSize(before + 1);
        }

        @Test
        void areDoneOnceEachUnderTheirKeys() throws Exception {
            String document = newDocument();

            List<Answer> answers =
                    atOnce(100, i -> post(server(i / 10), key + i % 10, document, "Data", "{\"by\":" + i % 10 + "}"));

            assertThat(one.get(document).json().getString("revision")).isEqualTo("a");
            for (int i = 0; i < 10; i++) {
                String by = "{\"by\":" + i + "}";
                assertOneAnswer(answers.stream()
                        .filter(it -> it.response().body().contains(by))
                        .toList());
            }
        }

        @Test
        void areRefusedButOneWhenTheyAreDifferent() throws Exception {
            List<Answer> answers = atOnce(20, i -> post(server(i), key, documents, "Data", "{\"by\":" + i + "}"));

            assertThat(answers.stream().map(Answer::status).filter(it -> it == 201))
                    .hasSize(1);
            assertThat(answers.stream().map(Answer::status).filter(it -> it == 422))
                    .hasSize(19);
            assertThat(sids(documents, "documents")).hasSize(1);
        }

        private void assertOneAnswer(List<Answer> answers) {
            assertThat(answers).isNotEmpty();
            assertThat(answers.stream()
                            .map(it -> it.status() + it.response().body())
                            .distinct())
                    .hasSize(1);
            assertThat(answers.stream().filter(it -> it.header(REPLAYED) == null))
                    .hasSize(1);
        }

        private TestServer server(int number) {
            return number % 2 == 0 ? one : other;
        }

        private static List<Answer> atOnce(int count, Sending sending) throws Exception {
            ExecutorService clients = Executors.newFixedThreadPool(count);
            CountDownLatch start = new CountDownLatch(1);
            try {
                List<Future<Answer>> running = new ArrayList<>();
                for (int i = 0; i < count; i++) {
                    int number = i;
                    Callable<Answer> client = () -> {
                        start.await();
                        return sending.send(number);
                    };
                    running.add(clients.submit(client));
                }
                start.countDown();
                List<Answer> answers = new ArrayList<>();
                for (Future<Answer> client : running) {
                    answers.add(client.get(30, TimeUnit.SECONDS));
                }
                return answers;
            } finally {
                clients.shutdownNow();
            }
        }

        private interface Sending {
            Answer send(int number);
        }
    }

    private String newDocument() {
        return documents + "/" + sid(one.post(documents));
    }

    private static Answer post(TestServer server, String key, String path, String... form) {
        return send(server, one.account(), key, path, form);
    }

    private static Answer send(TestServer server, Issued account, String key, String path, String... form) {
        return server.send(request(server, account, key, path, form));
    }

    private static HttpRequest.Builder request(
            TestServer server, Issued account, String key, String path, String... form) {
        return as(account, server.postForm(path, encode(form))).header(HEADER, key);
    }

    private static List<String> sids(String path, String listed) {
        return one.get(path + "?PageSize=1000").json().getJsonArray(listed).stream()
                .map(it -> ((JsonObject) it).getString("sid"))
                .toList();
    }

    private static String sid(Answer answer) {
        return answer.json().getString("sid");
    }
}
