package io.lockstep.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import com.twilio.security.RequestValidator;
import io.lockstep.testing.TestServer;
import io.lockstep.testing.WebhookReceiver;
import io.lockstep.testing.WebhookReceiver.Received;
import io.lockstep.testing.Webhooks;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Every event that REST can cause, with its parameters (webhooks.md section 3), as Twilio's own validator takes it. */
class WebhookEventsTest {

    private static final String DATA = "{\"score\":12,\"note\":\"Zoë & co = 100 %+\"}";

    @RegisterExtension
    static final WebhookReceiver receiver = new WebhookReceiver();

    @RegisterExtension
    static final TestServer server = new TestServer(Map.of("LOCKSTEP_STREAM_WEBHOOKS", "on"));

    private final String hook = "/" + UUID.randomUUID() + "?tenant=blue&x=%20";
    private final Webhooks webhooks = Webhooks.of(server, receiver.url(hook) + "#rc=3&rp=all");

    @BeforeEach
    void forgetOthers() {
        receiver.rest();
    }

    @Test
    void everyEventIsToldWithItsParameters() {
        Map<String, Map<String, String>> told = new LinkedHashMap<>();
        everything().forEach(it -> told.put(it.event(), it.parameters()));

        Set<String> common = Set.of("AccountSid", "ServiceSid", "EventType", "Identity");
        Map<String, Set<String>> own = new LinkedHashMap<>();
        told.forEach((event, parameters) -> {
            assertThat(parameters)
                    .containsEntry("AccountSid", server.account().sid().toString())
                    .containsEntry("ServiceSid", webhooks.serviceSid())
                    .containsEntry("Identity", "system");
            own.put(event, new TreeSet<>(parameters.keySet()));
            own.get(event).removeAll(common);
        });
        Set<String> document = Set.of("DocumentSid", "DocumentUniqueName", "DocumentRevision");
        Set<String> item = Set.of("EventId", "ListSid", "ListUniqueName", "ItemIndex", "ItemRevision");
        Set<String> entry = Set.of("EventId", "MapSid", "MapUniqueName", "ItemKey", "ItemRevision");
        assertThat(own)
                .isEqualTo(Map.ofEntries(
                        Map.entry("document_created", with(document, "DocumentData")),
                        Map.entry("document_updated", with(document, "DocumentData")),
                        Map.entry("document_removed", document),
                        Map.entry("list_created", Set.of("ListSid", "ListUniqueName", "ListRevision")),
                        Map.entry("list_item_added", with(item, "ItemData")),
                        Map.entry("list_item_updated", with(item, "ItemData")),
                        Map.entry("list_item_removed", item),
                        Map.entry("list_removed", Set.of("ListSid", "ListUniqueName", "ListRevision")),
                        Map.entry("map_created", Set.of("MapSid", "MapUniqueName", "MapRevision")),
                        Map.entry("map_item_added", with(entry, "ItemData")),
                        Map.entry("map_item_updated", with(entry, "ItemData")),
                        Map.entry("map_item_removed", entry),
                        Map.entry("map_removed", Set.of("MapSid", "MapUniqueName", "MapRevision")),
                        Map.entry("stream_created", Set.of("StreamSid", "StreamUniqueName")),
                        Map.entry(
                                "stream_message_published",
                                Set.of("StreamSid", "StreamUniqueName", "MessageSid", "MessageData")),
                        Map.entry("stream_removed", Set.of("StreamSid", "StreamUniqueName"))));
        assertThat(told.get("document_created")).containsEntry("DocumentData", DATA);
        assertThat(told.get("list_item_added")).containsEntry("ItemData", DATA).containsEntry("ItemIndex", "0");
        assertThat(told.get("map_item_added")).containsEntry("ItemKey", "key");
        assertThat(told.get("stream_message_published")).containsEntry("MessageData", DATA);
    }

    @Test
    void everyEventIsSignedSoThatTwiliosValidatorTakesItAndNothingElse() {
        RequestValidator validator = new RequestValidator(server.account().secret());
        String url = receiver.url(hook);

        for (Received one : everything()) {
            String signature = one.headers().get("x-twilio-signature");
            assertThat(validator.validate(url, one.parameters(), signature))
                    .as(one.event())
                    .isTrue();
            one.parameters().forEach((name, value) -> {
                Map<String, String> changed = new HashMap<>(one.parameters());
                changed.put(name, value + "x");
                assertThat(validator.validate(url, changed, signature))
                        .as("%s of %s", name, one.event())
                        .isFalse();
            });
            assertThat(validator.validate(url.replace("blue", "blux"), one.parameters(), signature))
                    .isFalse();
        }
    }

    @Test
    void streamsAndMessagesOfOneAreToldInOrder() {
        String streams = webhooks.path() + "/Streams";
        String stream = server.post(streams, "UniqueName", "ticker").json().getString("sid");
        for (int i = 0; i < 20; i++) {
            assertThat(server.post(streams + "/ticker/Messages", "Data", "{\"i\":" + i + "}")
                            .status())
                    .isEqualTo(201);
        }
        assertThat(server.post(streams + "/nothing/Messages", "Data", "{}").status())
                .isEqualTo(404);

        assertThat(receiver.next().parameters()).containsEntry("StreamSid", stream);
        for (int i = 0; i < 20; i++) {
            assertThat(receiver.next().parameters()).containsEntry("MessageData", "{\"i\":" + i + "}");
        }
    }

    @Test
    void whatExpiresIsToldAsRemovedByTheSystem() {
        server.post(webhooks.path() + "/Documents", "UniqueName", "short", "Ttl", "1");

        assertThat(receiver.next().event()).isEqualTo("document_created");
        assertThat(receiver.next().parameters())
                .containsEntry("EventType", "document_removed")
                .containsEntry("Identity", "system")
                .doesNotContainKey("EndpointId");
    }

    @Test
    void aChangeOfTheServiceOrOfPermissionsOrOfACollectionsTimeToLiveIsNotTold() {
        server.post(webhooks.path(), "FriendlyName", "other");
        String list = webhooks.path() + "/Lists/"
                + server.post(webhooks.path() + "/Lists").json().getString("sid");
        assertThat(receiver.next().event()).isEqualTo("list_created");

        assertThat(server.post(list, "Ttl", "3600").status()).isEqualTo(200);
        assertThat(server.post(list + "/Permissions/alice", "Read", "true", "Write", "true", "Manage", "true")
                        .status())
                .isEqualTo(200);
        server.post(list + "/Items", "Data", "{}");
        server.delete(list);

        assertThat(receiver.next().event()).isEqualTo("list_item_added");
        assertThat(receiver.next().event()).as("and no removal of its item").isEqualTo("list_removed");
    }

    /** Causes them all. */
    private List<Received> everything() {
        String path = webhooks.path();
        server.post(path + "/Documents", "UniqueName", "name", "Data", DATA);
        server.post(path + "/Documents/name", "Data", DATA);
        server.delete(path + "/Documents/name");
        server.post(path + "/Lists", "UniqueName", "name");
        server.post(path + "/Lists/name/Items", "Data", DATA);
        server.post(path + "/Lists/name/Items/0", "Data", DATA);
        server.delete(path + "/Lists/name/Items/0");
        server.delete(path + "/Lists/name");
        server.post(path + "/Maps", "UniqueName", "name");
        server.post(path + "/Maps/name/Items", "Key", "key", "Data", DATA);
        server.post(path + "/Maps/name/Items/key", "Data", DATA);
        server.delete(path + "/Maps/name/Items/key");
        server.delete(path + "/Maps/name");
        server.post(path + "/Streams", "UniqueName", "name");
        server.post(path + "/Streams/name/Messages", "Data", DATA);
        server.delete(path + "/Streams/name");
        List<Received> all = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            all.add(receiver.next());
        }
        return all;
    }

    private static Set<String> with(Set<String> names, String another) {
        Set<String> all = new TreeSet<>(names);
        all.add(another);
        return all;
    }
}
