package io.lockstep.rest;

import static io.lockstep.rest.Answers.assertHidden;
import static io.lockstep.rest.Answers.awaitGone;
import static io.lockstep.rest.Answers.lifetime;
import static io.lockstep.rest.Answers.path;
import static io.lockstep.rest.Answers.revision;
import static io.lockstep.rest.Answers.rows;
import static io.lockstep.rest.ServiceRoutesTest.assertError;
import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.testing.TestServer;
import io.lockstep.testing.TestServer.Answer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** How long items of lists and maps live, and what they do to their collections' lives. */
class ItemTimeToLiveTest {

    private static final String STREAMS = "STREAMS"; // which have no items

    @RegisterExtension
    static final TestServer server = new TestServer();

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = STREAMS)
    void ttlIsAnAliasThatIsIgnoredBesideTheNameProper(ObjectKind kind) {
        Answer collection = server.post(kind.inDefault());

        Answer alias = add(collection, "a", "Ttl", "100");
        Answer proper = add(collection, "b", "ItemTtl", "100");
        Answer both = add(collection, "c", "Ttl", "500", "ItemTtl", "100");
        Answer updated = server.post(path(both), "Ttl", "700", "ItemTtl", "300");
        Answer never = server.post(path(both), "Ttl", "700", "ItemTtl", "0");

        assertThat(List.of(alias, proper, both))
                .allSatisfy(it -> assertThat(lifetime(it)).isBetween(100L, 101L));
        assertThat(lifetime(updated)).isBetween(300L, 301L);
        assertThat(never.json().getString("date_expires")).isNull();
        assertThat(expiry(collection)).isNull();
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = STREAMS)
    void isKeptWhenItIsNotNamedAndClearedByZero(ObjectKind kind) {
        Answer item = add(server.post(kind.inDefault()), "k", "Ttl", "31536000");

        Answer kept = server.post(path(item), "Data", "{\"a\":1}", "Ttl", "");
        Answer cleared = server.post(path(item), "Ttl", "0");

        assertThat(lifetime(item)).isBetween(31_536_000L, 31_536_001L);
        assertThat(kept.json().getString("date_expires")).isEqualTo(item.json().getString("date_expires"));
        assertThat(cleared.json().getString("date_expires")).isNull();
        assertThat(cleared.json().getJsonObject("data")).isEqualTo(kept.json().getJsonObject("data"));
        assertThat(revision(cleared)).isEqualTo("2");
        assertThat(server.get(path(item)).json()).isEqualTo(cleared.json());
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = STREAMS)
    void thatOfTheCollectionIsSetBesideTheItems(ObjectKind kind) {
        Answer collection = server.post(kind.inDefault());

        Answer item = add(collection, "k", "CollectionTtl", "100");
        Answer added = server.get(path(collection));
        server.post(path(item), "Data", "{}", "CollectionTtl", "200");
        Answer withData = server.get(path(collection));
        server.post(path(item), "Ttl", "60", "CollectionTtl", "300");
        Answer withTtl = server.get(path(collection));
        Answer last = server.post(path(item), "ItemTtl", "60", "CollectionTtl", "0");

        assertThat(item.json().getString("date_expires")).isNull();
        assertThat(lifetime(added)).isBetween(100L, 101L);
        assertThat(lifetime(withData)).isBetween(200L, 201L);
        assertThat(lifetime(withTtl)).isBetween(300L, 301L);
        assertThat(lifetime(last)).isBetween(60L, 61L);
        assertThat(expiry(collection)).isNull();
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = STREAMS)
    void thatOfTheCollectionIsKeptByItsItems(ObjectKind kind) {
        Answer collection = server.post(kind.inDefault(), "Ttl", "1000");

        Answer item = add(collection, "k");
        server.post(path(item), "Data", "{}", "Ttl", "60");
        server.delete(path(item));

        assertThat(expiry(collection)).isEqualTo(collection.json().getString("date_expires"));
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = STREAMS)
    void isNotTouchedByARefusedUpdate(ObjectKind kind) {
        Answer collection = server.post(kind.inDefault());
        Answer item = add(collection, "k");

        assertError(Answers.post(server, "If-Match", "f", path(item), "Data", "{}", "CollectionTtl", "60"), 412, 20412);
        assertError(server.post(path(collection) + "/Items/9", "Data", "{}", "CollectionTtl", "60"), 404, 20404);

        assertThat(expiry(collection)).isNull();
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = STREAMS)
    void endsInAnItemThatIsNotThere(ObjectKind kind) {
        Answer collection = server.post(kind.inDefault());
        Answer staying = add(collection, "a");
        Answer expired = add(collection, "b", "Ttl", "1");
        awaitGone(server, path(expired));

        assertHidden(server, server.account(), path(expired), "Ttl=0");

        assertThat(rows(server.get(path(collection) + "/Items").json(), "url"))
                .containsExactly(staying.json().getString("url"));
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = STREAMS)
    void isOneEventWhenItEnds(ObjectKind kind) {
        Answer collection = server.post(kind.inDefault());
        Answer expired = add(collection, "k", "Ttl", "1");
        awaitGone(server, path(expired));

        Answer again = add(collection, "k");

        assertThat(again.status()).isEqualTo(201);
        if (kind == ObjectKind.MAPS) { // whoever met the old item under the key has removed it first
            assertThat(revision(again)).isEqualTo("2");
            assertThat(revision(server.get(path(collection)))).isEqualTo("3");
        } else {
            assertThat(again.json().getInteger("index")).isEqualTo(1);
        }
    }

    private static String expiry(Answer collection) {
        return server.get(path(collection)).json().getString("date_expires");
    }

    private static Answer add(Answer collection, String key, String... form) {
        List<String> all = new ArrayList<>(List.of("Key", key, "Data", "{}"));
        all.addAll(Arrays.asList(form));
        return server.post(path(collection) + "/Items", all.toArray(String[]::new));
    }
}
