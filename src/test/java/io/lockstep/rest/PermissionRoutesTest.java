package io.lockstep.rest;

import static io.lockstep.rest.ServiceRoutesTest.assertError;
import static io.lockstep.testing.TestServer.as;
import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.auth.AccountAdministration.Issued;
import io.lockstep.testing.TestServer;
import io.lockstep.testing.TestServer.Answer;
import io.vertx.core.json.JsonObject;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PermissionRoutesTest {

    private static final String DOCUMENTS = "/v1/Services/default/Documents";

    @RegisterExtension
    static final TestServer server = new TestServer();

    @RegisterExtension
    static final TestServer syncCodes = new TestServer(Map.of("LOCKSTEP_ERROR_CODES", "sync"));

    private JsonObject document;
    private String permissions;

    @BeforeEach
    void newDocument() {
        document =
                server.post(DOCUMENTS, "UniqueName", "doc-" + UUID.randomUUID()).json();
        permissions = document.getJsonObject("links")
                .getString("permissions")
                .substring(server.url("").length());
    }

    @Test
    void areSetWith200TheFirstTimeAndEveryOther() {
        Answer first = server.post(permissions + "/alice", "Read", "true", "Write", "False", "Manage", "TRUE");
        Answer second = server.post(permissions + "/alice", "Write", "true");

        assertThat(first.status()).isEqualTo(200);
        assertThat(first.json().getMap())
                .isEqualTo(Map.of(
                        "account_sid",
                        server.account().sid().toString(),
                        "service_sid",
                        document.getString("service_sid"),
                        "document_sid",
                        document.getString("sid"),
                        "identity",
                        "alice",
                        "read",
                        true,
                        "write",
                        false,
                        "manage",
                        true,
                        "url",
                        server.url(permissions + "/alice")));
        assertThat(second.status()).isEqualTo(200);
        assertThat(rights(second)).isEqualTo("false true false");
        assertThat(server.get(permissions + "/alice").json()).isEqualTo(second.json());
        assertThat(second.header("ETag")).isNull();
    }

    @Test
    void whatIsNotNamedIsNotGiven() {
        Answer answer = server.post(permissions + "/alice");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(rights(answer)).isEqualTo("false false false");
        assertThat(server.get(permissions + "/alice").status()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({
        "a@b.c, a%40b.c",
        "a+b, a%2Bb",
        "a:b, a%3Ab",
        "a b, a%20b",
        "Zoë 😀, Zo%C3%AB%20%F0%9F%98%80",
        "a/b, a%2Fb",
        "a%2Fb, a%252Fb",
        "?#&, %3F%23%26",
        "default, default",
        "ET0123456789abcdef0123456789abcdef, ET0123456789abcdef0123456789abcdef"
    })
    void anIdentityMayHoldAnything(String identity, String encoded) {
        Answer answer = server.post(permissions + "/" + encoded, "Read", "true");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().getString("identity")).isEqualTo(identity);
        assertThat(answer.json().getString("url")).isEqualTo(server.url(permissions + "/" + encoded));
        assertThat(server.get(permissions + "/" + encoded).json()).isEqualTo(answer.json());
        assertThat(identities(server.get(permissions).json())).containsExactly(identity);
        assertThat(server.delete(permissions + "/" + encoded).status()).isEqualTo(204);
    }

    @Test
    void inAPathAPlusIsAPlusAndAnAtAnAt() {
        Answer answer = server.post(permissions + "/a+b@c:d", "Read", "true");

        assertThat(answer.json().getString("identity")).isEqualTo("a+b@c:d");
        assertThat(server.get(permissions + "/a%2Bb%40c%3Ad").json()).isEqualTo(answer.json());
    }

    @Test
    void identitiesAreToldApartByCase() {
        server.post(permissions + "/alice", "Read", "true");

        assertError(server.get(permissions + "/Alice"), 404, 20404);
    }

    @Test
    void anIdentityHasUpTo256CodePoints() {
        String longest = URLEncoder.encode("😀".repeat(256), StandardCharsets.UTF_8);

        assertThat(server.post(permissions + "/" + longest).status()).isEqualTo(200);
        assertError(server.post(permissions + "/" + longest + "x"), 400, 54351);
        assertError(server.get(permissions + "/" + longest + "x"), 400, 54351);
        assertError(server.delete(permissions + "/" + longest + "x"), 400, 54351);
    }

    @ParameterizedTest
    @CsvSource({"%00, 400", "a%ZZ, 400", "%FF, 400", "'', 404", "a/b, 404"})
    void strangePathsAreRefused(String segment, int status) {
        String answer = RawHttp.exchange(
                server.port(),
                "POST " + permissions + "/" + segment + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: "
                        + TestServer.basic(
                                server.account().sid() + ":" + server.account().secret())
                        + "\r\nContent-Length: 0\r\n\r\n");

        assertThat(answer).startsWith("HTTP/1.1 " + status + " ");
        assertThat(identities(server.get(permissions).json())).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1", "yes", "null"})
    void aRightIsTrueOrFalse(String value) {
        server.post(permissions + "/alice", "Read", "true");

        assertError(server.post(permissions + "/alice", "Read", value), 400, 20001);
        assertThat(rights(server.get(permissions + "/alice"))).isEqualTo("true false false");
    }

    @Test
    void anEntryThatIsDeletedIsNotThere() {
        server.post(permissions + "/alice", "Read", "true");

        Answer deleted = server.delete(permissions + "/alice");

        assertThat(deleted.status()).isEqualTo(204);
        assertError(server.get(permissions + "/alice"), 404, 20404);
        assertError(server.delete(permissions + "/alice"), 404, 20404);
    }

    @Test
    void withSyncsOwnCodesAMissingEntryIs54354AndAMissingDocumentIsItsOwn() {
        String existing = DOCUMENTS + "/" + syncCodes.post(DOCUMENTS).json().getString("sid");

        assertError(syncCodes.get(existing + "/Permissions/nobody"), 404, 54354);
        assertError(syncCodes.delete(existing + "/Permissions/nobody"), 404, 54354);
        assertError(syncCodes.post(DOCUMENTS + "/nothing/Permissions/alice"), 404, 54300);
        assertError(syncCodes.get(DOCUMENTS + "/ET0123456789abcdef0123456789abcdef/Permissions"), 404, 54100);
    }

    @Test
    void areListedByIdentity() {
        for (String identity : List.of("b", "a", "B", "%C3%A9", "c", "a%20b")) {
            server.post(permissions + "/" + identity, "Read", "true");
        }

        JsonObject all = server.get(permissions).json();
        JsonObject first = server.get(permissions + "?PageSize=4").json();
        JsonObject second = follow(first, "next_page_url");
        JsonObject back = follow(second, "previous_page_url");

        assertThat(identities(all)).containsExactly("B", "a", "a b", "b", "c", "é");
        assertThat(all.getJsonObject("meta").getString("key")).isEqualTo("permissions");
        assertThat(identities(first)).containsExactly("B", "a", "a b", "b");
        assertThat(identities(second)).containsExactly("c", "é");
        assertThat(identities(back)).isEqualTo(identities(first));
    }

    @Test
    void areReachedByTheDocumentsNameToo() {
        String byName = DOCUMENTS + "/" + document.getString("unique_name") + "/Permissions";

        Answer answer = server.post(byName + "/alice", "Read", "true");
        JsonObject list = server.get(byName).json();

        assertThat(answer.json().getString("url")).isEqualTo(server.url(permissions + "/alice"));
        assertThat(list.getJsonObject("meta").getString("url")).isEqualTo(server.url(byName + "?PageSize=50&Page=0"));
        assertThat(list.getJsonArray("permissions")).containsExactly(answer.json());
    }

    @Test
    void goWithTheirDocument() {
        server.post(permissions + "/alice", "Read", "true");

        server.delete(DOCUMENTS + "/" + document.getString("sid"));

        assertError(server.get(permissions), 404, 20404);
        assertError(server.get(permissions + "/alice"), 404, 20404);
        assertError(server.post(permissions + "/alice", "Read", "true"), 404, 20404);
    }

    @Test
    void ofAnotherAccountsDocumentAreNotThere() {
        server.post(permissions + "/alice", "Read", "true");
        Issued other = server.newAccount();

        assertError(server.send(as(other, server.request(permissions))), 404, 20404);
        assertError(server.send(as(other, server.request(permissions + "/alice"))), 404, 20404);
        assertError(server.send(as(other, server.postForm(permissions + "/alice", ""))), 404, 20404);
        assertError(server.send(as(other, server.request(permissions + "/alice").DELETE())), 404, 20404);
        assertThat(rights(server.get(permissions + "/alice"))).isEqualTo("true false false");
    }

    private static JsonObject follow(JsonObject page, String link) {
        String url = page.getJsonObject("meta").getString(link);
        return server.get(url.substring(server.url("").length())).json();
    }

    private static String rights(Answer answer) {
        JsonObject json = answer.json();
        return json.getBoolean("read") + " " + json.getBoolean("write") + " " + json.getBoolean("manage");
    }

    private static List<String> identities(JsonObject page) {
        return page.getJsonArray("permissions").stream()
                .map(it -> ((JsonObject) it).getString("identity"))
                .toList();
    }
}
