package io.lockstep.realtime;

import io.lockstep.api.JsonFields;
import io.lockstep.api.Parameters;
import io.lockstep.error.ErrorCode;
import io.lockstep.model.Caller;
import io.lockstep.model.JsonText;
import io.lockstep.model.Sid;
import io.lockstep.model.SidOrUniqueName;
import io.lockstep.model.SyncStream;
import io.lockstep.store.NewObject;
import io.lockstep.store.StreamRepository;
import io.vertx.core.Future;

/** /v3/Streams (sync-client-rest.md section 7). */
final class StreamRequests {

    private final StreamRepository streams;
    private final ClientJson render;
    private final int maxMessage;

    StreamRequests(StreamRepository streams, ClientJson render, int maxMessage) {
        this.streams = streams;
        this.render = render;
        this.maxMessage = maxMessage;
    }

    Future<ClientReply> create(ClientRequest request) {
        JsonFields fields = request.fields();
        Long ttl = ClientRequest.ttl(fields);
        NewObject stream = new NewObject(Parameters.uniqueName(fields.text("unique_name")), ttl == null ? 0 : ttl);
        return streams.create(request.caller(), request.caller().serviceSid(), stream, null)
                .map(it -> reply(201, it, request.caller()));
    }

    Future<ClientReply> one(ClientRequest request, String segment) {
        SidOrUniqueName name = ClientRequest.name(Sid.Kind.STREAM, segment);
        Caller.Client caller = request.caller();
        Sid service = caller.serviceSid();
        return switch (request.method()) {
            case "GET" -> streams.get(caller, service, name).map(it -> reply(200, it, caller));
            case "POST" ->
                streams.update(caller, service, name, ClientRequest.requiredTtl(request.fields()), null)
                        .map(it -> reply(200, it, caller));
            case "DELETE" -> streams.delete(caller, service, name).map(ignored -> ClientReply.noContent());
            default -> ClientApi.methodNotAllowed();
        };
    }

    Future<ClientReply> publish(ClientRequest request, String segment) {
        JsonText data = ClientRequest.requiredData(request.fields(), maxMessage, ErrorCode.INVALID_MESSAGE_DATA);
        return streams.publish(
                        request.caller(),
                        request.caller().serviceSid(),
                        ClientRequest.name(Sid.Kind.STREAM, segment),
                        data,
                        null)
                .map(it -> ClientReply.of(201, json -> json.put("sid", it.sid().toString())));
    }

    private ClientReply reply(int status, SyncStream stream, Caller caller) {
        return ClientReply.of(status, json -> render.object(json, stream, caller));
    }
}
