package io.lockstep.store.pg;

import static io.lockstep.testing.Futures.assertFails;
import static io.lockstep.testing.Futures.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.error.ErrorCode;
import io.lockstep.model.Caller;
import io.lockstep.model.ItemKey;
import io.lockstep.model.ItemQuery;
import io.lockstep.model.JsonText;
import io.lockstep.model.PageRequest;
import io.lockstep.model.Patch;
import io.lockstep.model.Permission.Rights;
import io.lockstep.model.ServiceName;
import io.lockstep.model.ServicePatch;
import io.lockstep.model.Sid;
import io.lockstep.model.SidOrUniqueName;
import io.lockstep.store.CollectionRepository;
import io.lockstep.store.CollectionRepository.NewItem;
import io.lockstep.store.DocumentRepository.NewDocument;
import io.lockstep.store.NewObject;
import io.lockstep.store.PermissionRepository;
import io.lockstep.testing.TestNode;
import io.lockstep.testing.TestStore;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What clients may read, and what they are told of what they may not (tokens-and-acl.md section 3). */
class ReadPermissionTest {

    private static final JsonText DATA = new JsonText("{}");
    private static final SidOrUniqueName NAME = new SidOrUniqueName.ByName("name");
    private static final SidOrUniqueName NOTHING = new SidOrUniqueName.ByName("nothing");

    @RegisterExtension
    static final TestStore store = new TestStore();

    private final Caller backend = TestStore.newCaller();
    private TestNode node;
    private Sid service;
    private Caller alice;

    @BeforeEach
    void startWithAServiceThatAppliesPermissions() {
        node = TestNode.start(store.vertx(), TestStore.config());
        service =
                await(node.run(it -> it.services().create(backend, acl(true)))).sid();
        alice = client(service, "alice");
    }

    @AfterEach
    void stop() {
        node.stop();
    }

    @Test
    void aDocumentIsReadWithTheRightAloneAndByWhomItWasGivenTo() {
        Sid document = newDocument();
        Function<Caller, Future<?>> read = who -> node.run(it -> it.documents().get(who, service, bySid(document)));

        assertFails(read.apply(alice), ErrorCode.FORBIDDEN);
        grant(it -> it.documentPermissions(), "alice", new Rights(false, true, true));
        assertFails(read.apply(alice), ErrorCode.FORBIDDEN);
        grant(it -> it.documentPermissions(), "alice", new Rights(true, false, false));
        await(read.apply(alice));
        assertFails(read.apply(client(service, "Alice")), ErrorCode.FORBIDDEN);
        grant(it -> it.documentPermissions(), "alice", Rights.NONE);
        assertFails(read.apply(alice), ErrorCode.FORBIDDEN);
        await(read.apply(backend));
    }

    @Test
    void permissionsCountOnlyWhereTheServiceAppliesThem() {
        Sid document = newDocument();
        ServiceName name = new ServiceName.BySid(service);

        await(node.run(it -> it.services().update(backend, name, acl(false))));
        await(node.run(it -> it.documents().get(alice, service, bySid(document))));
        await(node.run(it -> it.services().update(backend, name, acl(true))));

        assertFails(node.run(it -> it.documents().get(alice, service, bySid(document))), ErrorCode.FORBIDDEN);
    }

    @ParameterizedTest
    @EnumSource(
            value = Sid.Kind.class,
            names = {"LIST", "MAP"})
    void theRightOnACollectionIsThatOnItsItems(Sid.Kind kind) {
        ItemKey key = kind == Sid.Kind.LIST ? new ItemKey.Index(0) : new ItemKey.Key("k");
        Sid sid = await(node.run(it -> collections(kind, it).create(backend, service, named(), null)))
                .sid();
        NewItem item = new NewItem(kind == Sid.Kind.LIST ? null : key, DATA, 0, null);
        await(node.run(it -> collections(kind, it).addItem(backend, service, NAME, item, null)));
        List<Function<Caller, Future<?>>> reads = List.of(
                who -> node.run(it -> collections(kind, it).get(who, service, NAME)),
                who -> node.run(it -> collections(kind, it).getItem(who, service, NAME, key)),
                who -> node.run(it -> collections(kind, it).getItem(who, service, bySid(sid), key)),
                who -> node.run(it -> collections(kind, it).pageItems(who, service, NAME, all(), first())),
                who -> node.run(it -> collections(kind, it).pageItems(who, service, bySid(sid), all(), first())));

        reads.forEach(read -> assertFails(read.apply(alice), ErrorCode.FORBIDDEN));
        grant(it -> kind == Sid.Kind.LIST ? it.listPermissions() : it.mapPermissions(), "alice", Rights.ALL);
        reads.forEach(read -> await(read.apply(alice)));
        Caller stranger = client(Sid.generate(Sid.Kind.SERVICE), "alice");
        reads.forEach(read -> assertFails(read.apply(stranger), ErrorCode.NOT_FOUND));
    }

    @Test
    void whatIsNotThereIsMissingAndNotForbidden() {
        assertFails(node.run(it -> it.documents().get(alice, service, NOTHING)), ErrorCode.UNIQUE_NAME_NOT_FOUND);
        assertFails(
                node.run(it -> it.maps().getItem(alice, service, NOTHING, new ItemKey.Key("k"))),
                ErrorCode.UNIQUE_NAME_NOT_FOUND);
        assertFails(
                node.run(it -> it.documents().get(alice, service, bySid(Sid.generate(Sid.Kind.DOCUMENT)))),
                ErrorCode.DOCUMENT_NOT_FOUND);
    }

    @Test
    void aStreamIsReadByEveryClientOfItsService() {
        await(node.run(it -> it.streams().create(backend, service, named(), null)));

        await(node.run(it -> it.streams().get(alice, service, NAME)));
        assertFails(
                node.run(it -> it.streams().get(client(Sid.generate(Sid.Kind.SERVICE), "alice"), service, NAME)),
                ErrorCode.NOT_FOUND);
    }

    @Test
    void whoCreatesAnObjectMayReadIt() {
        await(node.run(it -> it.documents().create(alice, service, new NewDocument("name", DATA, 0))));

        assertThat(await(node.run(it -> it.documents().get(alice, service, NAME)))
                        .createdBy())
                .isEqualTo("alice");
        assertFails(node.run(it -> it.documents().get(client(service, "bob"), service, NAME)), ErrorCode.FORBIDDEN);
    }

    private Sid newDocument() {
        return await(node.run(it -> it.documents().create(backend, service, new NewDocument("name", DATA, 0))))
                .sid();
    }

    private void grant(Function<PgRepositories, PermissionRepository> permissions, String identity, Rights rights) {
        await(node.run(it -> permissions.apply(it).put(backend, service, NAME, identity, rights, null)));
    }

    private static CollectionRepository collections(Sid.Kind kind, PgRepositories repositories) {
        return kind == Sid.Kind.LIST ? repositories.lists() : repositories.maps();
    }

    private Caller client(Sid of, String identity) {
        return new Caller.Client(backend.accountSid(), of, identity, "endpoint");
    }

    private static ServicePatch acl(boolean enabled) {
        return new ServicePatch(null, Patch.absent(), null, null, enabled, null, null);
    }

    private static NewObject named() {
        return new NewObject("name", 0);
    }

    private static SidOrUniqueName bySid(Sid sid) {
        return new SidOrUniqueName.BySid(sid);
    }

    private static ItemQuery all() {
        return new ItemQuery(ItemQuery.Order.ASC, null, true);
    }

    private static PageRequest first() {
        return new PageRequest(10, null);
    }
}
