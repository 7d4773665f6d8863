package io.lockstep.rest;

import io.lockstep.model.ServiceName;
import io.lockstep.model.Sid;
import io.lockstep.model.SyncService;
import io.lockstep.store.ServiceRepository;
import io.vertx.core.Future;

/** Which Service a path is about. Whether it is there, and the caller's, is for the repository of its objects to see. */
final class ServiceSids {

    private final ServiceRepository services;

    ServiceSids(ServiceRepository services) {
        this.services = services;
    }

    /** Only the alias costs a look-up, and comes into being by it. */
    Future<Sid> of(Request request) {
        ServiceName name = request.serviceName("ServiceSid");
        return name instanceof ServiceName.BySid one
                ? Future.succeededFuture(one.sid())
                : services.get(request.caller(), name).map(SyncService::sid);
    }
}
