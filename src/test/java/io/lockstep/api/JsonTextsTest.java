package io.lockstep.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.lockstep.error.ErrorCode;
import io.lockstep.error.SyncException;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTextsTest {

    private static final int MAX = 16_384;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{ } | {}",
                "{ \"z\" : 1 , \"a\" : 2 } | {\"z\":1,\"a\":2}",
                "{\"n\": [1.0, 1e5, 1E+05, -0, 0.10, 123456789012345678901234567890]}"
                        + " | {\"n\":[1.0,1e5,1E+05,-0,0.10,123456789012345678901234567890]}",
                "{\"e\": \"\\u00e9 \\/ \\n \\\\ \\\" , : \"} | {\"e\":\"\\u00e9 \\/ \\n \\\\ \\\" , : \"}",
                "{\"a b\": \" x  y \"} | {\"a b\":\" x  y \"}",
                "{\"k\": 1, \"k\": 2} | {\"k\":1,\"k\":2}",
                "{\"\": {\"\": [ ]}} | {\"\":{\"\":[]}}",
                "{\"e\": \"é😀\u2028\"} | {\"e\":\"é😀\u2028\"}",
                "{\"t\": true, \"f\": false, \"n\": null} | {\"t\":true,\"f\":false,\"n\":null}"
            })
    void takesTheWhiteSpaceOutAndLeavesTheRestAsItWasSpelt(String text, String compact) {
        assertThat(parse(text)).isEqualTo(compact);
    }

    @Test
    void everyKindOfWhiteSpaceGoes() {
        assertThat(parse("\r\n\t {\r\n\t \"a\"\r\n\t :\r\n\t [\r\n\t ]\r\n\t }\r\n\t "))
                .isEqualTo("{\"a\":[]}");
    }

    @Test
    void aStringThatEndsInABackslashEndsThere() {
        assertThat(parse("{\"a\\\\\": \"b\\\\\" , \"c\" : 1 }")).isEqualTo("{\"a\\\\\":\"b\\\\\",\"c\":1}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\\u0000", "\\ud800", "\\udc00\\ud800", "\\uD83D\\uDE00"})
    void escapesOfWhatIsNoCharacterStayEscapes(String escape) {
        String text = "{\"" + escape + "\":\"" + escape + "\"}";

        assertThat(parse(text)).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "}",
                "{]",
                "[}",
                "[1",
                "{\"a\"}",
                "{\"a\":}",
                "{\"a\":1,}",
                "{,}",
                "{\"a\":1 \"b\":2}",
                "{a:1}",
                "{'a':1}",
                "{\"a\":01}",
                "{\"a\":+1}",
                "{\"a\":.5}",
                "{\"a\":5.}",
                "{\"a\":1e}",
                "{\"a\":NaN}",
                "{\"a\":Infinity}",
                "{\"a\":tru}",
                "{\"a\":\"\\x\"}",
                "{\"a\":\"\\u12\"}",
                "{\"a\":\"\t\"}",
                "{\"a\":\"\n\"}",
                "{\"a\":\"",
                "{\"a\":\"\\",
                "{} {}",
                "{}x",
                "{},",
                "{}\"",
                "{}]",
                "1 2",
                "null x",
                "undefined",
                "// c\n{}",
                "{/* c */}",
                "# c\n{}",
                "\uFEFF{}",
                "\u00A0{}",
                "\f{}"
            })
    void whatIsNoJsonIsRefused(String text) {
        assertThat(refusal(text)).isEqualTo(ErrorCode.INVALID_JSON);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "[{}]", "null", "true", "0", "-1.5", "\"{}\"", " \"\" "})
    void jsonThatIsNoObjectIsRefusedWithTheCodeOfItsKind(String text) {
        assertThat(refusal(text)).isEqualTo(ErrorCode.INVALID_DOCUMENT_DATA);
    }

    @Test
    void objectsAndArraysNestUpToABound() {
        String deepest = nested(64);
        String tooDeep = nested(65);

        assertThat(parse(deepest)).isEqualTo(deepest);
        assertThat(refusal(tooDeep)).isEqualTo(ErrorCode.INVALID_JSON);
        assertThat(refusal("[".repeat(100_000))).isEqualTo(ErrorCode.INVALID_JSON);
    }

    @Test
    void theLargestIsTakenAndOneByteMoreIsNot() {
        String largest = ofSize(MAX, filler -> filler);

        assertThat(largest.length()).isEqualTo(MAX);
        assertThat(parse(largest)).isEqualTo(largest);
        assertThat(refusal(largest.replace("\"}", "x\"}"))).isEqualTo(ErrorCode.DATA_TOO_LARGE);
    }

    @Test
    void whiteSpaceDoesNotCount() {
        String largest = ofSize(MAX, filler -> filler);

        assertThat(parse(largest.replace(":", " :\n" + " ".repeat(MAX)))).isEqualTo(largest);
    }

    @Test
    void bytesCountAndNotCharacters() {
        String ofTwo = ofSize(
                MAX, filler -> filler.substring(0, filler.length() / 2 * 2).replace("xx", "é"));
        String ofFour = ofSize(
                MAX, filler -> filler.substring(0, filler.length() / 4 * 4).replace("xxxx", "😀"));

        assertThat(parse(ofTwo)).isEqualTo(ofTwo);
        assertThat(parse(ofFour)).isEqualTo(ofFour);
        assertThat(refusal(ofTwo.replace("\"}", "é\"}"))).isEqualTo(ErrorCode.DATA_TOO_LARGE);
        assertThat(refusal(ofFour.replace("\"}", "😀\"}"))).isEqualTo(ErrorCode.DATA_TOO_LARGE);
    }

    @Test
    void longNumbersAndNamesKeepTheirSpellingToo() {
        String number = "{\"n\":" + "1".repeat(10_000) + "}";
        String name = "{\"" + "n".repeat(16_000) + "\":1}";

        assertThat(parse(number)).isEqualTo(number);
        assertThat(parse(name)).isEqualTo(name);
    }

    private static String nested(int depth) {
        return "{\"a\":" + "[".repeat(depth - 1) + "]".repeat(depth - 1) + "}";
    }

    private static String ofSize(int bytes, UnaryOperator<String> spelling) {
        return "{\"a\":\"" + spelling.apply("x".repeat(bytes - 8)) + "\"}";
    }

    private static String parse(String text) {
        return JsonTexts.parseObject(text, MAX, ErrorCode.INVALID_DOCUMENT_DATA).text();
    }

    private static ErrorCode refusal(String text) {
        Throwable thrown = catchThrowable(() -> parse(text));
        assertThat(thrown).as(text).isInstanceOf(SyncException.class);
        return ((SyncException) thrown).errorCode();
    }
}
