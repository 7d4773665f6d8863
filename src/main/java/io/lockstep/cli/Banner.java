package io.lockstep.cli;

import io.lockstep.app.Application;
import io.lockstep.app.Application.FirstAccount;
import io.lockstep.config.Config;
import java.io.Console;
import java.io.PrintStream;

/** What the server prints when it is ready. It shows a secret on the first start, or to a person at a terminal. */
final class Banner {

    private Banner() {}

    static void print(PrintStream out, Config config, Application application) {
        String address = address(config.http().host(), application.port());
        out.println();
        out.println("Lockstep " + Version.number() + " is ready");
        line(out, "REST API", address + "/v1");
        line(out, "Health", address(config.management().host(), application.managementPort()) + "/health/ready");
        FirstAccount account = application.firstAccount();
        if (account != null) {
            print(out, address, account);
        }
        line(out, "Docs", "README.md and docs/ of the source tree");
        out.println();
        out.flush();
    }

    private static void print(PrintStream out, String address, FirstAccount account) {
        boolean shown = account.key() != null || atTerminal();
        String token = shown ? account.authToken() : "$LOCKSTEP_AUTH_TOKEN";
        line(out, "Account SID", account.sid());
        if (shown) {
            line(out, "Auth token", token);
        }
        if (account.key() != null) {
            line(
                    out,
                    "API key",
                    account.key().sid() + " with secret " + account.key().secret());
        }
        line(
                out,
                "Try",
                "curl -u \"" + account.sid() + ":" + token + "\" -d FriendlyName=First " + address + "/v1/Services");
    }

    private static void line(PrintStream out, String name, String value) {
        out.printf("  %-12s %s%n", name, value);
    }

    private static String address(String host, int port) {
        String reachable = host.equals("0.0.0.0") || host.equals("::") ? "127.0.0.1" : host;
        return "http://" + (reachable.contains(":") ? "[" + reachable + "]" : reachable) + ":" + port;
    }

    /** From JDK 22 on there is a console also when there is no terminal, and a method that tells. */
    @SuppressWarnings("SystemConsoleNull") // which is what this method is about
    private static boolean atTerminal() {
        Console console = System.console();
        if (console == null) {
            return false;
        }
        try {
            return (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (ReflectiveOperationException e) {
            return true;
        }
    }
}
