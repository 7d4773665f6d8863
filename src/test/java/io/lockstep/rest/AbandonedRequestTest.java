package io.lockstep.rest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.testing.TestServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What becomes of a write whose client does not wait for the answer. */
class AbandonedRequestTest {

    private static final Duration PATIENCE = Duration.ofSeconds(2);

    /** With one memory of credentials, so that they are known at once from the first request on. */
    @RegisterExtension
    static final TestServer server = new TestServer(Map.of("LOCKSTEP_EVENT_LOOPS", "1"));

    private final String documents =
            "/v1/Services/" + server.post("/v1/Services").json().getString("sid") + "/Documents";

    @Test
    void aWriteWhoseClientGoesAwayIsDoneOnce() throws IOException {
        String counter = create("counter");

        long done = 0;
        for (int i = 0; i < 20; i++) {
            sendAndLeave(counter, "Data=%7B%22n%22%3A" + i + "%7D", Integer.MAX_VALUE);
            done += awaitRevision(counter, done + 1) ? 1 : 0;
            assertThat(revision(counter)).isEqualTo(done);
        }

        assertThat(done).isGreaterThan(15);
        server.post(counter, "Data", "{}");
        assertThat(revision(counter)).isEqualTo(done + 1);
    }

    /** False when it does not come: who leaves while its credentials are looked up may not have begun. */
    private static boolean awaitRevision(String document, long revision) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (revision(document) < revision) {
            if (System.nanoTime() > deadline) {
                return false;
            }
        }
        return true;
    }

    @Test
    void aWriteWhoseClientGoesAwayInTheMiddleOfItIsNotDone() throws IOException {
        String counter = create("other");

        for (int i = 0; i < 20; i++) {
            sendAndLeave(counter, "Data=%7B%22n%22%3A" + i + "%7D", 5);
        }

        server.post(counter, "Data", "{}");
        assertThat(revision(counter)).isEqualTo(1);
    }

    private String create(String name) {
        server.post(documents, "UniqueName", name, "Data", "{}");
        return documents + "/" + name;
    }

    private static long revision(String document) {
        return Long.parseLong(server.get(document).json().getString("revision"), 16);
    }

    private static void sendAndLeave(String path, String body, int upTo) throws IOException {
        String head = "POST " + path + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: "
                + TestServer.basic(
                        server.account().sid() + ":" + server.account().secret())
                + "\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: " + body.length()
                + "\r\n\r\n";
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.getOutputStream().write((head + body.substring(0, Math.min(upTo, body.length()))).getBytes(UTF_8));
            socket.getOutputStream().flush();
        }
    }
}
