package io.lockstep.cli;

import io.lockstep.app.Administration;
import io.lockstep.auth.AccessTokens;
import io.lockstep.model.ServiceName;
import io.lockstep.model.Sid;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code token}: access tokens for trying things out. */
@Command(name = "token", description = "Makes access tokens, as a backend of yours would.")
final class TokenCommand {

    @ParentCommand
    private @Nullable CommandLineTool tool;

    @Command(
            name = "mint",
            description = "Prints an access token for a client, signed with the account's first API key.")
    void mint(
            @Option(names = "--identity", required = true, description = "Who the client is: 1 to 256 characters.")
                    String identity,
            @Option(
                            names = "--service",
                            paramLabel = "SERVICE_SID",
                            defaultValue = ServiceName.DEFAULT_ALIAS,
                            description = "The Service that it is good for; without one the default Service.")
                    String serviceText,
            @Option(
                            names = "--ttl",
                            paramLabel = "SECONDS",
                            defaultValue = "3600",
                            description = "How long it is good for: 1 to 86400, 3600 without one.")
                    long ttl,
            @Option(
                            names = "--account",
                            paramLabel = "ACCOUNT_SID",
                            description = "Whose Service it is; without one the account that was there first.")
                    @Nullable
                    String accountText) {
        if (!AccessTokens.isIdentity(identity)) {
            throw new IllegalArgumentException("an identity has 1 to 256 characters");
        }
        if (ttl < 1 || ttl > AccessTokens.LONGEST.toSeconds()) {
            throw new IllegalArgumentException(
                    "a token is good for 1 to " + AccessTokens.LONGEST.toSeconds() + " seconds");
        }
        ServiceName service = ServiceName.parse(serviceText);
        if (service == null) {
            throw new IllegalArgumentException("'" + serviceText + "' is no SID of that kind");
        }
        Sid account = accountText == null ? null : Arguments.sid(Sid.Kind.ACCOUNT, accountText);
        CommandLineTool parent = Arguments.tool(tool);
        String token = Administration.run(
                        parent.config(),
                        tools -> tools.administration().mintToken(account, identity, service, Duration.ofSeconds(ttl)))
                .await();
        parent.out().println(token);
    }
}
