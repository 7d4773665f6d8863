package io.lockstep.embedded;

import io.lockstep.config.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** PostgreSQL's tools, as they can be run here for one data directory. */
record Installation(Layout layout, Binaries binaries, Account account, int majorVersion) {

    private static final Logger log = LoggerFactory.getLogger(Installation.class);

    private static final Pattern VERSION = Pattern.compile("\\(PostgreSQL\\) (\\d+)");
    private static final Duration PROBE = Duration.ofSeconds(30);

    Tool.Outcome run(String tool, Duration limit, List<String> arguments) {
        return Tool.run(account.command(binaries.tool(tool), arguments), layout.toolLog(), limit);
    }

    /** With the first account that works; the one that has the files already goes first. */
    static Installation choose(Layout layout, Binaries binaries, Host host) {
        try {
            List<Account> candidates = candidates(layout, host);
            List<String> refusals = new ArrayList<>();
            for (Account account : candidates) {
                if (!account.owner().equals(host.user())) {
                    account.letThrough(layout.root());
                }
                Tool.Outcome version = Tool.run(
                        account.command(binaries.tool("postgres"), List.of("--version")), layout.toolLog(), PROBE);
                Matcher matcher = VERSION.matcher(version.output());
                if (version.succeeded() && matcher.find()) {
                    log.debug("PostgreSQL runs as {}, through {}", account.owner(), account.prefix());
                    return new Installation(layout, binaries, account, Integer.parseInt(matcher.group(1)));
                }
                refusals.add(version.output());
            }
            throw refusal(layout, candidates, refusals);
        } catch (IOException e) {
            throw DataDirectory.unusable(layout.root(), e);
        }
    }

    private static List<Account> candidates(Layout layout, Host host) throws IOException {
        List<Account> candidates = Account.candidates(host);
        if (Files.exists(layout.databaseFiles())) {
            UserPrincipal owner = Files.getOwner(layout.databaseFiles());
            candidates.sort(Comparator.comparing(it -> !it.owner().equals(owner)));
        }
        return candidates;
    }

    private static ConfigException refusal(Layout layout, List<Account> candidates, List<String> refusals)
            throws IOException {
        for (Account account : candidates) {
            Optional<Path> barrier = account.barrierTo(layout.root());
            if (barrier.isPresent()) {
                return new ConfigException(
                        DataDirectory.VARIABLE,
                        layout.root() + " cannot be reached by "
                                + account.owner().getName()
                                + ", as whom the embedded PostgreSQL runs, because of the permissions of "
                                + barrier.get() + "; choose another directory, e.g. /var/lib/lockstep");
            }
        }
        return new ConfigException(
                "LOCKSTEP_DATABASE_URL",
                "must be set, or the server be run as an ordinary user, because the embedded PostgreSQL does not run"
                        + " here " + refusals);
    }
}
