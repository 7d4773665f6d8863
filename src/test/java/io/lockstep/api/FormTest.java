package io.lockstep.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lockstep.error.SyncException;
import java.net.URLEncoder;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FormTest {

    @Test
    void readsBothSpellingsOfASpace() {
        assertThat(parse("a=1+2&b=1%202")).isEqualTo(Map.of("a", "1 2", "b", "1 2"));
    }

    @Test
    void theLastOfSeveralFieldsOfOneNameCounts() {
        assertThat(parse("a=1&a=2")).isEqualTo(Map.of("a", "2"));
    }

    @Test
    void aFieldMayBeEmptyAndMayHoldEqualsSigns() {
        assertThat(parse("a=&b&c=x=y&&")).isEqualTo(Map.of("a", "", "b", "", "c", "x=y"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a=%", "a=%4", "a=%zz", "%=1", "a=%00", "a=%ED%A0%80", "a=%FF", "a=%C0%80", "a=%F0%9F"})
    void brokenTextIsRefused(String text) {
        assertThatThrownBy(() -> parse(text)).isInstanceOf(SyncException.class);
    }

    @Test
    void tooManyFieldsAreRefused() {
        StringBuilder body = new StringBuilder();
        for (int i = 0; i < 1100; i++) {
            body.append('f').append(i).append("=1&");
        }

        assertThatThrownBy(() -> parse(body.toString())).isInstanceOf(SyncException.class);
    }

    @Test
    void anySegmentThatWasEncodedComesBack() {
        assertThat(Form.decodeSegment("a%2Fb+c%20%F0%9F%98%80")).isEqualTo("a/b+c 😀");
    }

    @Test
    void anyTextThatWasEncodedComesBack() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 2000; i++) {
            String text = random.ints(random.nextInt(40), 1, 0x10FFFF)
                    .filter(c -> c < 0xD800 || c > 0xDFFF)
                    .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                    .toString();

            assertThat(parse("x=" + URLEncoder.encode(text, UTF_8)))
                    .as("seed %d", seed)
                    .isEqualTo(Map.of("x", text));
        }
    }

    private static Map<String, String> parse(String text) {
        return Form.parse(text.getBytes(UTF_8));
    }
}
