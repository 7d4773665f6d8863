package io.lockstep.ops;

import io.lockstep.api.RequestInfo;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.VertxBuilder;
import io.vertx.core.VertxOptions;
import io.vertx.micrometer.MetricsDomain;
import io.vertx.micrometer.MicrometerMetricsFactory;
import io.vertx.micrometer.MicrometerMetricsOptions;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** What the server counts, for Prometheus. No label names a tenant: their number has no bound. */
public final class Metrics implements AutoCloseable {

    private static final String SQL_CLIENT = "sql"; // counts what its pools count already
    private static final Duration LAG_PROBE = Duration.ofMillis(500);

    static final Duration[] LATENCIES = Arrays.stream(new int[] {1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 5000})
            .mapToObj(Duration::ofMillis)
            .toArray(Duration[]::new);

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Map<Kind, Timer> requests = new ConcurrentHashMap<>(); // finding one in the registry costs more
    private final Map<String, Timer> attempts = new ConcurrentHashMap<>();
    private final AtomicLong waiting = new AtomicLong();
    private final AtomicLong oldestMillis = new AtomicLong();
    private final SocketMetrics sockets = new SocketMetrics(registry);
    private final ClusterMetrics cluster = new ClusterMetrics(registry);
    private final JvmGcMetrics gc = new JvmGcMetrics();
    private final Timer.Builder lag = Timer.builder("lockstep.event.loop.lag")
            .description("How late a timer of an event loop fires: what blocks it, or how busy it is")
            .serviceLevelObjectives(LATENCIES);

    /** Counts the JVM from now on. */
    public Metrics() {
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
        gc.bindTo(registry);
        Gauge.builder("lockstep.webhook.queue.depth", waiting, AtomicLong::get)
                .description(
                        "Webhooks that wait to be delivered, of all nodes; counted every ten seconds up to 100,000")
                .register(registry);
        TimeGauge.builder("lockstep.webhook.queue.oldest", oldestMillis, TimeUnit.MILLISECONDS, AtomicLong::get)
                .description("How long ago the change was that the oldest of them tells of")
                .register(registry);
    }

    /** A Vert.x whose pools, those of the database among them, are counted here. */
    public VertxBuilder vertx(VertxOptions options) {
        MicrometerMetricsOptions poolsOnly =
                new MicrometerMetricsOptions().setEnabled(true).addDisabledMetricsCategory(SQL_CLIENT);
        EnumSet.complementOf(EnumSet.of(MetricsDomain.NAMED_POOLS)).forEach(poolsOnly::addDisabledMetricsCategory);
        return Vertx.builder()
                .with(options.setMetricsOptions(poolsOnly))
                .withMetrics(new MicrometerMetricsFactory(registry));
    }

    /** Counts a request that has been answered; 0 stands for one whose connection ended without an answer. */
    void answered(String method, RequestInfo request, int status) {
        requests.computeIfAbsent(new Kind(method, request.route(), status), this::timer)
                .record(request.nanosSinceStart(), TimeUnit.NANOSECONDS);
    }

    private Timer timer(Kind kind) {
        return Timer.builder("lockstep.http.requests")
                .description("Requests by the template of their path, from their head to the end of their answer")
                .serviceLevelObjectives(LATENCIES)
                .tags("method", kind.method(), "route", kind.route(), "status", Integer.toString(kind.status()))
                .register(registry);
    }

    /**
     * Counts an attempt to deliver a webhook.
     *
     * @param outcome one of a few words
     */
    public void webhookAttempted(String outcome, Duration latency) {
        attempts.computeIfAbsent(outcome, this::attemptTimer).record(latency);
    }

    private Timer attemptTimer(String outcome) {
        return Timer.builder("lockstep.webhook.attempts")
                .description("Attempts to deliver webhooks, by what came of them")
                .serviceLevelObjectives(LATENCIES)
                .tag("outcome", outcome)
                .register(registry);
    }

    /** Shows how many webhooks wait to be delivered, and for how long the oldest of them has. */
    public void webhooksWaiting(int deliveries, Duration oldest) {
        waiting.set(deliveries);
        oldestMillis.set(oldest.toMillis());
    }

    /** What is counted of clients' sockets. */
    public SocketMetrics sockets() {
        return sockets;
    }

    /** What is counted of the traffic between nodes. */
    public ClusterMetrics cluster() {
        return cluster;
    }

    /** Watches the event loop that calls it. */
    public void watchEventLoop(Vertx vertx) {
        probe(vertx, lag.register(registry));
    }

    private void probe(Vertx vertx, Timer timer) {
        long due = System.nanoTime() + LAG_PROBE.toNanos();
        vertx.setTimer(LAG_PROBE.toMillis(), id -> {
            timer.record(Duration.ofNanos(Math.max(0, System.nanoTime() - due)));
            probe(vertx, timer);
        });
    }

    /** In the text format of Prometheus. */
    String scrape() {
        return registry.scrape();
    }

    @Override
    public void close() {
        gc.close();
        registry.close();
    }

    /** Requests that are counted together. */
    private record Kind(String method, String route, int status) {}
}
