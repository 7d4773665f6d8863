package io.lockstep.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PublicAddressesTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.0.0.0",
                "10.1.2.3",
                "100.64.0.1",
                "100.127.255.255",
                "127.0.0.1",
                "169.254.169.254",
                "172.16.0.1",
                "172.31.255.255",
                "192.168.1.1",
                "198.18.0.1",
                "224.0.0.1",
                "239.1.1.1",
                "255.255.255.255",
                "::",
                "::1",
                "::7f00:1",
                "fc00::1",
                "fd12::1",
                "fe80::1",
                "fec0::1",
                "ff02::1",
                "64:ff9b::7f00:1",
                "64:ff9b::808:808",
                "2002:7f00:1::",
                "2001:0:1::",
                "2001:db8::1"
            })
    void whatLeadsIntoANetworkOfOnesOwnIsNotPublic(String address) throws Exception {
        assertThat(PublicAddresses.isPublic(address(address))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.1.1.1",
                "100.63.255.255",
                "100.128.0.0",
                "172.15.0.1",
                "172.32.0.1",
                "2606:4700::1",
                "2001:4860::1"
            })
    void theRestIsPublic(String address) throws Exception {
        assertThat(PublicAddresses.isPublic(address(address))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "10.0.0.1"})
    void anAddressThatIsMappedIntoIpv6IsJudgedAsWhatItIs(String address) throws Exception {
        byte[] mapped = new byte[16];
        mapped[10] = -1;
        mapped[11] = -1;
        System.arraycopy(address(address).getAddress(), 0, mapped, 12, 4);

        assertThat(PublicAddresses.isPublic(NetUtil.createInetAddressFromIpAddressString("::ffff:" + address)))
                .isFalse();
        assertThat(PublicAddresses.isPublic(InetAddress.getByAddress(mapped))).isFalse();
    }

    private static InetAddress address(String text) throws UnknownHostException {
        return InetAddress.getByAddress(NetUtil.createByteArrayFromIpAddressString(text));
    }
}
