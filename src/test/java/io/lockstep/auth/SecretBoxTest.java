package io.lockstep.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lockstep.model.EncryptedSecret;
import io.lockstep.model.Sid;
import org.junit.jupiter.api.Test;

class SecretBoxTest {

    private final SecretBox box = new SecretBox(new MasterKey(new byte[32]));
    private final Sid owner = Sid.generate(Sid.Kind.ACCOUNT);

    @Test
    void whatWasEncryptedComesBack() {
        assertThat(box.decrypt(owner, box.encrypt(owner, "söcret"))).isEqualTo("söcret".getBytes(UTF_8));
    }

    @Test
    void theSameSecretLooksDifferentEachTime() {
        assertThat(box.encrypt(owner, "s").bytes())
                .isNotEqualTo(box.encrypt(owner, "s").bytes());
    }

    @Test
    void aSecretMovedToAnotherOwnerIsRefused() {
        EncryptedSecret stored = box.encrypt(owner, "s");

        assertThatThrownBy(() -> box.decrypt(Sid.generate(Sid.Kind.ACCOUNT), stored))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void anAlteredSecretIsRefused() {
        EncryptedSecret stored = box.encrypt(owner, "s");
        stored.bytes()[stored.bytes().length - 1] ^= 1;

        assertThatThrownBy(() -> box.decrypt(owner, stored)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void theCanaryKnowsItsOwnKeyOnly() {
        byte[] other = new byte[32];
        other[0] = 1;

        assertThat(box.opens(new SecretBox(new MasterKey(new byte[32])).canary()))
                .isTrue();
        assertThat(box.opens(new SecretBox(new MasterKey(other)).canary())).isFalse();
    }
}
