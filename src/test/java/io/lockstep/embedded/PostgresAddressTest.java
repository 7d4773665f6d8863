package io.lockstep.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PostgresAddressTest {

    private final PostgresAddress address = new PostgresAddress("127.0.0.1", 5999, "lockstep", "secret", "sync");

    @Test
    void isAUri() {
        assertThat(address.uri()).isEqualTo("postgresql://lockstep:secret@127.0.0.1:5999/sync");
    }

    @Test
    void keepsItsPasswordOutOfLogs() {
        assertThat(address).hasToString("postgresql://lockstep@127.0.0.1:5999/sync");
    }
}
