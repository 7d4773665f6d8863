package io.lockstep.testing;

import static io.lockstep.testing.Futures.await;

import io.lockstep.config.DatabaseUrl;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Stands between the server and PostgreSQL, and breaks connections where a test wants them broken: before a statement
 * reaches PostgreSQL, while it is on its way, or after it was executed and before its answer arrives.
 */
public final class FaultyProxy {

    private final Vertx vertx;
    private final DatabaseUrl target;
    private final NetServer server;
    private final Set<NetSocket> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger cuts = new AtomicInteger();
    private volatile Cut cut;
    private volatile String garbling;
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

    /** Cuts the connection at the next request with such a text, which PostgreSQL never reads, once. */
    public void cutBefore(String text) {
        cut = new Cut(text, null);
    }

    /** Cuts the connection at the next request with such a text, which reaches PostgreSQL all the same, but later; once. */
    public void cutAndDeliver(String text, Duration later) {
        cut = new Cut(text, later);
    }

    /** Changes the next request with such a text, so that PostgreSQL cannot make sense of it, once. */
    public void garbleNext(String text) {
        garbling = text;
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

    /** How often a connection was cut at a request or an answer. */
    public int cuts() {
        return cuts.get();
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
        Messages messages = new Messages();
        client.handler(part -> forward(client, postgres, messages.add(part))).closeHandler(ignored -> {
            open.remove(client);
            postgres.close();
        });
        postgres.handler(answer -> pass(client, answer)).closeHandler(ignored -> client.close());
        client.exceptionHandler(ignored -> {});
        postgres.exceptionHandler(ignored -> {});
        client.resume();
    }

    /** The text of a command without parameters, as {@code COMMIT}, is plain in PostgreSQL's protocol. */
    private void forward(NetSocket client, NetSocket postgres, Buffer request) {
        Cut due = cut;
        int at = due == null ? -1 : request.toString("ISO-8859-1").indexOf(due.text());
        if (at < 0) {
            postgres.write(garbled(request));
            return;
        }
        cut = null;
        cuts.incrementAndGet();
        client.closeHandler(ignored -> open.remove(client)).close();
        if (due.later() == null) {
            postgres.write(request.slice(0, at)).onComplete(ignored -> postgres.close());
        } else {
            later(due)
                    .compose(ignored -> postgres.write(request))
                    .compose(ignored -> later(due)) // time to read it: what comes after it is lost
                    .onComplete(ignored -> postgres.close());
        }
    }

    private Buffer garbled(Buffer request) {
        String text = garbling;
        int at = text == null ? -1 : request.toString("ISO-8859-1").indexOf(text);
        if (at < 0) {
            return request;
        }
        garbling = null;
        return request.copy().setByte(at, (byte) 'X');
    }

    private Future<?> later(Cut due) {
        return vertx.timer(due.later().toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Passes messages on whole, so that no text is overlooked for having come in two parts. */
    private static final class Messages {

        private static final int LENGTH = 4; // bytes, of which it counts itself

        private Buffer rest = Buffer.buffer();
        private int type; // bytes: the first message has none

        Buffer add(Buffer part) {
            Buffer all = rest.appendBuffer(part);
            int end = 0;
            while (all.length() - end >= type + LENGTH && all.length() - end >= type + all.getInt(end + type)) {
                end += type + all.getInt(end + type);
                type = 1;
            }
            rest = all.getBuffer(end, all.length());
            return all.getBuffer(0, end);
        }
    }

    /** The tag of a completed command, as {@code INSERT 0 1}, is plain text in PostgreSQL's protocol. */
    private void pass(NetSocket client, Buffer answer) {
        String command = losing;
        if (command != null && answer.toString("ISO-8859-1").contains(command)) {
            losing = null;
            cuts.incrementAndGet();
            refusing = refusingAfterLoss;
            client.close();
        } else {
            client.write(answer);
        }
    }

    /**
     * Where to cut.
     *
     * @param later how long the request is under way; null when it never arrives
     */
    private record Cut(String text, Duration later) {}
}
