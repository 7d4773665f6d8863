package io.lockstep.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.testing.DocumentTable;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ConfigurationDocumentTest {

    private static final String NONE = "–";

    @Test
    void tellsOfEveryVariableWithItsDefaultAndOfNoOther() throws Exception {
        Environment environment = new Environment(Map.of());
        Config.from(environment);

        Map<String, String> documented = DocumentTable.rows("configuration.md", "`LOCKSTEP_").stream()
                .collect(Collectors.toMap(cells -> cells.get(0), cells -> cells.get(1)));

        assertThat(documented).containsExactlyInAnyOrderEntriesOf(written(environment.known()));
    }

    private static Map<String, String> written(Map<String, String> defaults) {
        return defaults.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, entry -> entry.getValue().isEmpty() ? NONE : entry.getValue()));
    }
}
