package io.lockstep.realtime;

import io.lockstep.api.JsonFields;
import io.lockstep.api.Parameters;
import io.lockstep.error.ErrorCode;
import io.lockstep.error.SyncException;
import io.lockstep.model.Caller;
import io.lockstep.model.Document;
import io.lockstep.model.JsonText;
import io.lockstep.model.Sid;
import io.lockstep.model.SidOrUniqueName;
import io.lockstep.store.DocumentRepository;
import io.lockstep.store.DocumentRepository.DocumentPatch;
import io.lockstep.store.DocumentRepository.NewDocument;
import io.vertx.core.Future;

/** /v3/Documents (sync-client-rest.md sections 4 and 5). */
final class DocumentRequests {

    private final DocumentRepository documents;
    private final ClientJson render;
    private final int maxData;

    DocumentRequests(DocumentRepository documents, ClientJson render, int maxData) {
        this.documents = documents;
        this.render = render;
        this.maxData = maxData;
    }

    Future<ClientReply> create(ClientRequest request) {
        JsonFields fields = request.fields();
        JsonText data = ClientRequest.data(fields, maxData, ErrorCode.INVALID_DOCUMENT_DATA);
        Long ttl = ClientRequest.ttl(fields);
        NewDocument document = new NewDocument(
                Parameters.uniqueName(fields.text("unique_name")),
                data == null ? JsonText.EMPTY_OBJECT : data,
                ttl == null ? 0 : ttl);
        return documents
                .create(request.caller(), request.caller().serviceSid(), document)
                .map(it -> reply(201, it, request.caller()));
    }

    Future<ClientReply> one(ClientRequest request, String segment) {
        SidOrUniqueName name = ClientRequest.name(Sid.Kind.DOCUMENT, segment);
        Caller.Client caller = request.caller();
        return switch (request.method()) {
            case "GET" ->
                documents
                        .get(caller, caller.serviceSid(), name)
                        .map(it -> ClientReply.of(200, json -> {
                            render.object(json, it, caller);
                            json.putJson("data", it.data());
                        }));
            case "POST" -> update(request, name);
            case "DELETE" ->
                documents
                        .delete(caller, caller.serviceSid(), name, request.ifMatch())
                        .map(ignored -> ClientReply.noContent());
            default -> ClientApi.methodNotAllowed();
        };
    }

    private Future<ClientReply> update(ClientRequest request, SidOrUniqueName name) {
        JsonFields fields = request.fields();
        DocumentPatch patch = new DocumentPatch(
                ClientRequest.data(fields, maxData, ErrorCode.INVALID_DOCUMENT_DATA),
                ClientRequest.ttl(fields),
                request.ifMatch());
        if (patch.data() == null && patch.ttl() == null) {
            return SyncException.failedFuture(ErrorCode.NO_PARAMETERS, "No parameters specified");
        }
        return documents
                .update(request.caller(), request.caller().serviceSid(), name, patch)
                .map(it -> reply(200, it, request.caller()));
    }

    private ClientReply reply(int status, Document document, Caller caller) {
        return ClientReply.of(status, json -> render.object(json, document, caller));
    }
}
