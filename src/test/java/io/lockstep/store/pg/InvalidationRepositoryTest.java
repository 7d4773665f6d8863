package io.lockstep.store.pg;

import static io.lockstep.testing.Futures.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.store.InvalidationRepository;
import io.lockstep.store.InvalidationRepository.Invalidation;
import io.lockstep.store.InvalidationRepository.Invalidations;
import io.lockstep.store.InvalidationRepository.Kind;
import io.lockstep.testing.TestDatabase;
import io.lockstep.testing.TestStore;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class InvalidationRepositoryTest {

    @RegisterExtension
    static final TestStore store = new TestStore();

    private final InvalidationRepository invalidations = store.repositories().invalidations();
    private final UUID subject = UUID.randomUUID();

    @Test
    void whatWasCommittedSinceTheHorizonIsTold() throws SQLException {
        String horizon = await(invalidations.horizon());
        write(connect(), subject).close();

        Invalidations read = await(invalidations.since(horizon));

        assertThat(read.rows()).contains(new Invalidation(Kind.API_KEY, subject));
        assertThat(Long.parseLong(read.horizon())).isGreaterThan(Long.parseLong(horizon));
    }

    /** The order of their numbers is not the order in which they are committed. */
    @Test
    void oneThatIsCommittedAfterAYoungerOneIsToldToo() throws SQLException {
        try (Connection slow = connect()) {
            slow.setAutoCommit(false);
            write(slow, subject);
            String horizon = await(invalidations.horizon());
            UUID younger = UUID.randomUUID();
            write(connect(), younger).close();
            Invalidations first = await(invalidations.since(horizon));

            slow.commit();
            Invalidations second = await(invalidations.since(first.horizon()));

            assertThat(first.rows())
                    .contains(new Invalidation(Kind.API_KEY, younger))
                    .doesNotContain(new Invalidation(Kind.API_KEY, subject));
            assertThat(second.rows()).contains(new Invalidation(Kind.API_KEY, subject));
        }
    }

    @Test
    void nothingIsToldTwiceOnceAllTransactionsHaveEnded() throws SQLException {
        String horizon = await(invalidations.horizon());
        write(connect(), subject).close();
        Invalidations read = await(invalidations.since(horizon));

        assertThat(await(invalidations.since(read.horizon())).rows())
                .doesNotContain(new Invalidation(Kind.API_KEY, subject));
    }

    @Test
    void onlyOldOnesArePruned() throws SQLException {
        String horizon = await(invalidations.horizon());
        write(connect(), subject).close();

        await(invalidations.prune(Duration.ofMinutes(1), 1000));
        assertThat(await(invalidations.since(horizon)).rows()).contains(new Invalidation(Kind.API_KEY, subject));

        await(invalidations.prune(Duration.ZERO, 1000));
        assertThat(await(invalidations.since(horizon)).rows()).doesNotContain(new Invalidation(Kind.API_KEY, subject));
    }

    private static Connection write(Connection connection, UUID subject) throws SQLException {
        try (PreparedStatement insert =
                connection.prepareStatement("INSERT INTO invalidation (kind, subject) VALUES ('api_key', ?)")) {
            insert.setObject(1, subject);
            insert.execute();
        }
        return connection;
    }

    private static Connection connect() throws SQLException {
        return TestDatabase.connect(TestDatabase.parsedUrl());
    }
}
