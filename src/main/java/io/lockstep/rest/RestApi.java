package io.lockstep.rest;

import io.lockstep.api.PageTokens;
import io.lockstep.auth.Authenticator;
import io.lockstep.auth.WebhookSecrets;
import io.lockstep.config.HttpConfig;
import io.lockstep.store.CollectionRepository;
import io.lockstep.store.DocumentRepository;
import io.lockstep.store.PermissionRepository;
import io.lockstep.store.PresenceRepository;
import io.lockstep.store.ServiceRepository;
import io.lockstep.store.StreamRepository;
import io.lockstep.store.WebhookDeliveryRepository;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import java.util.List;

/** The REST API v1. */
public final class RestApi {

    private RestApi() {}

    /** Mounts it on one event loop's router, whose requests carry a {@link io.lockstep.api.RequestInfo}. */
    public static void mount(
            Router router,
            Vertx vertx,
            HttpConfig config,
            Authenticator authenticator,
            PageTokens pageTokens,
            Resources resources) {
        FailureHandler failures = new FailureHandler(config);
        router.route().failureHandler(failures);
        for (int status : new int[] {400, 404, 405, 500}) {
            router.errorHandler(status, failures);
        }
        BodyReader bodies = new BodyReader(vertx, config.maxBodySize(), config.requestTimeout());
        Respond respond = new Respond(authenticator, config, pageTokens, bodies);
        RouteTable table = new RouteTable(respond::with);
        List<Routes> all = routes(resources);
        all.forEach(routes -> routes.mount(table));
        router.route().handler(table);
    }

    private static List<Routes> routes(Resources resources) {
        ServiceSids services = new ServiceSids(resources.services());
        return List.of(
                new ServiceRoutes(resources.services()),
                new DocumentRoutes(services, resources.documents(), resources.maxData()),
                new PermissionRoutes(services, ObjectPath.DOCUMENTS, resources.documentPermissions()),
                new CollectionRoutes(services, ObjectPath.LISTS, resources.lists()),
                new ItemRoutes(services, ObjectPath.LISTS, resources.lists(), resources.maxData()),
                new PermissionRoutes(services, ObjectPath.LISTS, resources.listPermissions()),
                new CollectionRoutes(services, ObjectPath.MAPS, resources.maps()),
                new ItemRoutes(services, ObjectPath.MAPS, resources.maps(), resources.maxData()),
                new PermissionRoutes(services, ObjectPath.MAPS, resources.mapPermissions()),
                new StreamRoutes(services, resources.streams(), resources.maxMessage()),
                new WebhookRoutes(services, resources.webhookDeliveries(), resources.webhookSecrets()),
                new PresenceRoutes(services, resources.presence()));
    }

    /** Answers requests that are too broken to be routed. */
    public static Handler<HttpServerRequest> malformedRequests() {
        return new MalformedRequestHandler();
    }

    /**
     * What the API is about.
     *
     * @param maxData bytes of the data of a document or an item
     * @param maxMessage bytes of the data of a message
     */
    public record Resources(
            ServiceRepository services,
            DocumentRepository documents,
            CollectionRepository lists,
            CollectionRepository maps,
            StreamRepository streams,
            PermissionRepository documentPermissions,
            PermissionRepository listPermissions,
            PermissionRepository mapPermissions,
            WebhookDeliveryRepository webhookDeliveries,
            PresenceRepository presence,
            WebhookSecrets webhookSecrets,
            int maxData,
            int maxMessage) {}
}
