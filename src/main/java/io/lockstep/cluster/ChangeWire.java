package io.lockstep.cluster;

import io.lockstep.model.Caller;
import io.lockstep.model.Change;
import io.lockstep.model.Document;
import io.lockstep.model.ItemKey;
import io.lockstep.model.JsonText;
import io.lockstep.model.Sid;
import io.lockstep.model.StreamMessage;
import io.lockstep.model.SyncCollection;
import io.lockstep.model.SyncItem;
import io.lockstep.model.SyncObject;
import io.lockstep.model.SyncStream;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** How a {@link Change} is written for another node: as it is, field by field. */
final class ChangeWire {

    private static final byte CREATED = 0;
    private static final byte UPDATED = 1;
    private static final byte REMOVED = 2;
    private static final byte ITEM_ADDED = 3;
    private static final byte ITEM_UPDATED = 4;
    private static final byte ITEM_REMOVED = 5;
    private static final byte MESSAGE = 6;

    private static final List<Sid.Kind> OBJECTS =
            List.of(Sid.Kind.DOCUMENT, Sid.Kind.LIST, Sid.Kind.MAP, Sid.Kind.STREAM);

    private static final byte BACKEND = 0;
    private static final byte CLIENT = 1;

    private ChangeWire() {}

    static void write(Wire.Writer out, Change change) {
        out.octet(type(change));
        object(out, change.object());
        caller(out, change.caller());
        if (change instanceof Change.ItemAdded it) {
            item(out, it.item());
        } else if (change instanceof Change.ItemUpdated it) {
            item(out, it.item());
        } else if (change instanceof Change.ItemRemoved it) {
            item(out, it.item());
        } else if (change instanceof Change.ObjectRemoved it) {
            out.instant(it.date());
        } else if (change instanceof Change.MessagePublished it) {
            out.instant(it.date());
            out.uuid(it.message().sid().id());
            out.text(it.message().data().text());
        }
    }

    private static byte type(Change change) {
        if (change instanceof Change.ObjectCreated) {
            return CREATED;
        } else if (change instanceof Change.DocumentUpdated) {
            return UPDATED;
        } else if (change instanceof Change.ObjectRemoved) {
            return REMOVED;
        } else if (change instanceof Change.ItemAdded) {
            return ITEM_ADDED;
        } else if (change instanceof Change.ItemUpdated) {
            return ITEM_UPDATED;
        }
        return change instanceof Change.ItemRemoved ? ITEM_REMOVED : MESSAGE;
    }

    private static void object(Wire.Writer out, SyncObject object) {
        out.octet(letter(object.sid().kind()));
        out.uuid(object.sid().id());
        out.uuid(object.serviceSid().id());
        out.text(object.uniqueName());
        out.text(object.createdBy());
        out.instant(object.dateCreated());
        out.instant(object.dateUpdated());
        out.instant(object.dateExpires());
        if (object instanceof Document document) {
            out.text(document.data().text());
            out.number(document.lastEventId());
        } else if (object instanceof SyncCollection collection) {
            out.number(collection.lastEventId());
            out.number(collection.nextIndex());
        }
    }

    /** Its Service and its collection are those of the change. */
    private static void item(Wire.Writer out, SyncItem item) {
        out.octet(item.key() instanceof ItemKey.Index ? 0 : 1);
        if (item.key() instanceof ItemKey.Index index) {
            out.number(index.value());
        } else {
            out.text(item.key().toString());
        }
        out.text(item.data().text());
        out.number(item.lastEventId());
        out.number(item.createdEventId());
        out.text(item.createdBy());
        out.instant(item.dateCreated());
        out.instant(item.dateUpdated());
        out.instant(item.dateExpires());
    }

    private static void caller(Wire.Writer out, Caller caller) {
        out.octet(caller instanceof Caller.Client ? CLIENT : BACKEND);
        out.uuid(caller.accountSid().id());
        if (caller instanceof Caller.Client client) {
            out.uuid(client.serviceSid().id());
            out.text(client.identity());
            out.text(client.endpointId());
        }
    }

    /** Fails with {@link MalformedMessageException} when there is none. */
    static Change read(Wire.Reader in) {
        byte type = in.octet();
        SyncObject object = object(in);
        Caller caller = caller(in);
        return switch (type) {
            case CREATED -> new Change.ObjectCreated(object, caller);
            case UPDATED -> new Change.DocumentUpdated(as(Document.class, object), caller);
            case REMOVED -> new Change.ObjectRemoved(object, caller, in.instant());
            case ITEM_ADDED -> new Change.ItemAdded(as(SyncCollection.class, object), item(in, object), caller);
            case ITEM_UPDATED -> new Change.ItemUpdated(as(SyncCollection.class, object), item(in, object), caller);
            case ITEM_REMOVED -> new Change.ItemRemoved(as(SyncCollection.class, object), item(in, object), caller);
            case MESSAGE -> message(in, as(SyncStream.class, object), caller);
            default -> throw new MalformedMessageException("no change is a " + type);
        };
    }

    private static <T> T as(Class<T> type, SyncObject object) {
        if (!type.isInstance(object)) {
            throw new MalformedMessageException(
                    "nothing such happens to a " + object.getClass().getSimpleName());
        }
        return type.cast(object);
    }

    private static SyncObject object(Wire.Reader in) {
        Sid.Kind kind = kind(in.octet());
        Sid sid = new Sid(kind, in.uuid());
        Sid service = new Sid(Sid.Kind.SERVICE, in.uuid());
        String name = in.textOrNull();
        String createdBy = in.text();
        Instant created = in.instant();
        Instant updated = in.instant();
        @Nullable Instant expires = in.instantOrNull();
        return switch (kind) {
            case DOCUMENT -> {
                JsonText data = new JsonText(in.text());
                yield new Document(sid, service, name, data, in.number(), createdBy, created, updated, expires);
            }
            case STREAM -> new SyncStream(sid, service, name, createdBy, created, updated, expires);
            default -> {
                long lastEventId = in.number();
                long next = in.number();
                yield new SyncCollection(sid, service, name, lastEventId, next, createdBy, created, updated, expires);
            }
        };
    }

    private static int letter(Sid.Kind kind) {
        return kind.word().charAt(0);
    }

    private static Sid.Kind kind(byte letter) {
        for (Sid.Kind kind : OBJECTS) {
            if (letter(kind) == letter) {
                return kind;
            }
        }
        throw new MalformedMessageException("nothing happens to a " + letter);
    }

    private static SyncItem item(Wire.Reader in, SyncObject collection) {
        ItemKey key = in.octet() == 0 ? new ItemKey.Index(in.number()) : new ItemKey.Key(in.text());
        JsonText data = new JsonText(in.text());
        long lastEventId = in.number();
        long createdEventId = in.number();
        String createdBy = in.text();
        Instant created = in.instant();
        Instant updated = in.instant();
        return new SyncItem(
                collection.serviceSid(),
                collection.sid(),
                key,
                data,
                lastEventId,
                createdEventId,
                createdBy,
                created,
                updated,
                in.instantOrNull());
    }

    private static Change message(Wire.Reader in, SyncStream stream, Caller caller) {
        Instant date = in.instant();
        UUID sid = in.uuid();
        return new Change.MessagePublished(
                stream, new StreamMessage(new Sid(Sid.Kind.MESSAGE, sid), new JsonText(in.text())), caller, date);
    }

    private static Caller caller(Wire.Reader in) {
        byte kind = in.octet();
        Sid account = new Sid(Sid.Kind.ACCOUNT, in.uuid());
        if (kind != CLIENT) {
            return new Caller.Backend(account);
        }
        return new Caller.Client(account, new Sid(Sid.Kind.SERVICE, in.uuid()), in.text(), in.text());
    }
}
