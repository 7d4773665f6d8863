package io.lockstep.rest;

import io.lockstep.api.JsonWriter;
import io.lockstep.error.ErrorCode;
import io.lockstep.error.SyncException;
import io.lockstep.model.JsonText;
import io.lockstep.model.StreamMessage;
import io.lockstep.model.SyncStream;
import io.lockstep.store.NewObject;
import io.lockstep.store.StreamRepository;
import io.vertx.core.Future;

/** /v1/Services/{ServiceSid}/Streams and their messages (rest-api.md sections 11 and 12). */
final class StreamRoutes implements Routes {

    private static final ObjectPath PATH = ObjectPath.STREAMS;

    private final ServiceSids services;
    private final StreamRepository streams;
    private final int maxMessage;

    /**
     * @param maxMessage bytes of its data
     */
    StreamRoutes(ServiceSids services, StreamRepository streams, int maxMessage) {
        this.services = services;
        this.streams = streams;
        this.maxMessage = maxMessage;
    }

    @Override
    public void mount(RouteTable table) {
        table.at(PATH.all()).post(this::create).get(this::page).end();
        table.at(PATH.one())
                .get(this::fetch)
                .post(this::update)
                .delete(this::delete)
                .end();
        table.at(PATH.one() + "/Messages").post(this::publish).end();
    }

    private Future<Reply> create(Request request) {
        Long ttl = request.ttl("Ttl");
        NewObject stream = new NewObject(request.uniqueName(), ttl == null ? 0 : ttl);
        return services.of(request)
                .compose(service -> request.write(
                        once -> streams.create(request.caller(), service, stream, once),
                        (SyncStream it) -> Reply.created(json -> write(json, it, request))));
    }

    private Future<Reply> fetch(Request request) {
        return services.of(request)
                .compose(service -> streams.get(request.caller(), service, PATH.name(request)))
                .map(it -> Reply.ok(json -> write(json, it, request)));
    }

    private Future<Reply> update(Request request) {
        Long ttl = request.ttl("Ttl");
        if (ttl == null) {
            return SyncException.failedFuture(ErrorCode.NO_PARAMETERS, "No parameters specified");
        }
        return services.of(request)
                .compose(service -> request.write(
                        once -> streams.update(request.caller(), service, PATH.name(request), ttl, once),
                        (SyncStream it) -> Reply.ok(json -> write(json, it, request))));
    }

    private Future<Reply> delete(Request request) {
        return services.of(request)
                .compose(service -> streams.delete(request.caller(), service, PATH.name(request)))
                .map(ignored -> Reply.noContent());
    }

    private Future<Reply> page(Request request) {
        return services.of(request)
                .compose(service -> streams.page(request.caller(), service, request.page()))
                .map(page -> request.page(
                        PATH.key(), page, it -> it.sid().toString(), (json, it) -> write(json, it, request)));
    }

    private Future<Reply> publish(Request request) {
        JsonText data = request.requiredData(maxMessage, ErrorCode.INVALID_MESSAGE_DATA);
        return services.of(request)
                .compose(service -> request.write(
                        once -> streams.publish(request.caller(), service, PATH.name(request), data, once),
                        (StreamMessage it) -> Reply.created(
                                json -> json.put("sid", it.sid().toString()).putJson("data", it.data()))));
    }

    private static void write(JsonWriter json, SyncStream stream, Request request) {
        String url = PATH.url(request, stream.serviceSid(), stream.sid());
        ObjectJson.head(json, stream, url, request)
                .putObject("links", links -> links.put("messages", url + "/Messages"));
        ObjectJson.tail(json, stream);
    }
}
