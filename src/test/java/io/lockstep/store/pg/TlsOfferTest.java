package io.lockstep.store.pg;

import static io.lockstep.testing.Futures.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.config.DatabaseUrl;
import io.lockstep.config.DatabaseUrl.SslMode;
import io.lockstep.testing.TestDatabase;
import io.lockstep.testing.TestStore;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A server without TLS is left no connection that nobody speaks on: it could not stop for a minute. */
class TlsOfferTest {

    private static final int SSL_REQUEST = 8; // bytes: no other packet is as short

    @RegisterExtension
    static final TestStore store = new TestStore();

    private final List<Future<Void>> asked = new CopyOnWriteArrayList<>(); // until each has gone
    private NetServer between;
    private NetClient client;
    private Database database;

    @BeforeEach
    void listen() {
        Vertx vertx = store.vertx();
        client = vertx.createNetClient();
        between = vertx.createNetServer().connectHandler(this::passOn);
        await(between.listen(0, "127.0.0.1"));
    }

    private void passOn(NetSocket socket) {
        Promise<Void> gone = Promise.promise();
        socket.closeHandler(gone::complete);
        socket.pause();
        DatabaseUrl url = TestDatabase.parsedUrl();
        client.connect(url.port(), url.host())
                .onSuccess(server -> {
                    server.handler(socket::write).endHandler(ended -> socket.close());
                    socket.handler(bytes -> {
                        if (bytes.length() == SSL_REQUEST) {
                            asked.add(gone.future());
                        }
                        server.write(bytes);
                    });
                    socket.endHandler(ended -> server.close());
                    socket.resume();
                })
                .onFailure(cause -> socket.close());
    }

    @AfterEach
    void close() {
        await(Future.join(database.close(), between.close(), client.close()));
    }

    @ParameterizedTest
    @EnumSource(
            value = SslMode.class,
            names = {"PREFER", "ALLOW"})
    void whoAsksGoesAgainAndConnectsInClear(SslMode mode) {
        DatabaseUrl url = TestDatabase.parsedUrl();
        DatabaseUrl through = new DatabaseUrl(
                "127.0.0.1", between.actualPort(), url.database(), url.user(), url.password(), mode, null);
        database = Database.open(store.vertx(), "offer", TestStore.config().withUrl(through), 2);

        assertThat(await(database.read("SELECT 1", Tuple.tuple())).size()).isEqualTo(1);
        assertThat(await(database.write("SELECT 1", Tuple.tuple())).size()).isEqualTo(1);

        assertThat(asked).hasSize(2);
        await(Future.join(asked));
    }
}
