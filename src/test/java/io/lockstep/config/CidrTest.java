package io.lockstep.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CidrTest {

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.255.1.2",
        "10.0.0.1, 10.0.0.1",
        "10.1.2.3/8, 10.9.9.9",
        "192.168.128.0/17, 192.168.255.255",
        "192.168.0.4/30, 192.168.0.7",
        "0.0.0.0/0, 203.0.113.9",
        "::1, ::1",
        "fd00::/7, fc00::1",
        "2001:db8::/33, 2001:db8:7fff::1",
        "::/0, 2001:db8::1"
    })
    void holdsWhatSharesItsPrefix(String range, String address) throws Exception {
        assertThat(parse(range).contains(InetAddress.getByName(address))).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 11.0.0.1",
        "10.0.0.1, 10.0.0.2",
        "192.168.128.0/17, 192.168.127.255",
        "192.168.0.4/30, 192.168.0.8",
        "2001:db8::/33, 2001:db8:8000::1"
    })
    void doesNotHoldWhatDiffersWithinItsPrefix(String range, String address) throws Exception {
        assertThat(parse(range).contains(InetAddress.getByName(address))).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"0.0.0.0/0, ::1", "::/0, 127.0.0.1"})
    void holdsNothingOfTheOtherFamily(String range, String address) throws Exception {
        assertThat(parse(range).contains(InetAddress.getByName(address))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "proxy.example.com/32",
                "10.0.0.0/33",
                "10.0.0.0/-1",
                "10.0.0.0/",
                "10.0.0.0/8/8",
                "/8",
                "::/129",
                "10.0.0.256",
                "fe80::1%lo"
            })
    void isNothingButALiteralAddressAndAPrefixLength(String text) {
        assertThatThrownBy(() -> parse(text))
                .isInstanceOf(ConfigException.class)
                .hasMessage("LOCKSTEP_TRUSTED_PROXIES: '" + text + "' is no address range such as 10.0.0.0/8");
    }

    private static Cidr parse(String text) {
        return Cidr.parse("LOCKSTEP_TRUSTED_PROXIES", text);
    }
}
