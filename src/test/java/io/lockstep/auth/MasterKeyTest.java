package io.lockstep.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lockstep.config.ConfigException;
import io.lockstep.config.MasterKeyConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MasterKeyTest {

    @TempDir
    Path directory;

    @Test
    void aMissingFileIsMadeForItsOwnerAlone() throws IOException {
        Path file = directory.resolve("made").resolve("master.key");

        String id = MasterKey.load(new MasterKeyConfig(null, file)).id();

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(MasterKey.load(new MasterKeyConfig(null, file)).id()).isEqualTo(id);
    }

    @Test
    void allWhoMakeItAtOnceReadTheSame() {
        Path file = directory.resolve("master.key");

        List<String> ids = IntStream.range(0, 16)
                .parallel()
                .mapToObj(i -> MasterKey.load(new MasterKeyConfig(null, file)).id())
                .distinct()
                .toList();

        assertThat(ids).hasSize(1);
        assertThat(directory).isDirectoryNotContaining("glob:**.new");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "short", "not base64 at all!", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"})
    void whatIsNoKeyIsRefusedWithoutQuotingIt(String text) {
        assertThatThrownBy(() -> MasterKey.load(new MasterKeyConfig(text, null)))
                .isInstanceOf(ConfigException.class)
                .hasMessage("LOCKSTEP_MASTER_KEY: must be 32 bytes in base64");
    }

    @Test
    void keysOfDifferentPurposesDiffer() {
        MasterKey key = new MasterKey(new byte[32]);

        assertThat(key.subkey("one")).hasSize(32).isNotEqualTo(key.subkey("other"));
    }
}
