package io.lockstep.cli;

import io.lockstep.app.Administration;
import io.lockstep.app.Administration.Tools;
import io.lockstep.auth.AccountAdministration.Issued;
import io.lockstep.model.ApiKey;
import io.lockstep.model.Sid;
import io.vertx.core.Future;
import java.io.PrintStream;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code key}: the API keys of an account. */
@Command(name = "key", description = "Creates, lists and deletes API keys.")
final class KeyCommand {

    private static final int PAGE = 500;

    @ParentCommand
    private @Nullable CommandLineTool tool;

    @Command(name = "create", description = "Creates an API key; its secret is shown once.")
    void create(
            @Option(names = "--account", paramLabel = "ACCOUNT_SID", required = true, description = "Whose key it is.")
                    String accountText,
            @Option(names = "--name", description = "A friendly name.") @Nullable String name) {
        Sid account = Arguments.sid(Sid.Kind.ACCOUNT, accountText);
        Issued issued = run(tools -> tools.administration().createKey(account, name));
        out().println("Key SID     " + Arguments.found(issued, account).sid());
        out().println("Key secret  " + issued.secret());
    }

    @Command(name = "list", description = "Lists an account's keys.")
    void list(
            @Option(names = "--account", paramLabel = "ACCOUNT_SID", required = true, description = "Whose keys.")
                    String accountText) {
        Sid account = Arguments.sid(Sid.Kind.ACCOUNT, accountText);
        out().printf("%-34s  %-20s  %s%n", "SID", "CREATED", "NAME");
        run(tools -> list(tools, account, null));
    }

    private Future<Void> list(Tools tools, Sid account, @Nullable Sid after) {
        return tools.apiKeys().page(account, after, PAGE).compose(page -> {
            page.forEach(this::show);
            return page.size() < PAGE ? Future.succeededFuture() : list(tools, account, last(page));
        });
    }

    private static Sid last(List<ApiKey> page) {
        return page.get(page.size() - 1).sid();
    }

    @Command(name = "delete", description = "Deletes a key: it stops working within a second.")
    void delete(@Parameters(paramLabel = "KEY_SID") String text) {
        Sid sid = Arguments.sid(Sid.Kind.API_KEY, text);
        boolean deleted = run(tools -> tools.apiKeys().delete(sid));
        Arguments.found(deleted ? sid : null, sid);
        out().println("Deleted      " + sid);
    }

    private void show(ApiKey key) {
        out().printf(
                        "%-34s  %-20s  %s%n",
                        key.sid(),
                        Arguments.seconds(key.dateCreated()),
                        key.friendlyName() == null ? "" : key.friendlyName());
    }

    private <T> T run(Function<Tools, Future<T>> command) {
        return Administration.run(Arguments.tool(tool).config(), command).await();
    }

    private PrintStream out() {
        return Arguments.tool(tool).out();
    }
}
