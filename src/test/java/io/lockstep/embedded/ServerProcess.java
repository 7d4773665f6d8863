package io.lockstep.embedded;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Another JVM that holds a data directory, and perhaps runs its database, until it is killed. */
final class ServerProcess implements AutoCloseable {

    private final Process process;

    private ServerProcess(Process process) {
        this.process = process;
    }

    /** Returns when it holds the directory. */
    static ServerProcess holding(Path directory) throws IOException {
        return start(List.of(directory.toString()));
    }

    /** Returns when its database accepts connections. */
    static ServerProcess running(Path directory) throws IOException {
        return start(List.of(directory.toString(), SharedBinaries.PARENT.toString()));
    }

    private static ServerProcess start(List<String> arguments) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                ServerProcess.class.getName());
        builder.command().addAll(arguments);
        Process process = builder.redirectErrorStream(true).start();
        ServerProcess server = new ServerProcess(process);
        String line = process.inputReader().readLine();
        if (!"ready".equals(line)) {
            server.close();
            throw new IllegalStateException("The other JVM said: " + line);
        }
        return server;
    }

    long pid() {
        return process.pid();
    }

    /** As kill -9 does it. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor(10, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    public static void main(String[] arguments) throws IOException {
        DataDirectory directory = DataDirectory.lock(Path.of(arguments[0]));
        if (arguments.length > 1) {
            EmbeddedPostgres.start(directory, Path.of(arguments[1]), Host.current());
        }
        System.out.println("ready");
        System.in.read();
    }
}
