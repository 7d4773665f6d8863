package io.lockstep.testing;

import static io.lockstep.testing.Futures.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.config.DatabaseUrl;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the proxy finds in requests. */
class FaultyProxyTest {

    private final Vertx vertx = Vertx.vertx();
    private final BlockingQueue<Character> arrived = new LinkedBlockingQueue<>();

    @AfterEach
    void close() {
        await(vertx.close());
    }

    @Test
    void aTextIsFoundThatArrivesInTwoPieces() throws InterruptedException {
        FaultyProxy proxy = new FaultyProxy(vertx, target());
        proxy.garbleNext("AND key");
        NetSocket client = await(
                vertx.createNetClient().connect(proxy.url().port(), proxy.url().host()));

        String text = "WHERE AND key = 1";
        client.write(Buffer.buffer().appendInt(8).appendInt(0)); // begins a session
        assertThat(next(8)).isEqualTo("\0\0\0\10\0\0\0\0");
        client.write(Buffer.buffer("Q").appendInt(4 + text.length()).appendString("WHERE AND k"))
                .compose(ignored -> vertx.timer(20, TimeUnit.MILLISECONDS)) // so that they are two for the system
                .compose(ignored -> client.write("ey = 1"));

        assertThat(next(5 + text.length())).endsWith("WHERE XND key = 1");
    }

    /** Somebody who listens in the place of PostgreSQL. */
    private DatabaseUrl target() {
        int port = await(vertx.createNetServer()
                        .connectHandler(socket ->
                                socket.handler(bytes -> bytes.toString().chars().forEach(it -> arrived.add((char) it))))
                        .listen(0, "127.0.0.1"))
                .actualPort();
        return new DatabaseUrl("127.0.0.1", port, "test", "user", "password", DatabaseUrl.SslMode.DISABLE, null);
    }

    private String next(int length) throws InterruptedException {
        StringBuilder text = new StringBuilder();
        while (text.length() < length) {
            Character next = arrived.poll(20, TimeUnit.SECONDS);
            assertThat(next).as("what comes behind '%s'", text).isNotNull();
            text.append((char) next);
        }
        return text.toString();
    }
}
