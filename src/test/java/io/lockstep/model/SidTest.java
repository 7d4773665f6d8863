package io.lockstep.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.model.Sid.Kind;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SidTest {

    private static final String DIGITS = "0123456789abcdef0123456789abcdef";

    @Test
    void isWrittenAsTwoLettersAndLowerCaseDigits() {
        Sid sid = Sid.parse(Kind.SERVICE, "IS" + DIGITS.toUpperCase());

        assertThat(sid).hasToString("IS" + DIGITS);
    }

    @Test
    void ofAnotherKindIsNone() {
        assertThat(Sid.parse(Kind.SERVICE, "AC" + DIGITS)).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "IS", "IS123", "is0123456789abcdef0123456789abcdef", "IS0123456789abcdef0123456789abcdeg"})
    void shapelessTextIsNone(String text) {
        assertThat(Sid.isSid(text)).isFalse();
        assertThat(Sid.parse(Kind.SERVICE, text)).isNull();
    }

    @Test
    void newOnesAreOrderedByTime() {
        List<String> made = Stream.generate(() -> Sid.generate(Kind.SERVICE).toString())
                .limit(20)
                .peek(sid -> waitATick())
                .toList();

        assertThat(made).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void newOnesAreUuidsOfVersionSeven() {
        Sid sid = Sid.generate(Kind.SERVICE);

        assertThat(sid.id().version()).isEqualTo(7);
        assertThat(sid.id().variant()).isEqualTo(2);
    }

    private static void waitATick() {
        long start = System.nanoTime();
        while (System.nanoTime() - start < 2_000) {
            Thread.onSpinWait();
        }
    }
}
