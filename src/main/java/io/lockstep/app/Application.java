package io.lockstep.app;

import static java.util.Objects.requireNonNullElse;

import io.lockstep.api.PageTokens;
import io.lockstep.auth.AccountAdministration;
import io.lockstep.auth.AccountAdministration.Issued;
import io.lockstep.auth.MasterKey;
import io.lockstep.auth.SecretBox;
import io.lockstep.auth.WebhookSecrets;
import io.lockstep.cluster.Cluster;
import io.lockstep.config.Config;
import io.lockstep.config.ConfigException;
import io.lockstep.config.DatabaseConfig;
import io.lockstep.config.HttpConfig;
import io.lockstep.event.ChangePublisher;
import io.lockstep.maintenance.Membership.NodeId;
import io.lockstep.model.Account;
import io.lockstep.ops.Metrics;
import io.lockstep.ops.Readiness;
import io.lockstep.realtime.ContinuationTokens;
import io.lockstep.realtime.Repeats;
import io.lockstep.store.pg.Database;
import io.lockstep.store.pg.PgRepositories;
import io.lockstep.webhook.DeliveryListener;
import io.lockstep.webhook.Signer;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.transport.Transport;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The whole server: wires everything from the configuration, starts it in order, and stops it in the opposite one. */
public final class Application {

    private static final Logger log = LoggerFactory.getLogger(Application.class);

    private static final int ADMINISTRATION_CONNECTIONS = 2;

    private final Config config;
    private final Metrics metrics = new Metrics();
    private final Readiness readiness = new Readiness();
    private final Vertx vertx;
    private final ChangePublisher publisher;
    private final DatabaseStarter databaseStarter;
    private final NodeId node = new NodeId();
    private final Cluster cluster;
    private final AtomicInteger port = new AtomicInteger();
    private final AtomicInteger managementPort = new AtomicInteger();
    private @Nullable Database administrationDatabase;
    private @Nullable String httpDeployment;
    private @Nullable String membershipDeployment;
    private @Nullable String maintenanceDeployment;
    private @Nullable String webhookDeployment;
    private @Nullable FirstAccount firstAccount;

    private Application(Config config, Transport transport) {
        this.config = config;
        this.vertx = metrics.vertx(withoutFiles()
                        .setEventLoopPoolSize(config.http().eventLoops() + 1)) // room for what is not HTTP
                .withTransport(transport)
                .build();
        this.publisher = new ChangePublisher(vertx.eventBus());
        this.cluster = new Cluster(
                vertx, config.cluster(), new Cluster.Node(node::get, new CountedCluster(metrics.cluster())));
        this.databaseStarter = new DatabaseStarter(vertx, config.database());
    }

    /** Nothing of ours is read through Vert.x, whose cache for it a killed process would leave behind. */
    static VertxOptions withoutFiles() {
        return new VertxOptions()
                .setFileSystemOptions(
                        new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false));
    }

    /**
     * Starts a server. When the start fails everything is stopped again; a wrong setting fails it with
     * {@link ConfigException}.
     */
    public static Future<Application> start(Config config) {
        Transport transport = transport(config.http().transport());
        if (transport == null) {
            return Future.failedFuture(new ConfigException("LOCKSTEP_TRANSPORT", "is not to be had on this system"));
        }
        Application application = new Application(config, transport);
        Promise<Application> started = Promise.promise();
        application
                .start()
                .onSuccess(ignored -> started.complete(application))
                .onFailure(cause ->
                        application.stop().onComplete(stopped -> started.fail(DatabaseStarter.explain(cause))));
        return started.future();
    }

    /** Null when it was asked for by name, and is not there. */
    private static @Nullable Transport transport(HttpConfig.Transport wanted) {
        return switch (wanted) {
            case NATIVE -> requireNonNullElse(ifAvailable(Transport.nativeTransport()), Transport.NIO);
            case IO_URING -> ifAvailable(Transport.IO_URING);
            case NIO -> Transport.NIO;
        };
    }

    private static @Nullable Transport ifAvailable(@Nullable Transport transport) {
        return transport != null && transport.available() ? transport : null;
    }

    private Future<Void> start() {
        config.unknown().forEach(name -> log.warn("{} is no variable of this version", name));
        return vertx.deployVerticle(
                        new ManagementVerticle(config.management(), readiness, metrics, managementPort::set))
                .compose(ignored -> databaseStarter.start())
                .compose(this::startOn);
    }

    private Future<Void> startOn(DatabaseConfig database) {
        return vertx.executeBlocking(() -> MasterKey.load(config.masterKey())).compose(masterKey -> {
            SecretBox secretBox = new SecretBox(masterKey);
            Storage storage = Storage.of(database, config.writes(), config.limits(), publisher.and(cluster));
            Database connections = storage.open(vertx, "administration", ADMINISTRATION_CONNECTIONS);
            administrationDatabase = connections;
            PgRepositories store = storage.over(connections);
            AccountAdministration administration = administration(store, secretBox);
            return administration
                    .checkMasterKey()
                    .compose(ignored -> administration.ensure(config.bootstrap()))
                    .compose(ignored -> ensureFirstAccount(store, administration))
                    .compose(ignored -> cluster.start())
                    .compose(ignored -> vertx.deployVerticle(new MembershipVerticle(
                            storage, node, config.realtime().nodeLease(), cluster::living)))
                    .onSuccess(id -> membershipDeployment = id)
                    .compose(ignored -> vertx.deployVerticle(new MaintenanceVerticle(storage, node, config)))
                    .onSuccess(id -> maintenanceDeployment = id)
                    .compose(ignored -> sendWebhooks(storage, secretBox, masterKey))
                    .compose(ignored -> store.epochs().get()) // another cannot begin any more: we are a node now
                    .compose(epoch -> serve(storage, secretBox, masterKey, epoch))
                    .onSuccess(ignored ->
                            readiness.started(() -> store.maintenance().ping()));
        });
    }

    private Future<Void> sendWebhooks(Storage storage, SecretBox secretBox, MasterKey masterKey) {
        if (!config.webhooks().sending()) {
            return Future.succeededFuture();
        }
        Signer signer = new Signer(secretBox, new WebhookSecrets(masterKey));
        return vertx.deployVerticle(new WebhookVerticle(storage, config.webhooks(), signer, deliveries()))
                .onSuccess(id -> webhookDeployment = id)
                .mapEmpty();
    }

    private DeliveryListener deliveries() {
        return new DeliveryListener() {
            @Override
            public void attempted(String outcome, Duration latency) {
                metrics.webhookAttempted(outcome, latency);
            }

            @Override
            public void waiting(int deliveries, Duration oldest) {
                metrics.webhooksWaiting(deliveries, oldest);
            }
        };
    }

    static AccountAdministration administration(PgRepositories store, SecretBox secretBox) {
        return new AccountAdministration(store.accounts(), store.apiKeys(), store.masterKeys(), secretBox);
    }

    /** With a database of our own the first start makes an account, so that the first request can be sent. */
    private Future<Void> ensureFirstAccount(PgRepositories store, AccountAdministration administration) {
        if (config.database().url() != null) {
            return Future.succeededFuture();
        }
        return store.accounts()
                .oldest()
                .compose(account -> account == null ? createFirst(administration) : known(account, administration))
                .onSuccess(it -> firstAccount = it)
                .mapEmpty();
    }

    private static Future<FirstAccount> createFirst(AccountAdministration administration) {
        return administration
                .createAccount("First account")
                .compose(account -> administration
                        .createKey(account.sid(), "First key")
                        .map(key -> new FirstAccount(account.sid().toString(), account.secret(), key)));
    }

    private static Future<FirstAccount> known(Account account, AccountAdministration administration) {
        return administration
                .authToken(account.sid())
                .map(token -> new FirstAccount(account.sid().toString(), String.valueOf(token), null));
    }

    private Future<Void> serve(Storage storage, SecretBox secretBox, MasterKey masterKey, long epoch) {
        int loops = config.http().eventLoops();
        AtomicInteger numbers = new AtomicInteger();
        HttpVerticle.Parts parts = new HttpVerticle.Parts(
                config.http(),
                storage,
                secretBox,
                new PageTokens(masterKey.subkey("page tokens")),
                new WebhookSecrets(masterKey),
                config.realtime(),
                new ContinuationTokens(masterKey.subkey("continuation tokens"), epoch),
                new Repeats(),
                node::get,
                metrics);
        return vertx.deployVerticle(
                        () -> new HttpVerticle(numbers.incrementAndGet(), parts, port::set),
                        new DeploymentOptions().setInstances(loops))
                .onSuccess(id -> httpDeployment = id)
                .mapEmpty();
    }

    /** Stops taking requests, finishes those in flight, and closes everything, the embedded database last. */
    public Future<Void> stop() {
        readiness.draining();
        Future<Void> stopped = undeploy(httpDeployment)
                .eventually(() -> undeploy(webhookDeployment))
                .eventually(() -> undeploy(maintenanceDeployment))
                .eventually(() -> undeploy(membershipDeployment))
                .eventually(cluster::stop)
                .eventually(this::closeAdministration)
                .eventually(databaseStarter::stop);
        return Closing.after(stopped, vertx).onComplete(ignored -> metrics.close());
    }

    private Future<Void> closeAdministration() {
        return administrationDatabase == null ? Future.succeededFuture() : administrationDatabase.close();
    }

    private Future<Void> undeploy(@Nullable String deployment) {
        return deployment == null ? Future.succeededFuture() : vertx.undeploy(deployment);
    }

    /** The port of the HTTP server. */
    public int port() {
        return port.get();
    }

    /** The port of health and metrics. */
    public int managementPort() {
        return managementPort.get();
    }

    /** The account to try the server with; null unless the database is our own. */
    public @Nullable FirstAccount firstAccount() {
        return firstAccount;
    }

    /**
     * The account that was there first.
     *
     * @param key the key that was made with it; null unless both were made at this start
     */
    public record FirstAccount(
            String sid, String authToken, @Nullable Issued key) {

        @Override
        public String toString() {
            return "FirstAccount[" + sid + "]";
        }
    }
}
