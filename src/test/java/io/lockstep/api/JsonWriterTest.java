package io.lockstep.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.model.JsonText;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class JsonWriterTest {

    @Test
    void writesEachKindOfValue() {
        Buffer json = JsonWriter.object(it -> it.put("text", "a")
                .put("none", null)
                .put("number", Long.MIN_VALUE)
                .put("flag", true)
                .putJson("json", new JsonText("{\"b\":[1.50]}"))
                .putObject("empty", none -> {})
                .putObject("within", within -> within.put("c", 1).put("d", 2))
                .putArray("nobody", List.<String>of(), one -> {})
                .putArray("some", List.of("e", "f"), one -> it.put("is", one).put("in", "g")));

        assertThat(json.toString())
                .isEqualTo("{\"text\":\"a\",\"none\":null,\"number\":-9223372036854775808,\"flag\":true,"
                        + "\"json\":{\"b\":[1.50]},\"empty\":{},\"within\":{\"c\":1,\"d\":2},\"nobody\":[],"
                        + "\"some\":[{\"is\":\"e\",\"in\":\"g\"},{\"is\":\"f\",\"in\":\"g\"}]}");
    }

    @Test
    void readersGetBackWhateverTextWasWritten() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            String text = text(random);

            Buffer json = JsonWriter.object(it -> it.put("first", text).put("second", text));

            assertThat(new JsonObject(json))
                    .as("seed %d", seed)
                    .containsOnly(Map.entry("first", text), Map.entry("second", text));
        }
    }

    @Test
    void aTextThatLooksLikeJsonIsNone() {
        Buffer json = JsonWriter.object(it -> it.put("a", "{").put("b", "[").put("c", "\"},{"));

        assertThat(new JsonObject(json).getMap().values()).containsExactly("{", "[", "\"},{");
        assertThat(new JsonArray("[" + json + "]")).hasSize(1);
    }

    /** Of all planes, with many characters that JSON escapes; no lone surrogates, which are no text. */
    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        int length = random.nextInt(12);
        for (int i = 0; i < length; i++) {
            switch (random.nextInt(4)) {
                case 0 -> text.append((char) random.nextInt(' '));
                case 1 -> text.append("\"\\/{}[],:".charAt(random.nextInt(9)));
                case 2 -> text.append((char) (' ' + random.nextInt(0x300)));
                default -> text.appendCodePoint(0x10000 + random.nextInt(0x100000));
            }
        }
        return text.toString();
    }
}
