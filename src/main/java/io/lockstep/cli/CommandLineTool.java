package io.lockstep.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.lockstep.config.Config;
import io.lockstep.config.ConfigException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Map;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line: {@code serve} when nothing is said, and the administration of accounts, keys and the database. */
@Command(
        name = "lockstep",
        description = "An open, self-hosted server that is wire-compatible with Twilio Sync.",
        synopsisSubcommandLabel = "[COMMAND]",
        subcommands = {
            ServeCommand.class,
            AccountCommand.class,
            KeyCommand.class,
            TokenCommand.class,
            DatabaseCommand.class
        },
        mixinStandardHelpOptions = true,
        scope = CommandLine.ScopeType.INHERIT,
        versionProvider = Version.class,
        footer = {
            "",
            "Without a command it serves. Settings come from the environment: see docs/configuration.md.",
            "Exit codes: 0 well, 1 failed, 2 wrong usage or setting."
        })
public final class CommandLineTool implements Runnable {

    private static final int FAILED = 1;
    private static final int WRONG_USAGE = 2; // picocli's own, too

    private final Map<String, String> environment;
    private final PrintStream out;
    private final PrintStream err;

    public CommandLineTool(Map<String, String> environment, PrintStream out, PrintStream err) {
        this.environment = environment;
        this.out = out;
        this.err = err;
    }

    /**
     * What {@code logback.xml} is told, as system properties, before anything logs. A command other than {@code serve}
     * logs warnings only, beside its output.
     */
    public static Map<String, String> logging(Map<String, String> environment, String[] arguments) {
        boolean serves = arguments.length == 0 || arguments[0].equals("serve");
        return Map.of(
                "lockstep.log.format", word(environment, "LOCKSTEP_LOG_FORMAT", "text"),
                "lockstep.log.level", serves ? word(environment, "LOCKSTEP_LOG_LEVEL", "info") : "warn",
                "lockstep.log.target", serves ? "System.out" : "System.err");
    }

    /** As the configuration reads it, which also checks it: in any case, and an empty one counts as none. */
    private static String word(Map<String, String> environment, String name, String otherwise) {
        String value = environment.getOrDefault(name, "").strip().toLowerCase(Locale.ROOT);
        return value.isEmpty() ? otherwise : value;
    }

    /** Runs a command to its end and returns its exit code. */
    public int run(String... arguments) {
        return new CommandLine(this)
                .setOut(new PrintWriter(out, true, UTF_8))
                .setErr(new PrintWriter(err, true, UTF_8))
                .setExecutionExceptionHandler((failure, command, parsed) -> explain(failure))
                .execute(arguments);
    }

    private int explain(Exception failure) {
        err.println("lockstep: " + failure.getMessage());
        if (failure instanceof ConfigException || failure instanceof IllegalArgumentException) {
            return WRONG_USAGE;
        }
        LoggerFactory.getLogger(CommandLineTool.class).debug("failed", failure);
        return FAILED;
    }

    /** Without a command. */
    @Override
    public void run() {
        ServeCommand.serve(this);
    }

    Config config() {
        return Config.from(environment);
    }

    PrintStream out() {
        return out;
    }

    PrintStream err() {
        return err;
    }
}
