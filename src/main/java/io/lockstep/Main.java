package io.lockstep;

import io.lockstep.cli.CommandLineTool;

/** The entry point of the jar. */
public final class Main {

    private Main() {}

    /** Runs the command line on this process's environment, and ends with its exit code. */
    public static void main(String[] arguments) {
        CommandLineTool.logging(System.getenv(), arguments).forEach(System::setProperty);
        System.exit(new CommandLineTool(System.getenv(), System.out, System.err).run(arguments));
    }
}
