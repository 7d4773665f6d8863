package io.lockstep.e2e;

import io.lockstep.testing.FreePorts;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A port of this machine whose connections are passed on to another port, or in turn to one of several that answers. The
 * target may change, be nothing, or fall silent, while those who connect know the same address all the time.
 */
final class Forwarder implements AutoCloseable {

    private final int port = FreePorts.one();
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final Lock lock = new ReentrantLock();
    private final Condition flowsAgain = lock.newCondition();
    private ServerSocket listening;
    private Thread accepting;
    private boolean silent;

    int port() {
        return port;
    }

    /** Connections are accepted from now on, and passed on to that port, or to the next of them. */
    void open(int... targets) {
        try {
            ServerSocket socket = new ServerSocket();
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 200);
            listening = socket;
            accepting = inBackground(() -> accept(socket, targets));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Keeps all connections, and lets nothing through them; as a broken network does. */
    void fallSilent() {
        setSilent(true);
    }

    void speakAgain() {
        setSilent(false);
    }

    /** Ends all connections, and refuses new ones. */
    @Override
    public void close() {
        speakAgain();
        closeQuietly(listening);
        awaitEnd(accepting); // while it is in the system's accept, the port is not free
        sockets.forEach(Forwarder::closeQuietly);
        sockets.clear();
    }

    private void accept(ServerSocket socket, int... targets) {
        try {
            for (int turn = 0; true; turn++) {
                forward(remember(socket.accept()), turn, targets);
            }
        } catch (IOException closed) {
            closeQuietly(socket);
        }
    }

    private void forward(Socket client, int turn, int... targets) {
        for (int i = 0; i < targets.length; i++) {
            try {
                Socket server =
                        remember(new Socket(InetAddress.getLoopbackAddress(), targets[(turn + i) % targets.length]));
                inBackground(() -> pass(client, server));
                inBackground(() -> pass(server, client));
                return;
            } catch (IOException nobodyThere) {
                // the next one, if there is one
            }
        }
        closeQuietly(client);
    }

    private Socket remember(Socket socket) {
        sockets.add(socket);
        return socket;
    }

    private void pass(Socket from, Socket to) {
        byte[] buffer = new byte[64 * 1024];
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
                awaitFlow();
                out.write(buffer, 0, length);
            }
        } catch (IOException ended) {
            // and so does the other direction
        } finally {
            sockets.remove(from);
            sockets.remove(to);
        }
    }

    private void setSilent(boolean value) {
        lock.lock();
        try {
            silent = value;
            flowsAgain.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void awaitFlow() {
        lock.lock();
        try {
            while (silent) {
                flowsAgain.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    private static Thread inBackground(Runnable work) {
        Thread thread = new Thread(work, "forwarder");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private static void awaitEnd(Thread thread) {
        try {
            thread.join(10_000);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void closeQuietly(Closeable closeable) {
        try {
            closeable.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
