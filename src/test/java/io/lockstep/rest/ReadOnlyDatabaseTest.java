package io.lockstep.rest;

import static io.lockstep.rest.ServiceRoutesTest.assertError;
import static io.lockstep.testing.TestServer.as;
import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.config.DatabaseUrl;
import io.lockstep.testing.TestDatabase;
import io.lockstep.testing.TestServer;
import io.lockstep.testing.TestServer.Answer;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What becomes of sessions that take no writes: those of a server that is no primary any more, behind a proxy. */
class ReadOnlyDatabaseTest {

    private static final String SERVICES = "/v1/Services";
    private static final String DEFAULT = SERVICES + "/default";

    private static final DatabaseUrl database = TestDatabase.newDatabase();

    @RegisterExtension
    static final TestServer server = new TestServer(Map.of("LOCKSTEP_DATABASE_URL", TestDatabase.text(database)));

    @Test
    void writesAreToldToComeBackAndSucceedAsSoonAsTheyCan() {
        newSessionsAreReadOnly(true); // and those of requests begin with the first

        Answer single = server.post(SERVICES);
        Answer batched = server.post(DEFAULT + "/Documents");
        Answer once = server.send(
                as(server.account(), server.postForm(SERVICES, "").header("Idempotency-Key", "a-key-of-this-test")));

        assertUnavailable(single);
        assertUnavailable(batched);
        assertUnavailable(once);
        newSessionsAreReadOnly(false); // of which those that there are take no notice
        assertThat(server.post(SERVICES).status()).isEqualTo(201);
        assertThat(server.post(DEFAULT + "/Documents").status()).isEqualTo(201);
        assertThat(server.post(DEFAULT + "/Lists").status()).isEqualTo(201);
    }

    private static void assertUnavailable(Answer answer) {
        assertError(answer, 503, 20503);
        assertThat(answer.header("Retry-After")).isEqualTo("1");
    }

    private static void newSessionsAreReadOnly(boolean readOnly) {
        TestDatabase.execute(
                TestDatabase.parsedUrl(),
                "ALTER DATABASE " + database.database() + " SET default_transaction_read_only = " + readOnly);
    }
}
