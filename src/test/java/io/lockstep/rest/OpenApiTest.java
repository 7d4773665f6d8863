package io.lockstep.rest;

import static io.lockstep.testing.TestServer.as;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.lockstep.rest.OpenApi.Operation;
import io.lockstep.testing.TestServer;
import io.lockstep.testing.TestServer.Answer;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the server answers, beside what Twilio's description of its API says that it answers. */
@EnabledIfEnvironmentVariable(
        named = OpenApiTest.VARIABLE,
        matches = ".+",
        disabledReason = OpenApiTest.VARIABLE + " does not name the file with Twilio's description of its API")
class OpenApiTest {

    static final String VARIABLE = "LOCKSTEP_TWILIO_OPENAPI";

    /** What a list is asked with, where it declares that. A page token comes with the page before. */
    private static final Map<String, String> QUERY =
            Map.of("PageSize", "1", "Page", "0", "Order", "asc", "From", "0", "Bounds", "inclusive");

    private static final int PAGES = 3; // of one each: the second has a page on either side

    /** What we leave out has its reasons in RATIONALE.md. */
    private static final Set<String> HEADERS_LEFT_OUT = Set.of("Access-Control-Allow-Credentials");

    /** Of which there is one of each. */
    private static final Set<String> NAMES = Set.of("UniqueName", "Key");

    @RegisterExtension
    static final TestServer server = new TestServer();

    private static OpenApi description;

    @BeforeAll
    static void read() {
        description = OpenApi.read(Path.of(System.getenv(VARIABLE)));
    }

    static List<Operation> operations() {
        return description.operations().toList();
    }

    static List<Operation> lists() {
        return operations().stream()
                .filter(it -> it.parameters("query").contains("PageToken"))
                .toList();
    }

    static List<Operation> conditional() {
        return operations().stream()
                .filter(it -> it.parameters("header").contains("If-Match"))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("operations")
    void everyExampleOfARequestIsAnsweredAsDescribed(Operation operation) {
        for (Map<String, String> form : forms(operation)) {
            assertDescribed(operation, send(operation, newPath(operation.path()), form));
        }
    }

    @ParameterizedTest
    @MethodSource("lists")
    void everyPageIsAsDescribed(Operation list) {
        String path = newPath(list.path());
        for (int i = 0; i < PAGES; i++) {
            newResource(list.path(), path);
        }

        String next = path + query(list);
        for (int i = 0; i < PAGES; i++) {
            Answer page = server.get(next);
            assertDescribed(list, page);
            next = pathAndQuery(page.json().getJsonObject("meta").getString("next_page_url"));
        }
    }

    @ParameterizedTest
    @MethodSource("operations")
    void everyNumberAndFlagOfAFormIsRead(Operation operation) {
        operation.form().forEach((name, schema) -> {
            if (Set.of("integer", "boolean").contains(schema.path("type").asText())) {
                Map<String, String> form = everyParameter(operation);
                form.put(name, "neither");

                Answer answer = send(operation, newPath(operation.path()), form);

                assertThat(answer.status()).as(name).isEqualTo(400);
            }
        });
    }

    @ParameterizedTest
    @MethodSource("conditional")
    void onlyTheRightRevisionIsWrittenOver(Operation operation) {
        String path = newPath(operation.path());
        String revision = server.get(path).header("ETag");

        Answer stale = send(operation, path, everyParameter(operation), "If-Match", "stale");
        Answer right = send(operation, path, everyParameter(operation), "If-Match", revision);

        assertThat(stale.status()).isEqualTo(412);
        assertDescribed(operation, right);
    }

    private static void assertDescribed(Operation operation, Answer answer) {
        String body = answer.response().body();
        assertThat(answer.status()).as(body).isEqualTo(operation.status());
        assertThat(answer.response().headers().map().keySet())
                .usingElementComparator(String::compareToIgnoreCase)
                .containsAll(operation.headers().stream()
                        .filter(name -> !HEADERS_LEFT_OUT.contains(name))
                        .toList());
        if (operation.contentType().isEmpty()) {
            assertThat(body).isEmpty();
        } else {
            assertThat(answer.header("Content-Type").split(";")[0])
                    .isEqualTo(operation.contentType().get());
            assertThat(description.problems(operation, body)).as(body).isEmpty();
        }
    }

    /** The forms to send: the description's examples, all parameters at once, and none where none is needed. */
    private static List<Map<String, String>> forms(Operation operation) {
        List<Map<String, String>> forms = new ArrayList<>(operation.examples());
        forms.add(everyParameter(operation));
        if (operation.status() == 201 && !operation.needsParameters()) {
            forms.add(Map.of());
        }
        return forms;
    }

    private static Map<String, String> everyParameter(Operation operation) {
        Map<String, String> form = new HashMap<>();
        operation.form().forEach((name, schema) -> form.put(name, value(schema)));
        return form;
    }

    private static String value(JsonNode schema) {
        return switch (schema.path("type").asText() + " "
                + schema.path("format").asText()) {
            case "string " -> "text";
            case "string uri" -> "https://example.com/hook";
            case "boolean " -> "true";
            case "integer " -> "5000"; // seconds of a TTL, or milliseconds of a window
            default -> "{}";
        };
    }

    /** A path with a new resource for each of its variables. */
    private static String newPath(String template) {
        String path = "";
        String walked = "";
        for (String segment : template.substring(1).split("/")) {
            path += "/" + (segment.startsWith("{") ? newResource(walked, path) : segment);
            walked += "/" + segment;
        }
        return path;
    }

    /** Creates one and returns how a path names it. What a collection does not create comes to be by being set. */
    private static String newResource(String collection, String path) {
        String variable = description.variable(collection);
        Operation set = description
                .operation("post", collection + "/{" + variable + "}")
                .orElseThrow();
        Operation create = description.operation("post", collection).orElse(set);
        String target = create == set ? path + "/somebody-" + UUID.randomUUID() : path;

        JsonObject made = send(create, target, create.examples().get(0)).json();
        return made.getValue(variable.toLowerCase(Locale.ROOT)).toString();
    }

    private static Answer send(Operation operation, String path, Map<String, String> form, String... headers) {
        HttpRequest.Builder request = switch (operation.method()) {
            case "get" -> server.request(path).GET();
            case "delete" -> server.request(path).DELETE();
            default -> server.postForm(path, TestServer.encode(pairs(form)));
        };
        if (headers.length > 0) {
            request.headers(headers);
        }
        return server.send(as(server.account(), request));
    }

    /** Names and values by turns. A resource's own name is made one that no other has. */
    private static String[] pairs(Map<String, String> form) {
        return form.entrySet().stream()
                .flatMap(it -> Stream.of(
                        it.getKey(), NAMES.contains(it.getKey()) ? it.getValue() + UUID.randomUUID() : it.getValue()))
                .toArray(String[]::new);
    }

    private static String query(Operation list) {
        return list.parameters("query").stream()
                .filter(name -> !name.equals("PageToken"))
                .map(name -> name + "=" + QUERY.get(name))
                .collect(Collectors.joining("&", "?", ""));
    }

    private static String pathAndQuery(String url) {
        return url == null ? null : url.substring(server.url("").length());
    }
}
