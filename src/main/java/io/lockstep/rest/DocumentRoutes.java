package io.lockstep.rest;

import io.lockstep.api.JsonWriter;
import io.lockstep.error.ErrorCode;
import io.lockstep.error.SyncException;
import io.lockstep.model.Document;
import io.lockstep.model.JsonText;
import io.lockstep.store.DocumentRepository;
import io.lockstep.store.DocumentRepository.DocumentPatch;
import io.lockstep.store.DocumentRepository.NewDocument;
import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/** /v1/Services/{ServiceSid}/Documents (rest-api.md section 3). */
final class DocumentRoutes implements Routes {

    private final ServiceSids services;
    private final DocumentRepository documents;
    private final int maxData;

    /**
     * @param maxData in bytes
     */
    DocumentRoutes(ServiceSids services, DocumentRepository documents, int maxData) {
        this.services = services;
        this.documents = documents;
        this.maxData = maxData;
    }

    @Override
    public void mount(RouteTable table) {
        table.at(ObjectPath.DOCUMENTS.all()).post(this::create).get(this::page).end();
        table.at(ObjectPath.DOCUMENTS.one())
                .get(this::fetch)
                .post(this::update)
                .delete(this::delete)
                .end();
    }

    private Future<Reply> create(Request request) {
        JsonText data = data(request);
        Long ttl = request.ttl("Ttl");
        NewDocument document = new NewDocument(
                request.uniqueName(), data == null ? JsonText.EMPTY_OBJECT : data, ttl == null ? 0 : ttl);
        return services.of(request)
                .compose(service -> request.write(
                        once -> documents.create(request.caller(), service, document, once),
                        (Document it) ->
                                Reply.created(json -> write(json, it, request)).withETag(it.revision())));
    }

    private Future<Reply> fetch(Request request) {
        return services.of(request)
                .compose(service -> documents.get(request.caller(), service, ObjectPath.DOCUMENTS.name(request)))
                .map(it -> Reply.ok(json -> write(json, it, request)).withETag(it.revision()));
    }

    private Future<Reply> update(Request request) {
        DocumentPatch patch = new DocumentPatch(data(request), request.ttl("Ttl"), request.ifMatch());
        if (patch.data() == null && patch.ttl() == null) {
            return SyncException.failedFuture(ErrorCode.NO_PARAMETERS, "No parameters specified");
        }
        return services.of(request)
                .compose(service -> request.write(
                        once -> documents.update(
                                request.caller(), service, ObjectPath.DOCUMENTS.name(request), patch, once),
                        (Document it) ->
                                Reply.ok(json -> write(json, it, request)).withETag(it.revision())));
    }

    private Future<Reply> delete(Request request) {
        return services.of(request)
                .compose(service -> documents.delete(
                        request.caller(), service, ObjectPath.DOCUMENTS.name(request), request.ifMatch()))
                .map(ignored -> Reply.noContent());
    }

    private Future<Reply> page(Request request) {
        return services.of(request)
                .compose(service -> documents.page(request.caller(), service, request.page()))
                .map(page -> request.page(
                        "documents", page, it -> it.sid().toString(), (json, it) -> write(json, it, request)));
    }

    private @Nullable JsonText data(Request request) {
        return request.data(maxData, ErrorCode.INVALID_DOCUMENT_DATA);
    }

    private static void write(JsonWriter json, Document document, Request request) {
        String url = ObjectPath.DOCUMENTS.url(request, document.serviceSid(), document.sid());
        ObjectJson.head(json, document, url, request)
                .putObject("links", links -> links.put("permissions", url + "/Permissions"))
                .put("revision", document.revision())
                .putJson("data", document.data());
        ObjectJson.tail(json, document);
    }
}
