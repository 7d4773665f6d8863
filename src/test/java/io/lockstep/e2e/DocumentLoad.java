package io.lockstep.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/** A client that creates, updates and deletes one document, and knows what must be stored of it after a crash. */
final class DocumentLoad {

    private final String documents;
    private final String name;
    private final Random random = new Random();
    private final Queue<String> acknowledged = new ConcurrentLinkedQueue<>();
    private String sid; // null while there is no document
    private long revision;
    private String unanswered; // the operation that the crash has cut off

    DocumentLoad(String service, String name) {
        this.documents = "/v1/Services/" + service + "/Documents";
        this.name = name;
    }

    /** SID and revision of every event that was acknowledged. */
    Queue<String> acknowledged() {
        return acknowledged;
    }

    void runUntil(AtomicBoolean crashed, Api api) {
        while (!crashed.get() && unanswered == null) {
            String operation = sid == null ? "create" : random.nextInt(20) == 0 ? "delete" : "update";
            try {
                apply(operation, api);
            } catch (UncheckedIOException killed) {
                unanswered = operation;
            }
        }
    }

    private void apply(String operation, Api api) {
        switch (operation) {
            case "create" -> answered(api.post(documents, "UniqueName=" + name), 201, 0);
            case "update" -> answered(api.post(documents + "/" + name, "Data={\"after\":" + revision + "}"), 200, 1);
            default -> answered(api.delete(documents + "/" + sid), 204, 1);
        }
    }

    /** A write that was refused because the database had gone before has changed nothing. */
    private void answered(HttpResponse<String> answer, int expected, int step) {
        assertThat(answer.statusCode()).isIn(expected, 503);
        if (answer.statusCode() == 503) {
            return;
        }
        if (expected == 201) {
            sid = Api.json(answer).getString("sid");
            revision = 0;
        } else {
            revision += step;
        }
        acknowledged.add(sid + " " + Long.toHexString(revision));
        if (expected == 204) {
            sid = null;
        } else {
            assertThat(Api.json(answer).getString("revision")).isEqualTo(Long.toHexString(revision));
        }
    }

    /** Everything that was acknowledged is there, once; what was cut off is there or not. Then goes on from that. */
    void check(Api api) {
        HttpResponse<String> answer = api.get(documents + "/" + name);
        JsonObject stored = answer.statusCode() == 200 ? Api.json(answer) : null;
        String state = stored == null ? "gone" : stored.getString("sid") + " " + stored.getString("revision");
        String before = sid == null ? "gone" : sid + " " + Long.toHexString(revision);
        if (unanswered == null) {
            assertThat(state).isEqualTo(before);
        } else if (unanswered.equals("update")) {
            assertThat(state).isIn(before, sid + " " + Long.toHexString(revision + 1));
        } else if (unanswered.equals("delete")) {
            assertThat(state).isIn(before, "gone");
        } else if (stored != null) {
            assertThat(stored.getString("revision")).isEqualTo("0");
        }
        sid = stored == null ? null : stored.getString("sid");
        revision = stored == null ? 0 : Long.parseLong(stored.getString("revision"), 16);
        unanswered = null;
    }
}
