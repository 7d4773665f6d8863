package io.lockstep.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/** Ports that nobody listens on: for what has to be known before anybody does. */
public record FreePorts(List<Integer> ports) {

    public static FreePorts take(int count) {
        List<ServerSocket> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
            }
            List<Integer> ports =
                    sockets.stream().map(ServerSocket::getLocalPort).toList();
            for (ServerSocket socket : sockets) {
                socket.close();
            }
            return new FreePorts(ports);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public int get(int index) {
        return ports.get(index);
    }
}
