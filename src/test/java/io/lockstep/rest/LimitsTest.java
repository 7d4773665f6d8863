package io.lockstep.rest;

import static io.lockstep.rest.Answers.newName;
import static io.lockstep.rest.Answers.path;
import static io.lockstep.rest.Answers.post;
import static io.lockstep.rest.Answers.revision;
import static io.lockstep.rest.ServiceRoutesTest.assertError;
import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.testing.TestServer;
import io.lockstep.testing.TestServer.Answer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Twilio's rates, where they are asked for: here buckets of fifteen, to which each second adds one. */
class LimitsTest {

    private static final String DOCUMENTS = ObjectKind.DEFAULT_SERVICE + "/Documents";
    private static final String LISTS = ObjectKind.LISTS.inDefault();
    private static final String MAPS = ObjectKind.MAPS.inDefault();
    private static final String STREAMS = ObjectKind.STREAMS.inDefault();

    private static final int BURST = 15;
    private static final long PATIENCE = 20_000_000_000L; // nanoseconds

    private static final Map<String, String> RATES = Map.of(
            "LOCKSTEP_LIMIT_WRITES", "1",
            "LOCKSTEP_LIMIT_READS", "1",
            "LOCKSTEP_LIMIT_MESSAGES", "1",
            "LOCKSTEP_LIMIT_PERMISSIONS", "1",
            "LOCKSTEP_LIMIT_BURST", BURST + "s");

    @RegisterExtension
    static final TestServer server = new TestServer(on());

    @RegisterExtension
    static final TestServer off = new TestServer(RATES);

    private static Map<String, String> on() {
        Map<String, String> settings = new HashMap<>(RATES);
        settings.put("LOCKSTEP_LIMITS", "twilio");
        return settings;
    }

    @ParameterizedTest
    @ValueSource(strings = {"/Documents", "/Lists", "/Maps", "/Streams"})
    void anObjectIsWrittenSoOftenAndThenNothingChanges(String kind) {
        String path = path(server.post(ObjectKind.DEFAULT_SERVICE + kind));
        String other = path(server.post(ObjectKind.DEFAULT_SERVICE + kind));

        int admitted = admitted(() -> server.post(path, "Ttl", "60"));
        Answer refused = refused(() -> server.post(path, "Ttl", "0"));

        assertThat(admitted).isGreaterThanOrEqualTo(BURST);
        assertThat(refused.header("Retry-After")).isEqualTo("1");
        assertThat(server.get(path).json().getString("date_expires")).isNotNull();
        assertThat(server.post(other, "Ttl", "60").status()).isEqualTo(200);
    }

    @Test
    void writesOfItemsCountForTheirCollection() {
        String map = path(server.post(MAPS));
        String list = path(server.post(LISTS));
        server.post(map + "/Items", "Key", "k", "Data", "{}");

        int updated = admitted(() -> server.post(map + "/Items/k", "Data", "{}"));
        int added = admitted(() -> server.post(list + "/Items", "Data", "{}"));

        assertThat(updated).isGreaterThanOrEqualTo(BURST - 1);
        assertThat(added).isGreaterThanOrEqualTo(BURST);
        assertThat(revision(server.get(list))).isEqualTo(Integer.toHexString(added));
        assertThat(refused(() -> server.delete(map + "/Items/k")).header("Retry-After"))
                .isEqualTo("1");
        assertThat(server.get(map + "/Items/k").status()).isEqualTo(200);
        refused(() -> server.post(map, "Ttl", "60"));
    }

    @Test
    void aBigWriteCountsForMore() {
        String document = path(server.post(DOCUMENTS));
        String big = "{\"a\":\"" + "x".repeat(10 * 1024) + "\"}";

        Answer first = server.post(document, "Data", big);
        Answer second = server.post(document, "Data", big);
        Answer small = server.post(document, "Data", "{}");

        assertThat(first.status()).isEqualTo(200);
        assertError(second, 429, 54009);
        assertThat(small.status()).isEqualTo(200);
    }

    @Test
    void creatingAndListingAreFree() {
        String service = Answers.newService(server);

        for (int i = 0; i < 2 * BURST; i++) {
            assertThat(server.post(service + "/Lists").status()).isEqualTo(201);
            assertThat(server.get(service + "/Lists").status()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/Documents", "/Lists", "/Maps", "/Streams"})
    void anObjectIsReadSoOften(String kind) {
        String path = path(server.post(ObjectKind.DEFAULT_SERVICE + kind));

        int admitted = admitted(() -> server.get(path));

        assertThat(admitted).isGreaterThanOrEqualTo(BURST);
        assertThat(refused(() -> server.get(path)).header("Retry-After")).isEqualTo("1");
        assertThat(server.post(path, "Ttl", "60").status()).isEqualTo(200);
    }

    @Test
    void readsOfItemsCountForTheirCollection() {
        String list = path(server.post(LISTS));
        server.post(list + "/Items", "Data", "{}");

        int admitted = admitted(() -> server.get(list + "/Items/0"));

        assertThat(admitted).isGreaterThanOrEqualTo(BURST);
        refused(() -> server.get(list + "/Items"));
        refused(() -> server.get(list));
    }

    @Test
    void aStreamTakesSoManyMessages() {
        String messages = path(server.post(STREAMS)) + "/Messages";

        int admitted = admitted(() -> server.post(messages, "Data", "{}"));

        assertThat(admitted).isGreaterThanOrEqualTo(BURST);
        assertThat(refused(() -> server.post(messages, "Data", "{}")).header("Retry-After"))
                .isEqualTo("1");
    }

    @Test
    void aPermissionIsSetAndReadSoOften() {
        String permissions = path(server.post(MAPS)) + "/Permissions";
        server.post(permissions + "/alice", "Read", "true");

        int admitted = admitted(() -> server.get(permissions + "/alice"));
        Answer refused = refused(() -> server.post(permissions + "/alice", "Read", "false"));

        assertThat(admitted).isGreaterThanOrEqualTo(BURST - 1);
        assertThat(refused.header("Retry-After")).isEqualTo("1");
        refused(() -> server.delete(permissions + "/alice"));
        assertThat(server.post(permissions + "/bob").status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"list", "stream", "permission"})
    void aRefusalIsNotKeptUnderAnIdempotencyKey(String kind) {
        String path = switch (kind) {
            case "list" -> path(server.post(LISTS)) + "/Items";
            case "stream" -> path(server.post(STREAMS)) + "/Messages";
            default -> path(server.post(LISTS)) + "/Permissions/alice";
        };
        admitted(() -> server.post(path, "Data", "{}"));
        String key = newName();

        Answer first = post(server, "Idempotency-Key", key, path, "Data", "{}");
        Answer later = first;
        long deadline = System.nanoTime() + PATIENCE;
        while (later.status() == 429) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            later = post(server, "Idempotency-Key", key, path, "Data", "{}");
        }

        assertThat(later.status()).isLessThan(300);
        assertThat(later.header("Idempotent-Replayed")).isNull();
        assertThat(post(server, "Idempotency-Key", key, path, "Data", "{}").header("Idempotent-Replayed"))
                .isEqualTo("true");
    }

    @Test
    void thereAreNoneUnlessTheyAreAskedFor() {
        String list = path(off.post(LISTS));
        String stream = path(off.post(STREAMS));

        for (int i = 0; i < 2 * BURST; i++) {
            assertThat(List.of(
                            off.get(list),
                            off.post(list + "/Items", "Data", "{}"),
                            off.post(stream + "/Messages", "Data", "{}"),
                            off.post(list + "/Permissions/alice")))
                    .allMatch(it -> it.status() < 300);
        }
    }

    /** How many go through before one is refused. */
    private static int admitted(Supplier<Answer> request) {
        int admitted = 0;
        Answer answer = request.get();
        while (answer.status() < 300) {
            assertThat(++admitted).isLessThan(10 * BURST);
            answer = request.get();
        }
        assertError(answer, 429, 54009);
        return admitted;
    }

    /** What is answered when the bucket is empty, to which a moment ago a token may have come. */
    private static Answer refused(Supplier<Answer> request) {
        Answer answer = request.get();
        for (int i = 0; i < BURST && answer.status() < 300; i++) {
            answer = request.get();
        }
        assertError(answer, 429, 54009);
        return answer;
    }
}
