package io.lockstep.testing;

import static io.lockstep.testing.Futures.await;

import io.lockstep.config.DatabaseConfig;
import io.lockstep.config.DatabaseUrl;
import io.lockstep.config.Environment;
import io.lockstep.config.WriteConfig;
import io.lockstep.model.Caller;
import io.lockstep.model.Sid;
import io.lockstep.store.CommitListener;
import io.lockstep.store.pg.Database;
import io.lockstep.store.pg.PgRepositories;
import io.lockstep.write.Limits;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** The repositories over the test database, on a Vert.x of the test class's own. */
public final class TestStore implements BeforeAllCallback, AfterAllCallback {

    /** As they are when nothing is set. */
    public static final WriteConfig WRITES = WriteConfig.from(new Environment(Map.of()));

    private static final int CONNECTIONS = 6;

    private int users;
    private Vertx vertx;
    private Database database;
    private PgRepositories repositories;

    public static DatabaseConfig config() {
        return new DatabaseConfig(
                DatabaseUrl.parse(TestDatabase.urlForServers()),
                Path.of("unused"),
                CONNECTIONS,
                Duration.ofSeconds(5),
                Duration.ofSeconds(10),
                TestDatabase.pooler());
    }

    public static PgRepositories over(Database database) {
        return PgRepositories.over(database, WRITES, Limits.NONE, CommitListener.NONE);
    }

    public Vertx vertx() {
        return vertx;
    }

    public Database database() {
        return database;
    }

    public PgRepositories repositories() {
        return repositories;
    }

    /** A caller whom nothing belongs to yet. */
    public static Caller newCaller() {
        return new Caller.Backend(Sid.generate(Sid.Kind.ACCOUNT));
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        if (users++ > 0) {
            return; // a nested class of one that has it already
        }
        vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2));
        database = Database.open(vertx, "test", config(), CONNECTIONS);
        repositories = over(database);
    }

    @Override
    public void afterAll(ExtensionContext context) {
        if (--users == 0) {
            await(vertx.close());
        }
    }
}
