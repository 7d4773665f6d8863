package io.lockstep.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.lockstep.error.ErrorCode;
import io.lockstep.model.Cursor;
import io.lockstep.model.JsonText;
import io.vertx.core.buffer.Buffer;
import java.net.URLEncoder;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** What a request of REST is read from and answered with: the update of a document with 250 bytes of data, and pages. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class RequestBenchmark {

    private static final int LIMIT = 16_384;

    private final String data = "{\"id\": \"1234567\", \"title\": \"" + "0123456789".repeat(15)
            + "\", \"state\": [\"open\", \"assigned\"], \"tags\": [\"one\", \"two\"]}";
    private final byte[] body = ("Data=" + URLEncoder.encode(data, UTF_8) + "&Ttl=3600").getBytes(UTF_8);
    private final JsonText stored = JsonTexts.parseObject(data, LIMIT, ErrorCode.INVALID_DOCUMENT_DATA);
    private final PageTokens tokens = new PageTokens("a key of thirty-two bytes, or so.".getBytes(UTF_8));
    private final Cursor cursor = new Cursor(Cursor.Direction.AFTER, "ET0190000000007000800000000000002a");
    private final String scope = "AC0123456789abcdef0123456789abcdef/v1/Services/default/Documents";
    private final String token = tokens.issue(cursor, scope);

    @Benchmark
    public Map<String, String> readForm() {
        return Form.parse(body);
    }

    @Benchmark
    public JsonText checkData() {
        return JsonTexts.parseObject(data, LIMIT, ErrorCode.INVALID_DOCUMENT_DATA);
    }

    @Benchmark
    public Buffer writeDocument() {
        return JsonWriter.object(json -> json.put("sid", "ET0190000000007000800000000000002a")
                .put("unique_name", (String) null)
                .put("account_sid", "AC0123456789abcdef0123456789abcdef")
                .put("service_sid", "IS0123456789abcdef0123456789abcdef")
                .put("url", "https://sync.example.com/v1/Services/IS0123456789abcdef0123456789abcdef/Documents/ET01")
                .put("revision", "1f")
                .putJson("data", stored)
                .put("date_created", "2026-01-01T00:00:00Z")
                .put("date_updated", "2026-01-01T00:00:00Z")
                .put("created_by", "system"));
    }

    @Benchmark
    public String issuePageToken() {
        return tokens.issue(cursor, scope);
    }

    @Benchmark
    public Cursor readPageToken() {
        return tokens.read(token, scope);
    }
}
