package io.lockstep.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** Clients that append to one list, and know which items it must have after a crash. */
final class ListLoad {

    private final String items;
    private final AtomicInteger sent = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private final AtomicInteger unanswered = new AtomicInteger();
    private final Map<Integer, Integer> appended = new ConcurrentHashMap<>(); // what was sent, by the index that it got
    private final Queue<String> acknowledged = new ConcurrentLinkedQueue<>();

    ListLoad(String service, Api api) {
        String list = "/v1/Services/" + service + "/Lists";
        this.items = list + "/" + Api.json(api.post(list, "")).getString("sid") + "/Items";
    }

    /** SID of the list and revision of every item that was acknowledged. */
    Queue<String> acknowledged() {
        return acknowledged;
    }

    /** How many were told that the server is not available. */
    int refused() {
        return refused.get();
    }

    /** How many lost their connection. */
    int unanswered() {
        return unanswered.get();
    }

    void runUntil(AtomicBoolean crashed, Api api) {
        while (!crashed.get()) {
            int number = sent.getAndIncrement();
            try {
                answered(number, api.post(items, "Data={\"number\":" + number + "}"));
            } catch (UncheckedIOException killed) {
                unanswered.incrementAndGet(); // nothing is promised
            }
        }
    }

    private void answered(int number, HttpResponse<String> answer) {
        assertThat(answer.statusCode()).isIn(201, 503);
        if (answer.statusCode() == 201) {
            JsonObject item = Api.json(answer);
            assertThat(appended.put(item.getInteger("index"), number))
                    .as("what has the same index")
                    .isNull();
            acknowledged.add(item.getString("list_sid") + " " + item.getString("revision"));
        } else {
            refused.incrementAndGet();
        }
    }

    /** Everything that was acknowledged is there, at the index that was told; nothing is there twice, and no index is left out. */
    void check(Api api) {
        Map<Integer, Integer> stored = new LinkedHashMap<>();
        String next = items + "?PageSize=1000";
        while (next != null) {
            JsonObject page = Api.json(api.get(next));
            page.getJsonArray("items").stream()
                    .map(JsonObject.class::cast)
                    .forEach(item -> assertThat(stored.put(
                                    item.getInteger("index"),
                                    item.getJsonObject("data").getInteger("number")))
                            .isNull());
            next = page.getJsonObject("meta").getString("next_page_url");
        }
        assertThat(stored).containsAllEntriesOf(appended);
        assertThat(stored.keySet())
                .containsExactlyElementsOf(
                        IntStream.range(0, stored.size()).boxed().toList());
        assertThat(stored.values()).doesNotHaveDuplicates();
    }
}
