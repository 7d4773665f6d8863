package io.lockstep.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The rows of the tables in a page of docs/ that tell what the code has; tests compare the two. */
public final class DocumentTable {

    private DocumentTable() {}

    /** Rows whose first cell begins so; each is its cells, without the backticks around them. */
    public static List<List<String>> rows(String page, String firstCell) throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("docs", page))) {
            return lines.filter(line -> line.startsWith("| " + firstCell))
                    .map(DocumentTable::cells)
                    .toList();
        }
    }

    private static List<String> cells(String line) {
        return Stream.of(line.split("\\|"))
                .skip(1) // what is left of the first bar
                .map(cell -> cell.strip().replaceAll("^`([^`]*)`$", "$1"))
                .toList();
    }
}
