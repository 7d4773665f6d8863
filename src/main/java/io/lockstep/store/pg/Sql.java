package io.lockstep.store.pg;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The statements of one file in sql/statements, each under the name on its {@code -- name:} line. A file may serve several
 * tables that differ in nothing but names and types: those stand in braces, and are put in when it is loaded.
 */
final class Sql {

    private static final Pattern STATEMENT =
            Pattern.compile("^-- name: (\\w+)\\R(.*?)(?=^-- name: |\\z)", Pattern.MULTILINE | Pattern.DOTALL);

    private final String resource;
    private final Map<String, String> statements;

    private Sql(String resource, Map<String, String> statements) {
        this.resource = resource;
        this.statements = statements;
    }

    static Sql load(String name) {
        return load(name, Map.of());
    }

    /**
     * @param words of ours, never a client's: what stands in the braces
     */
    static Sql load(String name, Map<String, String> words) {
        String resource = "/sql/statements/" + name + ".sql";
        try (InputStream in = Sql.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("no such resource: " + resource);
            }
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            for (Map.Entry<String, String> word : words.entrySet()) {
                text = text.replace("{" + word.getKey() + "}", word.getValue());
            }
            return parse(resource, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Sql parse(String resource, String text) {
        Map<String, String> statements = new LinkedHashMap<>();
        Matcher matcher = STATEMENT.matcher(text);
        while (matcher.find()) {
            statements.put(matcher.group(1), matcher.group(2).strip());
        }
        return new Sql(resource, Collections.unmodifiableMap(statements));
    }

    /** A missing statement fails the loading of the class that wants it. */
    String get(String name) {
        String statement = statements.get(name);
        if (statement == null) {
            throw new IllegalStateException("no statement '" + name + "' in " + resource);
        }
        return statement;
    }
}
