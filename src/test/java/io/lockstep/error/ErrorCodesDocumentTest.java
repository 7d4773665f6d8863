package io.lockstep.error;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.testing.DocumentTable;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ErrorCodesDocumentTest {

    @Test
    void hasOneRowForEachCodeInTheirOrder() throws Exception {
        List<List<String>> documented = Stream.of(ErrorCode.values())
                .map(it -> List.of(Integer.toString(it.code()), Integer.toString(it.httpStatus()), it.name()))
                .toList();

        assertThat(DocumentTable.rows("error-codes.md", ""))
                .filteredOn(cells -> cells.get(0).matches("\\d+"))
                .extracting(cells -> cells.subList(0, 3))
                .containsExactlyElementsOf(documented);
    }

    @Test
    void saysWhenEachCodeIsTold() throws Exception {
        assertThat(DocumentTable.rows("error-codes.md", ""))
                .allSatisfy(cells -> assertThat(cells).hasSize(4).noneMatch(String::isEmpty));
    }
}
