package io.lockstep.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lockstep.error.ErrorCode;
import io.lockstep.error.SyncException;
import io.lockstep.model.Cursor;
import io.lockstep.model.Cursor.Direction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PageTokensTest {

    private final PageTokens tokens = new PageTokens(new byte[32]);
    private final Cursor cursor = new Cursor(Direction.BEFORE, "kéy/+:");

    @Test
    void comeBackForTheListThatTheyWereMadeFor() {
        assertThat(tokens.read(tokens.issue(cursor, "list"), "list")).isEqualTo(cursor);
    }

    @Test
    void areRefusedForAnotherList() {
        assertRefused(tokens.issue(cursor, "list"), "another");
    }

    @Test
    void areRefusedUnderAnotherKey() {
        byte[] other = new byte[32];
        other[31] = 1;

        assertRefused(new PageTokens(other).issue(cursor, "list"), "list");
    }

    @Test
    void areRefusedWhenAnyCharacterIsAltered() {
        String token = tokens.issue(cursor, "list");

        for (int i = 0; i < token.length() - 1; i++) { // the last holds unused bits
            char altered = token.charAt(i) == 'A' ? 'B' : 'A';
            assertRefused(token.substring(0, i) + altered + token.substring(i + 1), "list");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "PT", "PTzz", "x", "PT????", "PTAAAAAAAAAAAAAAAAAAAAAA"})
    void whatIsNoneIsRefused(String text) {
        assertRefused(text, "list");
    }

    private void assertRefused(String token, String scope) {
        assertThatThrownBy(() -> tokens.read(token, scope))
                .isInstanceOfSatisfying(
                        SyncException.class, e -> assertThat(e.errorCode()).isEqualTo(ErrorCode.INVALID_PAGE_TOKEN));
    }
}
