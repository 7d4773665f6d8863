package io.lockstep.realtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PacketTest {

    private static final String HEADER = "{\"method\":\"ping\",\"id\":\"TM1\",\"payload_size\":0}";
    private static final String PING = "TWILSOCK V3.0 45\r\n" + HEADER + "\r\n";

    /** How many altered packets are tried; more in the long run. */
    private static final int ALTERED = Integer.getInteger("lockstep.packets", 10_000);

    @Test
    void isWrittenAsTheReferenceSpellsIt() {
        Buffer ping = Packet.encode(new JsonObject().put("method", "ping").put("id", "TM1"));

        assertThat(ping.toString()).isEqualTo(PING);
    }

    @Test
    void countsBytesAndNotCharacters() {
        JsonObject header = new JsonObject()
                .put("method", "notification")
                .put("id", "TM2")
                .put("message_type", "twilio.sync.event")
                .put("payload_type", "application/json");

        Buffer packet = Packet.encode(header, Buffer.buffer("{\"a\":\"é\"}"));

        assertThat(packet.length()).isEqualTo(156);
        assertThat(packet.toString())
                .isEqualTo("TWILSOCK V3.0 123\r\n{\"method\":\"notification\",\"id\":\"TM2\",\"message_type\":"
                        + "\"twilio.sync.event\",\"payload_type\":\"application/json\",\"payload_size\":10}\r\n"
                        + "{\"a\":\"é\"}\r\n");
    }

    @Test
    void isReadAsItWasWritten() {
        JsonObject header =
                new JsonObject().put("method", "message").put("id", "ü😀").put("more", new JsonObject());
        Buffer payload = Buffer.buffer("{\"text\":\"Zoë 😀\"}");

        Packet packet = Packet.decode(Packet.encode(header, payload));

        assertThat(packet.method()).isEqualTo("message");
        assertThat(packet.id()).isEqualTo("ü😀");
        assertThat(packet.header()).isEqualTo(header);
        assertThat(packet.payload()).isEqualTo(payload);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "TWILSOCK V3.0 45 \r\n" + HEADER + "\r\n",
                PING + "\r\n",
                "TWILSOCK V3.0 28\r\n{\"method\":\"ping\",\"id\":\"TM1\"}\r\n",
                "TWILSOCK V3.0 28\r\n{\"method\":\"ping\",\"id\":\"TM1\"}\r\n\r\n"
            })
    void isTakenWithWhatSomeClientsDoDifferently(String text) {
        assertThat(Packet.decode(Buffer.buffer(text)).payload().length()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"data_sync, ''", "data_sync, '\r\n'", "'{\"a\":\r\n 1}', ''"})
    void hasAnyPayloadOfItsSize(String payload, String behind) {
        String header = "{\"method\":\"m\",\"id\":\"1\",\"payload_size\":" + payload.length() + "}";
        String text = "TWILSOCK V3.0 " + header.length() + "\r\n" + header + "\r\n" + payload + behind;

        assertThat(Packet.decode(Buffer.buffer(text)).payload().toString()).isEqualTo(payload);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "TWILSOCK V3.0 ",
                "GET / HTTP/1.1\r\n\r\n",
                "TWILSOCK V2.0 45\r\n" + HEADER + "\r\n",
                "TWILSOCK V3.0 \r\n" + HEADER + "\r\n",
                "TWILSOCK V3.0 0\r\n\r\n",
                "TWILSOCK V3.0 -5\r\n" + HEADER + "\r\n",
                "TWILSOCK V3.0 44\r\n" + HEADER + "\r\n",
                "TWILSOCK V3.0 46\r\n" + HEADER + "\r\n",
                "TWILSOCK V3.0 99999\r\n" + HEADER + "\r\n",
                "TWILSOCK V3.0 4294967341\r\n" + HEADER + "\r\n",
                "TWILSOCK V3.0 45\r\n" + HEADER,
                "TWILSOCK V3.0 45\n" + HEADER + "\n",
                PING + "\r",
                PING + "xx",
                PING + "\r\n\r\n",
                "TWILSOCK V3.0 2\r\n{}\r\n",
                "TWILSOCK V3.0 2\r\n[]\r\n",
                "TWILSOCK V3.0 4\r\nnull\r\n",
                "TWILSOCK V3.0 21\r\n{\"method\":7,\"id\":\"1\"}\r\n",
                "TWILSOCK V3.0 22\r\n{\"method\":\"\",\"id\":\"1\"}\r\n",
                "TWILSOCK V3.0 41\r\n{\"method\":\"m\",\"id\":\"1\",\"payload_size\":-1}\r\n",
                "TWILSOCK V3.0 41\r\n{\"method\":\"m\",\"id\":\"1\",\"payload_size\":99}\r\n",
                "TWILSOCK V3.0 41\r\n{\"method\":\"m\",\"id\":\"1\",\"payload_size\":{}}\r\n"
            })
    void isRefusedWhenItIsNone(String text) {
        assertThatThrownBy(() -> Packet.decode(Buffer.buffer(text))).isInstanceOf(MalformedPacketException.class);
    }

    @Test
    void isReadOrRefusedHoweverItWasAltered() {
        long seed = new Random().nextLong();
        System.out.println("altered packets: seed " + seed);
        Random random = new Random(seed);
        int read = 0;
        for (int i = 0; i < ALTERED; i++) {
            Buffer packet = altered(random);
            try {
                Packet decoded = Packet.decode(packet);
                assertThat(decoded.method()).isNotEmpty();
                assertThat(decoded.id()).isNotEmpty();
                read++;
            } catch (MalformedPacketException expected) {
                assertThat(expected.getMessage()).isNotEmpty();
            }
        }
        assertThat(read)
                .as("seed %d: some are still packets, and not all", seed)
                .isBetween(1, ALTERED - 1);
    }

    private static Buffer altered(Random random) {
        JsonObject header = new JsonObject().put("method", "message").put("id", "TM" + random.nextInt());
        byte[] packet = Packet.encode(header, Buffer.buffer("{\"data\":\"" + "é".repeat(random.nextInt(40)) + "\"}"))
                .getBytes();
        for (int times = 1 + random.nextInt(3); times > 0; times--) {
            int at = random.nextInt(packet.length);
            switch (random.nextInt(3)) {
                case 0 -> packet[at] = (byte) random.nextInt(256);
                case 1 -> packet[at] ^= (byte) (1 << random.nextInt(8));
                default -> {
                    if (at > 0) {
                        packet = java.util.Arrays.copyOf(packet, random.nextBoolean() ? at : packet.length + 1);
                    }
                }
            }
        }
        return Buffer.buffer(packet);
    }
}
