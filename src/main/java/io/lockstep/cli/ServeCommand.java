package io.lockstep.cli;

import io.lockstep.app.Application;
import io.lockstep.config.Config;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/** Runs the server until a signal stops it. */
@Command(name = "serve", description = "Runs the server (the default).")
final class ServeCommand implements Runnable {

    private static final Logger log = LoggerFactory.getLogger(ServeCommand.class);

    /** What closing the connections and the database may take beyond the requests in flight. */
    private static final Duration CLOSING = Duration.ofSeconds(100);

    @ParentCommand
    private @Nullable CommandLineTool parent;

    @Override
    public void run() {
        serve(Arguments.tool(parent));
    }

    static void serve(CommandLineTool tool) {
        Config config = tool.config();
        Future<Application> start = Application.start(config);
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(tool, start, config, stopped), "stop"));
        Banner.print(tool.out(), config, start.await());
        waitFor(stopped);
    }

    private static void stop(CommandLineTool tool, Future<Application> start, Config config, CountDownLatch stopped) {
        try {
            if (leavesSomethingBehind(start, config)) {
                log.info("stopping");
                Duration patience = config.http().shutdownTimeout().plus(CLOSING);
                start.transform(ServeCommand::stop).await(patience.toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (TimeoutException e) {
            tool.err().println("lockstep: could not stop in time, leaving as it is"); // the log has no time left
        } finally {
            stopped.countDown();
        }
    }

    /** A start that failed has stopped everything; one that is under way may have begun to run our own database. */
    private static boolean leavesSomethingBehind(Future<Application> start, Config config) {
        return start.isComplete() ? start.succeeded() : config.database().url() == null;
    }

    private static Future<Void> stop(AsyncResult<Application> started) {
        return started.succeeded() ? started.result().stop() : Future.succeededFuture();
    }

    private static void waitFor(CountDownLatch stopped) {
        try {
            stopped.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
