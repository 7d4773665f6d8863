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

/** The statements of one file in sql/statements, each under the name on its {@code -- name:} line. */
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
        String resource = "/sql/statements/" + name + ".sql";
        try (InputStream in = Sql.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("no such resource: " + resource);
            }
            return parse(resource, new String(in.readAllBytes(), StandardCharsets.UTF_8));
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
