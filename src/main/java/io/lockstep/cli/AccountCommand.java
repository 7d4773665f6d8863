package io.lockstep.cli;

import io.lockstep.app.Administration;
import io.lockstep.app.Administration.Tools;
import io.lockstep.auth.AccountAdministration.Issued;
import io.lockstep.model.Account;
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

/** {@code account}: the owners of Services and keys. */
@Command(
        name = "account",
        description = "Creates, lists, suspends and activates accounts, and rotates their auth tokens.")
final class AccountCommand {

    private static final int PAGE = 500;

    @ParentCommand
    private @Nullable CommandLineTool tool;

    @Command(name = "create", description = "Creates an account; its auth token is shown once.")
    void create(@Option(names = "--name", description = "A friendly name.") @Nullable String name) {
        Issued issued = run(tools -> tools.administration().createAccount(name));
        show(issued);
    }

    @Command(name = "list", description = "Lists all accounts.")
    void list() {
        out().printf("%-34s  %-9s  %-20s  %s%n", "SID", "STATUS", "CREATED", "NAME");
        run(tools -> list(tools, null));
    }

    private Future<Void> list(Tools tools, @Nullable Sid after) {
        return tools.accounts().page(after, PAGE).compose(page -> {
            page.forEach(this::show);
            return page.size() < PAGE ? Future.succeededFuture() : list(tools, last(page));
        });
    }

    private static Sid last(List<Account> page) {
        return page.get(page.size() - 1).sid();
    }

    @Command(name = "suspend", description = "Suspends an account: its credentials stop working within a second.")
    void suspend(@Parameters(paramLabel = "ACCOUNT_SID") String sid) {
        setActive(sid, false);
    }

    @Command(name = "activate", description = "Activates a suspended account.")
    void activate(@Parameters(paramLabel = "ACCOUNT_SID") String sid) {
        setActive(sid, true);
    }

    private void setActive(String text, boolean active) {
        Sid sid = Arguments.sid(Sid.Kind.ACCOUNT, text);
        Account account = run(tools -> tools.accounts().setActive(sid, active));
        show(Arguments.found(account, sid));
    }

    @Command(
            name = "rotate-token",
            description = "Replaces an account's auth token; the new one is shown once, the old one stops working.")
    void rotateToken(@Parameters(paramLabel = "ACCOUNT_SID") String text) {
        Sid sid = Arguments.sid(Sid.Kind.ACCOUNT, text);
        Issued issued = run(tools -> tools.administration().rotateToken(sid));
        show(Arguments.found(issued, sid));
    }

    private void show(Issued issued) {
        out().println("Account SID  " + issued.sid());
        out().println("Auth token   " + issued.secret());
    }

    private void show(Account account) {
        out().printf(
                        "%-34s  %-9s  %-20s  %s%n",
                        account.sid(),
                        account.active() ? "active" : "suspended",
                        Arguments.seconds(account.dateCreated()),
                        account.friendlyName() == null ? "" : account.friendlyName());
    }

    private <T> T run(Function<Tools, Future<T>> command) {
        return Administration.run(Arguments.tool(tool).config(), command).await();
    }

    private PrintStream out() {
        return Arguments.tool(tool).out();
    }
}
