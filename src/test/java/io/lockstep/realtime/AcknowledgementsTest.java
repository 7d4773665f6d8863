package io.lockstep.realtime;

import static org.assertj.core.api.Assertions.assertThat;

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

    @Test
    void nothingIsKnownBeforeItWasRead() {
        assertThat(known.isOne(reply("TM1"))).isFalse();
    }

    @Test
    void anotherIdMakesNoDifference() {
        read(reply("TM1"));

        assertThat(known.isOne(reply("TM1"))).isTrue();
        assertThat(known.isOne(reply("TM2"))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TM12", "TM", "T\"1", "T\\1", "T 1", "T\n1", "T,1"})
    void anIdOfAnotherKindIsParsed(String id) {
        read(reply("TM1"));

        assertThat(known.isOne(reply(id))).isFalse();
    }

    @Test
    void whatDiffersElsewhereIsParsed() {
        Buffer first = reply("TM1");
        read(first);

        for (int i = 0; i < first.length(); i++) {
            Buffer altered = first.copy().setByte(i, (byte) '#');
            assertThat(known.isOne(altered)).as("changed at %d", i).isFalse();
        }
        assertThat(known.isOne(first.getBuffer(0, first.length() - 1))).isFalse();
        assertThat(known.isOne(first.copy().appendString("\r\n"))).isFalse();
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

        assertThat(known.isOne(packet(header))).isFalse();
    }

    @Test
    void clientsOfSeveralKindsAreKnownAndTheLastOnesRemain() {
        for (int i = 0; i < 6; i++) {
            read(packet("{\"method\":\"reply\",\"id\":\"TM1\",\"client\":" + i + "}"));
        }

        for (int i = 0; i < 6; i++) {
            assertThat(known.isOne(packet("{\"method\":\"reply\",\"id\":\"TM2\",\"client\":" + i + "}")))
                    .isEqualTo(i >= 2);
        }
    }
}
