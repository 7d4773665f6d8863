package io.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandLineToolTest {

    private static final String[] SERVE = {};

    @Test
    void logsAsTheEnvironmentSays() {
        Map<String, String> environment = Map.of("LOCKSTEP_LOG_FORMAT", "JSON", "LOCKSTEP_LOG_LEVEL", " Debug ");

        assertThat(CommandLineTool.logging(environment, SERVE))
                .containsEntry("lockstep.log.format", "json")
                .containsEntry("lockstep.log.level", "debug");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " "})
    void takesAnEmptyVariableForNone(String empty) {
        Map<String, String> environment = Map.of("LOCKSTEP_LOG_FORMAT", empty, "LOCKSTEP_LOG_LEVEL", empty);

        assertThat(CommandLineTool.logging(environment, SERVE)).isEqualTo(CommandLineTool.logging(Map.of(), SERVE));
    }

    @Test
    void keepsTheLogApartFromTheOutputOfACommand() {
        String[] command = {"account", "list"};

        assertThat(CommandLineTool.logging(Map.of("LOCKSTEP_LOG_LEVEL", "debug"), command))
                .containsEntry("lockstep.log.level", "warn")
                .containsEntry("lockstep.log.target", "System.err");
    }
}
