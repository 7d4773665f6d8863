package io.lockstep;

import io.lockstep.cli.CommandLineTool;
import java.util.Map;

/** The entry point of the jar. */
public final class Main {

    /** Checks of Netty and Vert.x that find faults of programs under development, at a cost for every request. */
    private static final Map<String, String> SPARED = Map.of(
            "io.netty.buffer.checkAccessible", "false",
            "io.netty.buffer.checkBounds", "false",
            "io.netty.leakDetection.level", "disabled",
            "vertx.disableTCCL", "true",
            "vertx.disableContextTimings", "true");

    private Main() {}

    /** Runs the command line on this process's environment, and ends with its exit code. */
    public static void main(String[] arguments) {
        SPARED.forEach((name, value) -> System.setProperty(name, System.getProperty(name, value)));
        CommandLineTool.logging(System.getenv(), arguments).forEach(System::setProperty);
        System.exit(new CommandLineTool(System.getenv(), System.out, System.err).run(arguments));
    }
}
