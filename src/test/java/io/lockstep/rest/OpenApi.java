package io.lockstep.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.dialect.Dialects;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Twilio's description of its API (OpenAPI 3.0), read more strictly than it is written: a property that is declared must
 * be there, and no other may be.
 */
final class OpenApi {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final SchemaRegistry SCHEMAS = SchemaRegistry.withDialect(
            Dialects.getOpenApi30(),
            registry -> registry.schemaRegistryConfig(SchemaRegistryConfig.builder()
                    .formatAssertionsEnabled(true)
                    .strict("format", true) // an unknown one is an error
                    .build()));

    private final JsonNode root;

    private OpenApi(JsonNode root) {
        this.root = root;
    }

    static OpenApi read(Path file) {
        try {
            JsonNode root = JSON.readTree(file.toFile());
            tighten(root.path("components"));
            root.findValues("responses").forEach(OpenApi::tighten);
            return new OpenApi(root);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void tighten(JsonNode node) {
        node.forEach(OpenApi::tighten);
        if (node.path("properties").isObject()) {
            ArrayNode required =
                    ((ObjectNode) node).put("additionalProperties", false).putArray("required");
            node.get("properties").fieldNames().forEachRemaining(required::add);
        }
        if (node.path("format").asText().equals("uri-map")) {
            ObjectNode map = ((ObjectNode) node).without("format");
            map.putObject("additionalProperties").put("type", "string").put("format", "uri");
        }
    }

    Stream<Operation> operations() {
        return fields(root.get("paths"))
                .flatMap(path -> fields(path.getValue())
                        .filter(method -> method.getValue().has("operationId"))
                        .map(method -> new Operation(method.getKey(), path.getKey(), method.getValue())));
    }

    Optional<Operation> operation(String method, String path) {
        return operations()
                .filter(it -> it.method().equals(method) && it.path().equals(path))
                .findFirst();
    }

    /** What the path of one of a collection's resources calls it. */
    String variable(String collection) {
        return operations()
                .map(Operation::path)
                .filter(path -> path.matches("\\Q" + collection + "\\E/\\{\\w+}"))
                .map(path -> path.replaceAll(".*\\{|}", ""))
                .findFirst()
                .orElseThrow();
    }

    /** What is wrong with a body. */
    List<Error> problems(Operation operation, String body) {
        ObjectNode schema = operation.content().path("schema").deepCopy();
        schema.set("components", root.get("components")); // which it refers to
        return SCHEMAS.getSchema(schema.toString()).validate(body, InputFormat.JSON);
    }

    private static Stream<Map.Entry<String, JsonNode>> fields(JsonNode object) {
        return object.properties().stream();
    }

    /**
     * One operation.
     *
     * @param path with variables, such as {@code {Sid}}
     * @param node what is said of it
     */
    record Operation(String method, String path, JsonNode node) {

        /** The only one that is declared: failures are not. */
        int status() {
            return Integer.parseInt(node.get("responses").fieldNames().next());
        }

        List<String> headers() {
            return fields(response().path("headers")).map(Map.Entry::getKey).toList();
        }

        /** Empty for an answer without a body. */
        Optional<String> contentType() {
            return fields(response().path("content")).map(Map.Entry::getKey).findFirst();
        }

        /** Of a query or of headers. */
        List<String> parameters(String place) {
            return StreamSupport.stream(node.path("parameters").spliterator(), false)
                    .filter(parameter -> parameter.path("in").asText().equals(place))
                    .map(parameter -> parameter.path("name").asText())
                    .toList();
        }

        /** The schemas of a form's parameters. */
        Map<String, JsonNode> form() {
            Map<String, JsonNode> schemas = new HashMap<>();
            fields(request().path("schema").path("properties")).forEach(it -> schemas.put(it.getKey(), it.getValue()));
            return schemas;
        }

        boolean needsParameters() {
            return !request().at("/schema/required").isEmpty();
        }

        List<Map<String, String>> examples() {
            List<Map<String, String>> examples = new ArrayList<>();
            request().path("examples").forEach(example -> {
                Map<String, String> form = new HashMap<>();
                fields(example.get("value"))
                        .forEach(it -> form.put(it.getKey(), it.getValue().asText()));
                examples.add(form);
            });
            return examples;
        }

        @Override
        public String toString() {
            return node.path("operationId").asText();
        }

        private JsonNode request() {
            return node.at("/requestBody/content/application~1x-www-form-urlencoded");
        }

        private JsonNode response() {
            return node.get("responses").iterator().next();
        }

        private JsonNode content() {
            return response().path("content").path(contentType().orElseThrow());
        }
    }
}
