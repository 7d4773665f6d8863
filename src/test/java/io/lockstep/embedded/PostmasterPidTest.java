package io.lockstep.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class PostmasterPidTest {

    @Test
    void tellsProcessPortAndStatus() {
        List<String> lines = List.of(
                "4143", "/data/pgdata", "1795343596", "15999", "", "127.0.0.1", "  2146377         4", "ready   ");

        assertThat(PostmasterPid.parse(lines)).contains(new PostmasterPid(4143, 15999, "ready"));
    }

    @Test
    void hasNoStatusInTheFirstMoments() {
        List<String> lines = List.of("4143", "/data/pgdata", "1795343596", "15999", "");

        assertThat(PostmasterPid.parse(lines)).contains(new PostmasterPid(4143, 15999, ""));
    }

    @Test
    void isUnknownWhileTheFileIsNotWritten() {
        assertThat(PostmasterPid.parse(List.of())).isEmpty();
        assertThat(PostmasterPid.parse(List.of("4143", "/data/pgdata"))).isEmpty();
        assertThat(PostmasterPid.parse(List.of("", "", "", ""))).isEmpty();
    }

    @Test
    void isNotRunningWhereItsNumberBelongsToAnotherProcess() {
        PostmasterPid reused = new PostmasterPid(ProcessHandle.current().pid(), 15999, "ready");

        assertThat(reused.alive()).isTrue();
        assertThat(reused.runsOn(Path.of("/data/pgdata"))).isFalse();
    }
}
