package io.lockstep.testing;

import static io.lockstep.testing.Futures.await;

import io.lockstep.config.DatabaseConfig;
import io.lockstep.config.WriteConfig;
import io.lockstep.store.CommitListener;
import io.lockstep.store.pg.Database;
import io.lockstep.store.pg.PgRepositories;
import io.lockstep.write.Limits;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.util.Collection;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;

/** The repositories of one event loop, used on it, as a node has them. */
public record TestNode(Context context, Database database, PgRepositories repositories) {

    private static final int CONNECTIONS = 6;

    public static TestNode start(Vertx vertx, DatabaseConfig database) {
        return start(vertx, database, TestStore.WRITES, CommitListener.NONE);
    }

    public static TestNode start(Vertx vertx, DatabaseConfig config, WriteConfig writes, CommitListener listener) {
        Promise<TestNode> started = Promise.promise();
        await(vertx.deployVerticle(new VerticleBase() {
            @Override
            public Future<?> start() {
                Database database = Database.open(vertx, "node", config, CONNECTIONS);
                started.complete(
                        new TestNode(context, database, PgRepositories.over(database, writes, Limits.NONE, listener)));
                return Future.succeededFuture();
            }
        }));
        return await(started.future());
    }

    /** Does some work on the node's event loop. */
    public <T> Future<T> run(Function<PgRepositories, Future<T>> work) {
        Promise<T> done = Promise.promise();
        context.runOnContext(ignored -> work.apply(repositories).onComplete(done));
        return done.future();
    }

    /** The same work with each argument, begun in one turn of the event loop. */
    public <A, T> List<Future<T>> runAll(Collection<A> arguments, BiFunction<PgRepositories, A, Future<T>> work) {
        Promise<List<Future<T>>> begun = Promise.promise();
        context.runOnContext(ignored -> begun.complete(
                arguments.stream().map(it -> work.apply(repositories, it)).toList()));
        return await(begun.future());
    }

    public void stop() {
        await(database.close());
    }
}
