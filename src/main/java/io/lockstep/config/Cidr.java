package io.lockstep.config;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.regex.Pattern;

/** A range of IP addresses, as {@code 10.0.0.0/8} or {@code ::1}. */
@SuppressWarnings("ArrayRecordComponent") // compared and hashed by nobody
public record Cidr(byte[] network, int prefixLength) {

    /** Literal addresses only: nothing here may ask a name server. */
    private static final Pattern LITERAL = Pattern.compile("[0-9.]+|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");

    /** Reads one range; a single address is a range of one. */
    static Cidr parse(String variable, String text) {
        String[] parts = text.split("/", -1);
        try {
            if (parts.length <= 2 && LITERAL.matcher(parts[0]).matches()) {
                byte[] network = InetAddress.getByName(parts[0]).getAddress();
                int length = parts.length == 1 ? network.length * 8 : Integer.parseInt(parts[1]);
                if (length >= 0 && length <= network.length * 8) {
                    return new Cidr(network, length);
                }
            }
        } catch (UnknownHostException | NumberFormatException ignored) {
            // the same complaint as for the wrong form
        }
        throw new ConfigException(variable, "'" + text + "' is no address range such as 10.0.0.0/8");
    }

    /** Whether the address lies in the range; one of the other family never does. */
    public boolean contains(InetAddress address) {
        byte[] other = address.getAddress();
        if (other.length != network.length) {
            return false;
        }
        int whole = prefixLength / 8;
        if (!Arrays.equals(network, 0, whole, other, 0, whole)) {
            return false;
        }
        int rest = prefixLength % 8;
        int mask = 0xFF00 >> rest & 0xFF;
        return rest == 0 || (network[whole] & mask) == (other[whole] & mask);
    }
}
