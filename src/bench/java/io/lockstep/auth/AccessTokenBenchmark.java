package io.lockstep.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.lockstep.model.Credential;
import io.lockstep.model.ServiceName;
import io.lockstep.model.Sid;
import io.lockstep.store.ApiKeyRepository;
import io.vertx.core.Future;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** An access token of a key that the event loop has seen before. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class AccessTokenBenchmark {

    private static final String SECRET = "0123456789abcdef0123456789abcdef";

    private final Sid key = Sid.generate(Sid.Kind.API_KEY);
    private final Sid account = Sid.generate(Sid.Kind.ACCOUNT);
    private final Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final SecretBox box = new SecretBox(new MasterKey(new byte[32]));
    private final AccessTokens tokens =
            new AccessTokens(new CredentialCache(null, oneKey(), box, () -> true), InstantSource.fixed(now));
    private final String token = AccessTokens.sign(
            new AccessToken(account, key, "alice", new ServiceName.Default(), now.plusSeconds(3600)),
            now,
            SECRET.getBytes(UTF_8));

    @Benchmark
    public AccessToken verify() {
        return tokens.verify(token).result();
    }

    /** Asked once; then the cache has it. */
    private ApiKeyRepository oneKey() {
        Credential credential = new Credential(key, account, true, box.encrypt(key, SECRET));
        return (ApiKeyRepository) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {ApiKeyRepository.class},
                (proxy, method, arguments) -> Future.succeededFuture(credential));
    }
}
