package io.lockstep.e2e;

import static io.lockstep.e2e.Twilio.assertFails;
import static org.assertj.core.api.Assertions.assertThat;

import com.twilio.http.TwilioRestClient;
import com.twilio.rest.sync.v1.Service;
import com.twilio.rest.sync.v1.service.Document;
import com.twilio.rest.sync.v1.service.document.DocumentPermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Documents and their permissions by Twilio's own Java library. */
@Timeout(120)
class TwilioJavaDocumentsTest {

    private static final Api API = SharedServer.api();
    private static final Map<String, Object> DATA =
            Map.of("name", "Zoë & 😀 + 100 %", "scores", List.of(1, 2.5), "next", Map.of("deep", true));

    private final TwilioRestClient client = Twilio.rewriting(API);
    private final String service = Service.creator().create(client).getSid();

    @Nested
    class ADocument {

        @Test
        void isCreatedWithAllParameters() {
            Document created = Document.creator(service)
                    .setUniqueName("score board/é")
                    .setData(DATA)
                    .setTtl(60)
                    .create(client);

            assertThat(created.getSid()).matches("ET[0-9a-f]{32}");
            assertThat(created.getUniqueName()).isEqualTo("score board/é");
            assertThat(created.getAccountSid()).isEqualTo(Bootstrap.ACCOUNT);
            assertThat(created.getServiceSid()).isEqualTo(service);
            assertThat(created.getData()).isEqualTo(DATA);
            assertThat(created.getRevision()).isEqualTo("0");
            assertThat(created.getCreatedBy()).isEqualTo("system");
            assertThat(created.getDateUpdated()).isEqualTo(created.getDateCreated());
            assertThat(created.getDateExpires())
                    .isBetween(
                            created.getDateCreated().plusSeconds(59),
                            created.getDateCreated().plusSeconds(61));
            assertThat(created.getUrl())
                    .hasToString(API.address() + "/v1/Services/" + service + "/Documents/" + created.getSid());
            assertThat(created.getLinks()).isEqualTo(Map.of("permissions", created.getUrl() + "/Permissions"));
        }

        @Test
        void isCreatedWithoutParameters() {
            Document created = Document.creator(service).create(client);

            assertThat(created.getUniqueName()).isNull();
            assertThat(created.getDateExpires()).isNull();
            assertThat(created.getData()).isEqualTo(Map.of());
        }

        @Test
        void isFetchedByItsSidAndByItsName() {
            Document created = newDocument("a name");

            assertThat(Document.fetcher(service, created.getSid()).fetch(client))
                    .isEqualTo(created);
            assertThat(Document.fetcher(service, "a name").fetch(client)).isEqualTo(created);
        }

        @Test
        void keepsItsTimeToLiveWhenItsDataChanges() {
            Document created = newDocument("kept");

            Document updated =
                    Document.updater(service, "kept").setData(Map.of("b", 2)).update(client);

            assertThat(updated.getData()).isEqualTo(Map.of("b", 2));
            assertThat(updated.getRevision()).isNotEqualTo(created.getRevision());
            assertThat(updated.getDateExpires()).isEqualTo(created.getDateExpires());
            assertThat(Document.fetcher(service, "kept").fetch(client)).isEqualTo(updated);
        }

        @Test
        void keepsItsDataWhenItsTimeToLiveChanges() {
            Document created = newDocument("for ever");

            Document updated =
                    Document.updater(service, created.getSid()).setTtl(0).update(client);

            assertThat(updated.getDateExpires()).isNull();
            assertThat(updated.getData()).isEqualTo(created.getData());
            assertThat(updated.getRevision()).isNotEqualTo(created.getRevision());
        }

        @Test
        void isChangedOnlyAtTheRevisionThatIsAskedFor() {
            Document created = newDocument("guarded");

            Document updated = Document.updater(service, "guarded")
                    .setData(Map.of("turn", 1))
                    .setIfMatch(created.getRevision())
                    .update(client);

            assertFails(
                    () -> Document.updater(service, "guarded")
                            .setData(Map.of("turn", 2))
                            .setIfMatch(created.getRevision())
                            .update(client),
                    412,
                    20412);
            assertThat(Document.fetcher(service, "guarded").fetch(client)).isEqualTo(updated);
        }

        @Test
        void isGoneOnceItIsDeleted() {
            Document created = newDocument("gone");

            assertThat(Document.deleter(service, created.getSid()).delete(client))
                    .isTrue();

            assertFails(() -> Document.fetcher(service, created.getSid()).fetch(client), 404, 20404);
            assertFails(() -> Document.fetcher(service, "gone").fetch(client), 404, 20404);
            assertFails(() -> Document.updater(service, "gone").setTtl(1).update(client), 404, 20404);
            assertFails(() -> Document.deleter(service, "gone").delete(client), 404, 20404);
            assertThat(newDocument("gone").getSid()).isNotEqualTo(created.getSid());
        }
    }

    @Nested
    class Permissions {

        private final String document = newDocument("shared").getSid();

        @Test
        void areSetForTheFirstTimeAndAgain() {
            DocumentPermission first = set("bob@example.com", true, false);
            DocumentPermission second = set("bob@example.com", false, true);

            assertThat(first.getAccountSid()).isEqualTo(Bootstrap.ACCOUNT);
            assertThat(first.getServiceSid()).isEqualTo(service);
            assertThat(first.getDocumentSid()).isEqualTo(document);
            assertThat(first.getIdentity()).isEqualTo("bob@example.com");
            assertThat(rights(first)).containsExactly(true, false, true);
            assertThat(rights(second)).containsExactly(false, true, true);
            assertThat(second.getUrl()).isEqualTo(first.getUrl());
            assertThat(fetch("bob@example.com")).isEqualTo(second);
        }

        @Test
        void belongToAnyIdentity() {
            for (String identity : List.of("é ü", "a+b", "100%", "a:b;c=d&e")) {
                DocumentPermission permission = set(identity, true, true);

                assertThat(permission.getIdentity()).isEqualTo(identity);
                assertThat(fetch(identity)).isEqualTo(permission);
            }
        }

        @Test
        void areGoneOnceTheyAreDeleted() {
            set("eve", true, true);

            assertThat(DocumentPermission.deleter(service, document, "eve").delete(client))
                    .isTrue();

            assertFails(() -> fetch("eve"), 404, 20404);
            assertFails(
                    () -> DocumentPermission.deleter(service, document, "eve").delete(client), 404, 20404);
        }

        @Test
        void areGoneWithTheirDocument() {
            set("eve", true, true);

            Document.deleter(service, document).delete(client);

            assertFails(() -> fetch("eve"), 404, 20404);
            assertFails(() -> set("eve", true, true), 404, 20404);
        }

        @Test
        void areListedHoweverManyThereAre() {
            TwilioList.assertHoldsWhatIsCreated(
                    number -> set("user-%03d".formatted(number), true, false).getIdentity(),
                    API,
                    () -> DocumentPermission.reader(service, "shared"),
                    DocumentPermission::getIdentity);
        }

        private DocumentPermission set(String identity, boolean read, boolean write) {
            return DocumentPermission.updater(service, "shared", identity, read, write, true)
                    .update(client);
        }

        private DocumentPermission fetch(String identity) {
            return DocumentPermission.fetcher(service, document, identity).fetch(client);
        }

        private static List<Boolean> rights(DocumentPermission permission) {
            return List.of(permission.getRead(), permission.getWrite(), permission.getManage());
        }
    }

    @Nested
    class Lists {

        @Test
        void seeEveryDocumentOnceHoweverManyThereAre() {
            TwilioList.assertHoldsWhatIsCreated(
                    number -> newDocument("number " + number).getSid(),
                    API,
                    () -> Document.reader(service),
                    Document::getSid);
        }

        @Test
        void leadBackTheWayTheyCame() {
            List<String> created = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                created.add(newDocument("number " + i).getSid());
            }

            TwilioList.assertLeadsThereAndBack(created, API, () -> Document.reader(service), Document::getSid);
        }
    }

    @Nested
    class Errors {

        @Test
        void carryTwiliosCodes() {
            String nowhere = "IS" + "0".repeat(32);
            newDocument("taken");

            assertFails(() -> Document.creator(nowhere).create(client), 404, 20404);
            assertFails(() -> Document.reader(nowhere).read(client), 404, 20404);
            assertFails(() -> Document.fetcher(service, "ET" + "0".repeat(32)).fetch(client), 404, 20404);
            assertFails(() -> newDocument("taken"), 409, 54301);
            assertFails(() -> newDocument("ET" + "0".repeat(32)), 400, 54302);
            assertFails(() -> create("[1]"), 400, 54101);
            assertFails(() -> create("{"), 400, 54008);
            assertFails(() -> create("{\"a\":\"" + "x".repeat(16_384) + "\"}"), 413, 54006);
            assertFails(() -> Document.creator(service).setTtl(-1).create(client), 400, 54011);
            assertFails(() -> Document.updater(service, "taken").update(client), 400, 54010);
            assertFails(() -> Document.reader(service).pageSize(1001).read(client), 400, 54454);
        }

        /** The library sends a text as it is. */
        private Document create(String data) {
            return Document.creator(service).setData(data).create(client);
        }
    }

    private Document newDocument(String name) {
        return Document.creator(service)
                .setUniqueName(name)
                .setData(DATA)
                .setTtl(3600)
                .create(client);
    }
}
