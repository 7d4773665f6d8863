package io.lockstep.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.testing.TestServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class BasicCredentialsTest {

    private static final String SID = "AC0123456789abcdef0123456789abcdef";

    @Test
    void aSecretMayHoldColonsAndBeEmpty() {
        assertThat(parse(SID + ":a:b").secret()).isEqualTo("a:b".getBytes(UTF_8));
        assertThat(parse(SID + ":").secret()).isEmpty();
    }

    @Test
    void theSchemeIsReadInAnyCase() {
        String header = TestServer.basic(SID + ":x").replace("Basic", "bASIC");

        assertThat(BasicCredentials.parse(header).sid()).hasToString(SID);
    }

    @Test
    void aUserThatIsNoSidOfAnAccountOrKeyIsNobody() {
        assertThat(parse("IS0123456789abcdef0123456789abcdef:x")).isNull();
        assertThat(parse("admin:x")).isNull();
        assertThat(parse(SID)).isNull();
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "Basic", "Basic ", "Basic ???", "Bearer abc", "Basic QUM="})
    void whatHoldsNoCredentialsIsNobody(String header) {
        assertThat(BasicCredentials.parse(header)).isNull();
    }

    private static BasicCredentials parse(String userAndPassword) {
        return BasicCredentials.parse(TestServer.basic(userAndPassword));
    }
}
