package io.lockstep.store.pg;

import static io.lockstep.testing.Futures.await;

import io.lockstep.config.DatabaseUrl;
import io.lockstep.testing.TestStore;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.Collection;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;

/** The repositories of one event loop, used from that loop, as a node uses them. */
record TestNode(Context loop, Database database, PgRepositories repositories) implements AutoCloseable {

    private static final int CONNECTIONS = 6;

    static TestNode start(Vertx vertx, DatabaseUrl url) {
        Database database = Database.open(vertx, "node", TestStore.config().withUrl(url), CONNECTIONS);
        return new TestNode(vertx.getOrCreateContext(), database, PgRepositories.over(database));
    }

    <T> T run(Function<PgRepositories, Future<T>> work) {
        Promise<T> done = Promise.promise();
        loop.runOnContext(ignored -> work.apply(repositories).onComplete(done));
        return await(done.future());
    }

    /** The same work with each argument, begun in one turn of the event loop. */
    <A, T> List<Future<T>> runAll(Collection<A> arguments, BiFunction<PgRepositories, A, Future<T>> work) {
        Promise<List<Future<T>>> begun = Promise.promise();
        loop.runOnContext(ignored -> begun.complete(
                arguments.stream().map(it -> work.apply(repositories, it)).toList()));
        return await(begun.future());
    }

    @Override
    public void close() {
        await(database.close());
    }
}
