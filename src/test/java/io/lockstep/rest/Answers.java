package io.lockstep.rest;

import static io.lockstep.rest.ServiceRoutesTest.assertError;
import static io.lockstep.testing.TestServer.as;
import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.auth.AccountAdministration.Issued;
import io.lockstep.testing.TestServer;
import io.lockstep.testing.TestServer.Answer;
import io.vertx.core.json.JsonObject;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** What tests read in answers, and the paths they follow from them. */
final class Answers {

    private static final long PATIENCE = 20_000_000_000L; // nanoseconds

    private Answers() {}

    static String sid(Answer answer) {
        return answer.json().getString("sid");
    }

    static String revision(Answer answer) {
        return answer.json().getString("revision");
    }

    /** The path of what an answer shows. */
    static String path(Answer answer) {
        return pathOf(answer.json().getString("url"));
    }

    /** The path and the query of an absolute address. */
    static String pathOf(String url) {
        return url.replaceFirst("^http://[^/]+", "");
    }

    /** Text as a segment of a path. */
    static String segment(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    static String newName() {
        return "name-" + UUID.randomUUID();
    }

    /** Seconds from its last change to its end. */
    static long lifetime(Answer answer) {
        return Instant.parse(answer.json().getString("date_expires")).getEpochSecond()
                - Instant.parse(answer.json().getString("date_updated")).getEpochSecond();
    }

    static JsonObject meta(JsonObject page) {
        return page.getJsonObject("meta");
    }

    /** A property of each row of a page. */
    static List<String> rows(JsonObject page, String property) {
        return page.getJsonArray(meta(page).getString("key")).stream()
                .map(it -> ((JsonObject) it).getValue(property).toString())
                .toList();
    }

    /** The page that a page links to. */
    static JsonObject follow(TestServer server, JsonObject page, String link) {
        return server.get(pathOf(meta(page).getString(link))).json();
    }

    /** A Service of the test's own. */
    static String newService(TestServer server) {
        return "/v1/Services/" + sid(server.post("/v1/Services"));
    }

    /** A POST with a header more. */
    static Answer post(TestServer server, String header, String value, String path, String... form) {
        return server.send(as(server.account(), server.postForm(path, TestServer.encode(form)))
                .header(header, value));
    }

    /** A DELETE on a condition. */
    static Answer delete(TestServer server, String ifMatch, String path) {
        return server.send(as(server.account(), server.request(path).DELETE()).header("If-Match", ifMatch));
    }

    /** That what is there for its own account is not there for another. */
    static void assertHidden(TestServer server, Issued other, String path, String form) {
        assertError(server.send(as(other, server.request(path))), 404, 20404);
        assertError(server.send(as(other, server.postForm(path, form))), 404, 20404);
        assertError(server.send(as(other, server.request(path).DELETE())), 404, 20404);
    }

    /** Until its time has come. */
    static void awaitGone(TestServer server, String path) {
        long deadline = System.nanoTime() + PATIENCE;
        while (server.get(path).status() == 200) {
            assertThat(System.nanoTime()).isLessThan(deadline);
        }
        assertError(server.get(path), 404, 20404);
    }
}
