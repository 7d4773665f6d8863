package io.lockstep.embedded;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserPrincipal;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * As whom PostgreSQL runs. It refuses to run as root, and its initdb also as a user without a name.
 *
 * @param prefix the command that becomes this user; empty where nobody else is to be become
 * @param owner whom its files belong to, as seen from this process
 */
record Account(List<String> prefix, UserPrincipal owner) {

    private static final Logger log = LoggerFactory.getLogger(Account.class);

    private static final String NOBODY = "65534";
    private static final List<String> SETPRIV =
            List.of("--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups", "--no-new-privs");
    private static final List<String> RUNUSER = List.of("-u", "nobody", "--");

    /** Ways to run it here, the best first; whether one really works, only trying it shows. */
    static List<Account> candidates(Host host) {
        List<Account> candidates = new ArrayList<>();
        if (!host.named() || host.root()) {
            // a user namespace without a mapping: seen as nobody inside, and as itself outside, so that files keep
            // their owner
            host.tool("unshare")
                    .ifPresent(it -> candidates.add(new Account(List.of(it.toString(), "-U"), host.user())));
        }
        if (host.root()) {
            // containers mostly forbid user namespaces
            host.tool("setpriv").flatMap(it -> as(NOBODY, it, SETPRIV)).ifPresent(candidates::add);
            host.tool("runuser").flatMap(it -> as("nobody", it, RUNUSER)).ifPresent(candidates::add);
        } else {
            candidates.add(new Account(List.of(), host.user()));
        }
        return candidates;
    }

    List<String> command(Path tool, List<String> arguments) {
        return Stream.of(prefix, List.of(tool.toString()), arguments)
                .flatMap(List::stream)
                .toList();
    }

    /** Lets another user pass through our directory to its own one; it can still not list or read what is ours. */
    void letThrough(Path directory) throws IOException {
        Set<PosixFilePermission> permissions = EnumSet.copyOf(Files.getPosixFilePermissions(directory));
        if (permissions.add(PosixFilePermission.OTHERS_EXECUTE)) {
            Files.setPosixFilePermissions(directory, permissions);
        }
    }

    /** The topmost directory on the way that this user cannot pass. */
    Optional<Path> barrierTo(Path directory) throws IOException {
        Path way = directory.resolve("/");
        for (Path name : directory) {
            way = way.resolve(name);
            PosixFilePermission needed = Files.getOwner(way).equals(owner)
                    ? PosixFilePermission.OWNER_EXECUTE
                    : PosixFilePermission.OTHERS_EXECUTE;
            if (!Files.getPosixFilePermissions(way).contains(needed)) {
                return Optional.of(way);
            }
        }
        return Optional.empty();
    }

    private static Optional<Account> as(String user, Path tool, List<String> arguments) {
        try {
            UserPrincipal owner =
                    FileSystems.getDefault().getUserPrincipalLookupService().lookupPrincipalByName(user);
            List<String> prefix = Stream.concat(Stream.of(tool.toString()), arguments.stream())
                    .toList();
            return Optional.of(new Account(prefix, owner));
        } catch (IOException e) {
            log.debug("There is no user {}", user, e);
            return Optional.empty();
        }
    }
}
