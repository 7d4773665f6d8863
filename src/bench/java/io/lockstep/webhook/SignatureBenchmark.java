package io.lockstep.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** The two signatures of a webhook that tells of a document with 250 bytes of data. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class SignatureBenchmark {

    private final String url = "https://receiver.example.com/sync/webhooks?tenant=1";
    private final Map<String, String> parameters = new TreeMap<>(Map.of(
            "EventType", "document_updated",
            "AccountSid", "AC0123456789abcdef0123456789abcdef",
            "ServiceSid", "IS0123456789abcdef0123456789abcdef",
            "DocumentSid", "ET0190000000007000800000000000002a",
            "DocumentUniqueName", "board",
            "DocumentRevision", "1f",
            "DocumentData", "{\"title\":\"" + "0123456789".repeat(24) + "\"}"));
    private final byte[] body = parameters.toString().getBytes(UTF_8);
    private final byte[] secret = "a secret of thirty-two bytes, or so".getBytes(UTF_8);

    @Benchmark
    public String signAsTwilio() {
        return TwilioSignature.sign("0123456789abcdef0123456789abcdef", url, parameters);
    }

    @Benchmark
    public String signByStandardWebhooks() {
        return StandardSignature.sign(secret, "WD0190000000007000800000000000002a", 1_767_225_600, body);
    }
}
