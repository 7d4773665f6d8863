package io.lockstep.cli;

import io.lockstep.app.Administration;
import io.lockstep.store.EpochRepository.Begun;
import java.io.PrintStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code database}: what is done to the database as a whole. */
@Command(name = "database", description = "Looks after the database as a whole.")
final class DatabaseCommand {

    private static final long FARTHEST = 1_000_000_000_000L;

    @ParentCommand
    private @Nullable CommandLineTool tool;

    @Command(
            name = "restored",
            description =
                    "Makes a database that was restored from a backup fit for clients that have seen what came after"
                            + " the backup. Run it before any node is started.")
    void restored(
            @Option(
                            names = "--by",
                            paramLabel = "N",
                            defaultValue = "1000000",
                            description =
                                    "How far event ids, and the next indexes of lists, move forward: more than there"
                                            + " were changes of any one object, its items' included, between the backup and the"
                                            + " moment when the old database was lost. An earlier run in that time counts as its"
                                            + " own N changes. 1 to 1000000000000, 1000000 without one.")
                    long by) {
        if (by < 1 || by > FARTHEST) {
            throw new IllegalArgumentException("event ids move forward by 1 to " + FARTHEST);
        }
        CommandLineTool parent = Arguments.tool(tool);
        Begun begun = Administration.run(
                        parent.config(), tools -> tools.epochs().begin(by))
                .await();
        PrintStream out = parent.out();
        out.println("Epoch        " + begun.epoch());
        out.println("Documents    " + begun.documents());
        out.println("Collections  " + begun.collections());
        out.println("Items        " + begun.items());
    }
}
