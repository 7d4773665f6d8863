package io.lockstep.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nothing passes unparsed that is not what was parsed before, under another id. */
class AcknowledgementsTest {

    private final Acknowledgements known = new Acknowledgements();

    private static Buffer packet(String header) {
        return Buffer.buffer("TWILSOCK V3.0 " + header.length() + "\r\n" + header + "\r\n");
    }

    private static Buffer reply(String id) {
        return packet("{\"method\":\"reply\",\"id\":\"" + id + "\",\"status\":{\"code\":200,\"status\":\"OK\"}}");
    }

    private void read(Buffer message) {
        known.learn(message, Packet.decode(message));
    }

    private boolean isKnown(Buffer message) {
        return known.isOne(Unpooled.wrappedBuffer(message.getBytes()));
    }

    @Test
    void nothingIsKnownBeforeItWasRead() {
        assertThat(isKnown(reply("TM1"))).isFalse();
    }

    @Test
    void anotherIdMakesNoDifference() {
        read(reply("TM1"));

        assertThat(isKnown(reply("TM1"))).isTrue();
        assertThat(isKnown(reply("TM2"))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TM12", "TM", "T\"1", "T\\1", "T 1", "T\n1", "T,1"})
    void anIdOfAnotherKindIsParsed(String id) {
        read(reply("TM1"));

        assertThat(isKnown(reply(id))).isFalse();
    }

    @Test
    void whatDiffersElsewhereIsParsed() {
        Buffer first = reply("TM1");
        read(first);

        for (int i = 0; i < first.length(); i++) {
            Buffer altered = first.copy().setByte(i, (byte) '#');
            assertThat(isKnown(altered)).as("changed at %d", i).isFalse();
        }
        assertThat(isKnown(first.getBuffer(0, first.length() - 1))).isFalse();
        assertThat(isKnown(first.copy().appendString("\r\n"))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"method\":\"ping\",\"id\":\"TM1\"}",
                "{\"method\":\"reply\",\"id\":\"reply\"}",
                "{\"method\":\"reply\",\"id\":\"method\"}",
                "{\"method\":\"reply\",\"id\":\"\\u006dethod\"}",
                "{\"method\":\"reply\",\"id\":\"T 1\"}"
            })
    void nothingIsLearnedFromOtherPackets(String header) {
        read(packet(header));

        assertThat(isKnown(packet(header))).isFalse();
    }

    @Test
    void clientsOfSeveralKindsAreKnownAndTheLastOnesRemain() {
        for (int i = 0; i < 6; i++) {
            read(packet("{\"method\":\"reply\",\"id\":\"TM1\",\"client\":" + i + "}"));
        }

        for (int i = 0; i < 6; i++) {
            assertThat(isKnown(packet("{\"method\":\"reply\",\"id\":\"TM2\",\"client\":" + i + "}")))
                    .isEqualTo(i >= 2);
        }
    }
}
