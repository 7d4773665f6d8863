package io.lockstep.realtime;

import io.lockstep.api.PageTokens;
import io.lockstep.error.ErrorCode;
import io.lockstep.error.SyncException;
import io.lockstep.model.Sid;
import io.vertx.core.Future;
import java.util.List;
import java.util.stream.Stream;

/** HTTP over the socket: which request is for whom (sync-client-rest.md). */
final class ClientApi {

    private final DocumentRequests documents;
    private final CollectionRequests lists;
    private final CollectionRequests maps;
    private final ItemRequests listItems;
    private final ItemRequests mapItems;
    private final ItemQueries listQueries;
    private final ItemQueries mapQueries;
    private final StreamRequests streams;

    ClientApi(Resources resources, Addressing urls, PageTokens tokens) {
        ClientJson render = new ClientJson(urls);
        documents = new DocumentRequests(resources.documents(), render, resources.maxData());
        lists = new CollectionRequests(Sid.Kind.LIST, resources.lists(), render);
        maps = new CollectionRequests(Sid.Kind.MAP, resources.maps(), render);
        listItems = new ItemRequests(Sid.Kind.LIST, resources.lists(), render, resources.maxData());
        mapItems = new ItemRequests(Sid.Kind.MAP, resources.maps(), render, resources.maxData());
        listQueries = new ItemQueries(Sid.Kind.LIST, resources.lists(), render, tokens);
        mapQueries = new ItemQueries(Sid.Kind.MAP, resources.maps(), render, tokens);
        streams = new StreamRequests(resources.streams(), render, resources.maxMessage());
    }

    /** The answer to what is no subscription; fails as the repositories do. */
    Future<ClientReply> answer(ClientRequest request) {
        List<String> path = withoutService(request);
        if (path.size() < 2 || !path.get(0).equals(Addressing.VERSION)) {
            return notFound();
        }
        return switch (path.get(1)) {
            case "Documents" -> documents(request, path);
            case "Lists" -> collection(request, path, lists, listItems, listQueries);
            case "Maps" -> collection(request, path, maps, mapItems, mapQueries);
            case "Streams" -> streams(request, path);
            case "Insights" -> SyncException.failedFuture(ErrorCode.INVALID_INDEX_NAME, "Invalid index name");
            default -> notFound();
        };
    }

    /** Addresses that we give name the Service; it is the token's, or nothing is there. */
    private static List<String> withoutService(ClientRequest request) {
        List<String> path = request.path();
        if (path.size() < 3 || !path.get(1).equals("Services")) {
            return path;
        }
        boolean own = path.get(2).equals(request.caller().serviceSid().toString());
        return own
                ? Stream.concat(path.stream().limit(1), path.stream().skip(3)).toList()
                : List.of();
    }

    private Future<ClientReply> documents(ClientRequest request, List<String> path) {
        return switch (path.size()) {
            case 2 -> onlyPost(request) ? documents.create(request) : methodNotAllowed();
            case 3 -> documents.one(request, path.get(2));
            default -> notFound();
        };
    }

    private Future<ClientReply> streams(ClientRequest request, List<String> path) {
        return switch (path.size()) {
            case 2 -> onlyPost(request) ? streams.create(request) : methodNotAllowed();
            case 3 -> streams.one(request, path.get(2));
            case 4 -> {
                if (!path.get(3).equals("Messages")) {
                    yield notFound();
                }
                yield onlyPost(request) ? streams.publish(request, path.get(2)) : methodNotAllowed();
            }
            default -> notFound();
        };
    }

    private static Future<ClientReply> collection(
            ClientRequest request,
            List<String> path,
            CollectionRequests collections,
            ItemRequests items,
            ItemQueries queries) {
        if (path.size() > 3 && !path.get(3).equals("Items")) {
            return notFound();
        }
        return switch (path.size()) {
            case 2 -> onlyPost(request) ? collections.create(request) : methodNotAllowed();
            case 3 -> collections.one(request, path.get(2));
            case 4 ->
                switch (request.method()) {
                    case "GET" -> queries.answer(request, path.get(2));
                    case "POST" -> items.add(request, path.get(2));
                    default -> methodNotAllowed();
                };
            case 5 -> items.one(request, path.get(2), path.get(4));
            default -> notFound();
        };
    }

    private static boolean onlyPost(ClientRequest request) {
        return request.method().equals("POST");
    }

    static Future<ClientReply> methodNotAllowed() {
        return SyncException.failedFuture(ErrorCode.METHOD_NOT_ALLOWED, "Method not allowed");
    }

    private static Future<ClientReply> notFound() {
        return SyncException.failedFuture(ErrorCode.NOT_FOUND, "The requested resource was not found");
    }
}
