package io.lockstep.rest;

import io.lockstep.api.JsonTexts;
import io.lockstep.api.JsonWriter;
import io.lockstep.error.ErrorCode;
import io.lockstep.error.SyncException;
import io.lockstep.model.Document;
import io.lockstep.model.JsonText;
import io.lockstep.model.Sid;
import io.lockstep.model.SidOrUniqueName;
import io.lockstep.store.DocumentRepository;
import io.lockstep.store.DocumentRepository.DocumentPatch;
import io.lockstep.store.DocumentRepository.NewDocument;
import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/** /v1/Services/{ServiceSid}/Documents (rest-api.md section 3). */
final class DocumentRoutes implements Routes {

    private static final String COLLECTION = "/v1/Services/:ServiceSid/Documents";
    private static final String ONE = COLLECTION + "/:Sid";
    private static final int MAX_DATA = 16_384; // bytes of UTF-8

    private final ServiceSids services;
    private final DocumentRepository documents;

    DocumentRoutes(ServiceSids services, DocumentRepository documents) {
        this.services = services;
        this.documents = documents;
    }

    @Override
    public void mount(RouteTable table) {
        table.at(COLLECTION).post(this::create).get(this::page).end();
        table.at(ONE).get(this::fetch).post(this::update).delete(this::delete).end();
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
                .compose(service -> documents.get(request.caller(), service, name(request)))
                .map(it -> Reply.ok(json -> write(json, it, request)).withETag(it.revision()));
    }

    private Future<Reply> update(Request request) {
        DocumentPatch patch = new DocumentPatch(data(request), request.ttl("Ttl"), request.ifMatch());
        if (patch.data() == null && patch.ttl() == null) {
            return SyncException.failedFuture(ErrorCode.NO_PARAMETERS, "No parameters specified");
        }
        return services.of(request)
                .compose(service -> request.write(
                        once -> documents.update(request.caller(), service, name(request), patch, once),
                        (Document it) ->
                                Reply.ok(json -> write(json, it, request)).withETag(it.revision())));
    }

    private Future<Reply> delete(Request request) {
        return services.of(request)
                .compose(service -> documents.delete(request.caller(), service, name(request), request.ifMatch()))
                .map(ignored -> Reply.noContent());
    }

    private Future<Reply> page(Request request) {
        return services.of(request)
                .compose(service -> documents.page(request.caller(), service, request.page()))
                .map(page -> request.page(
                        "documents", page, it -> it.sid().toString(), (json, it) -> write(json, it, request)));
    }

    private static SidOrUniqueName name(Request request) {
        return request.objectName(Sid.Kind.DOCUMENT, "Sid");
    }

    private static @Nullable JsonText data(Request request) {
        String text = request.text("Data");
        return text == null ? null : JsonTexts.parseObject(text, MAX_DATA, ErrorCode.INVALID_DOCUMENT_DATA);
    }

    private static void write(JsonWriter json, Document document, Request request) {
        String url = request.baseUrl() + "/v1/Services/" + document.serviceSid() + "/Documents/" + document.sid();
        json.put("sid", document.sid().toString())
                .put("unique_name", document.uniqueName())
                .put("account_sid", request.caller().accountSid().toString())
                .put("service_sid", document.serviceSid().toString())
                .put("url", url)
                .putObject("links", links -> links.put("permissions", url + "/Permissions"))
                .put("revision", document.revision())
                .putJson("data", document.data())
                .put("date_expires", Timestamps.secondsOrNull(document.dateExpires()))
                .put("date_created", Timestamps.seconds(document.dateCreated()))
                .put("date_updated", Timestamps.seconds(document.dateUpdated()))
                .put("created_by", document.createdBy());
    }
}
