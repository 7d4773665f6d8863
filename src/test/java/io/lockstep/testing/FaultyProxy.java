package io.lockstep.testing;

import static io.lockstep.testing.Futures.await;

import io.lockstep.config.DatabaseUrl;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Stands between the server and PostgreSQL, and breaks connections where a test wants them broken: after PostgreSQL has
 * executed a statement and before its answer arrives.
 */
public final class FaultyProxy {

    private final Vertx vertx;
    private final DatabaseUrl target;
    private final NetServer server;
    private final Set<NetSocket> open = ConcurrentHashMap.newKeySet();
    private volatile String losing;
    private volatile boolean refusingAfterLoss;
    private volatile boolean refusing;
    private volatile boolean refused;

    public FaultyProxy(Vertx vertx, DatabaseUrl target) {
        this.vertx = vertx;
        this.target = target;
        this.server = await(vertx.createNetServer().connectHandler(this::accept).listen(0, "127.0.0.1"));
    }

    /** The database's address by way of this proxy. */
    public DatabaseUrl url() {
        return new DatabaseUrl(
                "127.0.0.1",
                server.actualPort(),
                target.database(),
                target.user(),
                target.password(),
                DatabaseUrl.SslMode.DISABLE,
                null);
    }

    /** Cuts the connection instead of passing on the answer in which PostgreSQL completes such a command, once. */
    public void loseNextAnswerTo(String command) {
        refusingAfterLoss = false;
        losing = command;
    }

    /** The same, and from then on no connection is made any more. */
    public void loseNextAnswerAndRefuse(String command) {
        refusingAfterLoss = true;
        losing = command;
    }

    /** Passes nothing on any more on the connections that there are, and does not close them either. */
    public void freeze() {
        open.forEach(NetSocket::pause);
    }

    /** Cuts everything, and whatever comes. */
    public void refuse(boolean all) {
        refusing = all;
        if (all) {
            open.forEach(NetSocket::close);
        }
    }

    /** Whether a connection was refused: somebody has noticed. */
    public boolean hasRefused() {
        return refused;
    }

    private void accept(NetSocket client) {
        if (refusing) {
            refused = true;
            client.close();
            return;
        }
        client.pause();
        vertx.createNetClient()
                .connect(target.port(), target.host())
                .onSuccess(postgres -> join(client, postgres))
                .onFailure(cause -> client.close());
    }

    private void join(NetSocket client, NetSocket postgres) {
        open.add(client);
        client.handler(postgres::write).closeHandler(ignored -> {
            open.remove(client);
            postgres.close();
        });
        postgres.handler(answer -> pass(client, answer)).closeHandler(ignored -> client.close());
        client.exceptionHandler(ignored -> {});
        postgres.exceptionHandler(ignored -> {});
        client.resume();
    }

    /** The tag of a completed command, as {@code INSERT 0 1}, is plain text in PostgreSQL's protocol. */
    private void pass(NetSocket client, Buffer answer) {
        String command = losing;
        if (command != null && answer.toString("ISO-8859-1").contains(command)) {
            losing = null;
            refusing = refusingAfterLoss;
            client.close();
        } else {
            client.write(answer);
        }
    }
}
