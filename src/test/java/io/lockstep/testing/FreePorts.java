package io.lockstep.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;

/**
 * Ports that nobody listens on: for what has to be known before anybody does. They are none of those that the operating
 * system gives to whoever asks for any, and so are still free when they are used.
 */
public record FreePorts(List<Integer> ports) {

    private static final int LOWEST = 15_000;
    private static final int HIGHEST = 32_000; // the others begin at 32768, or above

    private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

    public static FreePorts take(int count) {
        return new FreePorts(IntStream.range(0, count).mapToObj(i -> one()).toList());
    }

    /** A single one. */
    public static int one() {
        int port = ThreadLocalRandom.current().nextInt(LOWEST, HIGHEST);
        while (!isFree(port) || !GIVEN.add(port)) {
            port = ThreadLocalRandom.current().nextInt(LOWEST, HIGHEST);
        }
        return port;
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException taken) {
            return false;
        }
    }

    public int get(int index) {
        return ports.get(index);
    }
}
