package io.lockstep.realtime;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** The codec of the realtime protocol: a notification with 300 bytes, an acknowledgement, a request over the socket. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class PacketBenchmark {

    private final Buffer event = new JsonObject()
            .put("event_type", "document_updated")
            .put("document_data", new JsonObject().put("text", "x".repeat(280)))
            .toBuffer();
    private final Buffer acknowledgement = Packet.encode(new JsonObject()
            .put("method", "reply")
            .put("id", "TM0190000000007000800000000000002a")
            .put("status", new JsonObject().put("code", 200).put("status", "OK")));
    private final Buffer request = Packet.encode(
            new JsonObject()
                    .put("method", "message")
                    .put("id", "TM0190000000007000800000000000002b")
                    .put(
                            "http_request",
                            new JsonObject()
                                    .put("host", "cds.us1.twilio.com")
                                    .put("path", "/v3/Services/default/Documents/ET01")
                                    .put("method", "POST")
                                    .put("headers", new JsonObject().put("Content-Type", "application/json"))),
            event);

    @Benchmark
    public Buffer encodeNotification() {
        return Packet.encode(
                new JsonObject()
                        .put("method", "notification")
                        .put("id", "TM0190000000007000800000000000002a")
                        .put("message_type", "twilio.sync.event"),
                event);
    }

    @Benchmark
    public Packet readAcknowledgement() {
        return Packet.decode(acknowledgement);
    }

    @Benchmark
    public Packet readRequest() {
        return Packet.decode(request);
    }
}
