package io.lockstep.e2e;

import static io.lockstep.e2e.Twilio.assertFails;
import static org.assertj.core.api.Assertions.assertThat;

import com.twilio.http.TwilioRestClient;
import com.twilio.rest.sync.v1.Service;
import com.twilio.rest.sync.v1.service.SyncList;
import com.twilio.rest.sync.v1.service.SyncMap;
import com.twilio.rest.sync.v1.service.synclist.SyncListPermission;
import com.twilio.rest.sync.v1.service.syncmap.SyncMapPermission;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Permissions of lists and maps by Twilio's own Java library. */
@Timeout(120)
class TwilioJavaPermissionsTest {

    private static final Api API = SharedServer.api();

    private final TwilioRestClient client = Twilio.rewriting(API);
    private final String service = Service.creator().create(client).getSid();

    @Nested
    class OfAList {

        private final String list =
                SyncList.creator(service).setUniqueName("shared").create(client).getSid();

        @Test
        void areSetForTheFirstTimeAndAgain() {
            SyncListPermission first = set("bob@example.com", true, false);
            SyncListPermission second = set("bob@example.com", false, true);

            assertThat(first.getAccountSid()).isEqualTo(Bootstrap.ACCOUNT);
            assertThat(first.getServiceSid()).isEqualTo(service);
            assertThat(first.getListSid()).isEqualTo(list);
            assertThat(first.getIdentity()).isEqualTo("bob@example.com");
            assertThat(List.of(first.getRead(), first.getWrite(), first.getManage()))
                    .containsExactly(true, false, true);
            assertThat(List.of(second.getRead(), second.getWrite(), second.getManage()))
                    .containsExactly(false, true, true);
            assertThat(second.getUrl()).isEqualTo(first.getUrl());
            assertThat(fetchPermission("bob@example.com")).isEqualTo(second);
        }

        @Test
        void areGoneOnceTheyAreDeletedOrTheirList() {
            set("eve", true, true);
            set("mallory", true, true);

            assertThat(SyncListPermission.deleter(service, list, "eve").delete(client))
                    .isTrue();

            assertFails(() -> fetchPermission("eve"), 404, 20404);
            assertFails(() -> SyncListPermission.deleter(service, list, "eve").delete(client), 404, 20404);
            SyncList.deleter(service, list).delete(client);
            assertFails(() -> fetchPermission("mallory"), 404, 20404);
            assertFails(() -> set("mallory", true, true), 404, 20404);
        }

        @Test
        void areListedHoweverManyThereAre() {
            TwilioList.assertHoldsWhatIsCreated(
                    number -> set("user-%03d".formatted(number), true, false).getIdentity(),
                    API,
                    () -> SyncListPermission.reader(service, "shared"),
                    SyncListPermission::getIdentity);
        }

        private SyncListPermission set(String identity, boolean read, boolean write) {
            return SyncListPermission.updater(service, "shared", identity, read, write, true)
                    .update(client);
        }

        private SyncListPermission fetchPermission(String identity) {
            return SyncListPermission.fetcher(service, list, identity).fetch(client);
        }
    }

    @Nested
    class OfAMap {

        private final String map =
                SyncMap.creator(service).setUniqueName("shared").create(client).getSid();

        @Test
        void areSetForTheFirstTimeAndAgain() {
            SyncMapPermission first = set("bob@example.com", true, false);
            SyncMapPermission second = set("bob@example.com", false, true);

            assertThat(first.getAccountSid()).isEqualTo(Bootstrap.ACCOUNT);
            assertThat(first.getServiceSid()).isEqualTo(service);
            assertThat(first.getMapSid()).isEqualTo(map);
            assertThat(first.getIdentity()).isEqualTo("bob@example.com");
            assertThat(List.of(first.getRead(), first.getWrite(), first.getManage()))
                    .containsExactly(true, false, true);
            assertThat(List.of(second.getRead(), second.getWrite(), second.getManage()))
                    .containsExactly(false, true, true);
            assertThat(second.getUrl()).isEqualTo(first.getUrl());
            assertThat(fetchPermission("bob@example.com")).isEqualTo(second);
        }

        @Test
        void areGoneOnceTheyAreDeletedOrTheirMap() {
            set("eve", true, true);
            set("mallory", true, true);

            assertThat(SyncMapPermission.deleter(service, map, "eve").delete(client))
                    .isTrue();

            assertFails(() -> fetchPermission("eve"), 404, 20404);
            assertFails(() -> SyncMapPermission.deleter(service, map, "eve").delete(client), 404, 20404);
            SyncMap.deleter(service, map).delete(client);
            assertFails(() -> fetchPermission("mallory"), 404, 20404);
            assertFails(() -> set("mallory", true, true), 404, 20404);
        }

        @Test
        void areListedHoweverManyThereAre() {
            TwilioList.assertHoldsWhatIsCreated(
                    number -> set("user-%03d".formatted(number), true, false).getIdentity(),
                    API,
                    () -> SyncMapPermission.reader(service, "shared"),
                    SyncMapPermission::getIdentity);
        }

        private SyncMapPermission set(String identity, boolean read, boolean write) {
            return SyncMapPermission.updater(service, "shared", identity, read, write, true)
                    .update(client);
        }

        private SyncMapPermission fetchPermission(String identity) {
            return SyncMapPermission.fetcher(service, map, identity).fetch(client);
        }
    }
}
