package io.lockstep.store.pg;

import static io.lockstep.testing.Futures.await;

import io.lockstep.model.Caller;
import io.lockstep.model.ItemKey;
import io.lockstep.model.JsonText;
import io.lockstep.model.Permission.Rights;
import io.lockstep.model.Sid;
import io.lockstep.model.SidOrUniqueName;
import io.lockstep.model.SyncItem;
import io.lockstep.store.CollectionRepository;
import io.lockstep.store.CollectionRepository.NewItem;
import io.lockstep.store.DocumentRepository.NewDocument;
import io.lockstep.store.NewObject;
import io.lockstep.testing.TestNode;
import org.jspecify.annotations.Nullable;

/** Fills a Service with objects that live for so many seconds, 0 for ever. */
record Contents(TestNode node, Caller caller, Sid service) {

    static SidOrUniqueName name(Sid sid) {
        return new SidOrUniqueName.BySid(sid);
    }

    Sid document(long ttl) {
        NewDocument document = new NewDocument(null, JsonText.EMPTY_OBJECT, ttl);
        return await(node.run(it -> it.documents().create(caller, service, document)))
                .sid();
    }

    Sid stream(long ttl) {
        return await(node.run(it -> it.streams().create(caller, service, new NewObject(null, ttl), null)))
                .sid();
    }

    Sid list(long ttl) {
        return await(node.run(it -> it.lists().create(caller, service, new NewObject(null, ttl), null)))
                .sid();
    }

    Sid map(long ttl) {
        return await(node.run(it -> it.maps().create(caller, service, new NewObject(null, ttl), null)))
                .sid();
    }

    SyncItem listItem(Sid list, long ttl) {
        return item(node.repositories().lists(), list, null, ttl);
    }

    SyncItem mapItem(Sid map, String key, long ttl) {
        return item(node.repositories().maps(), map, new ItemKey.Key(key), ttl);
    }

    private SyncItem item(CollectionRepository collections, Sid collection, @Nullable ItemKey key, long ttl) {
        NewItem item = new NewItem(key, JsonText.EMPTY_OBJECT, ttl, null);
        return await(node.run(ignored -> collections.addItem(caller, service, name(collection), item, null)));
    }

    void removeListItem(Sid list, long index) {
        await(node.run(it -> it.lists().removeItem(caller, service, name(list), new ItemKey.Index(index), null)));
    }

    void removeMapItem(Sid map, String key) {
        await(node.run(it -> it.maps().removeItem(caller, service, name(map), new ItemKey.Key(key), null)));
    }

    void listPermission(Sid list, String identity) {
        await(node.run(it -> it.listPermissions().put(caller, service, name(list), identity, Rights.ALL, null)));
    }

    void deleteDocument(Sid document) {
        await(node.run(it -> it.documents().delete(caller, service, name(document), null)));
    }

    void deleteList(Sid list) {
        await(node.run(it -> it.lists().delete(caller, service, name(list))));
    }

    void deleteStream(Sid stream) {
        await(node.run(it -> it.streams().delete(caller, service, name(stream))));
    }
}
