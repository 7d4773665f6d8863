package io.lockstep.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lockstep.config.ConfigException;
import org.junit.jupiter.api.Test;

class BinariesTest {

    @Test
    void areUnpackedOnce() {
        Binaries first = Binaries.in(SharedBinaries.PARENT);
        Binaries second = Binaries.in(SharedBinaries.PARENT);

        assertThat(second).isEqualTo(first);
        assertThat(second.tool("postgres")).isExecutable();
        assertThat(SharedBinaries.PARENT).isDirectoryNotContaining("glob:**/unfinished-*");
    }

    @Test
    void areMissingForMostPlatforms() {
        assertThatThrownBy(() -> Binaries.archive("SunOS", "sparcv9"))
                .isInstanceOf(ConfigException.class)
                .hasMessage("LOCKSTEP_DATABASE_URL: must be set, because this build has no embedded PostgreSQL for"
                        + " SunOS on sparcv9");
    }
}
