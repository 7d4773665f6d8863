package io.lockstep.cli;

import io.lockstep.app.Application;
import io.lockstep.config.Config;
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
        Application application = Application.start(config).await();
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(tool, application, config, stopped), "stop"));
        Banner.print(tool.out(), config, application);
        waitFor(stopped);
    }

    private static void stop(CommandLineTool tool, Application application, Config config, CountDownLatch stopped) {
        log.info("stopping");
        try {
            Duration patience = config.http().shutdownTimeout().plus(CLOSING);
            application.stop().await(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            tool.err().println("lockstep: could not stop in time, leaving as it is"); // the log has no time left
        } finally {
            stopped.countDown();
        }
    }

    private static void waitFor(CountDownLatch stopped) {
        try {
            stopped.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
