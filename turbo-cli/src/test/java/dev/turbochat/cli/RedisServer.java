package dev.turbochat.cli;

import static org.awaitility.Awaitility.await;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import redis.embedded.core.ExecutableProvider;

/** A Redis server, or a Sentinel, of a test's own: the one that the build brings along, with a password. */
final class RedisServer implements AutoCloseable {
    static final String PASSWORD = "s3cret";

    private final int port;
    private final List<String> command;
    private final Path log;
    private Process process;

    private RedisServer(int port, Path folder, List<String> command) throws IOException {
        this.port = port;
        this.command = command;
        this.log = folder.resolve("log");
        this.process = start();
    }

    /** Starts a server with settings as on its command line. */
    static RedisServer started(String... settings) throws IOException {
        return started(embedded(), settings);
    }

    /** Starts a server that is installed on this machine. */
    static RedisServer started(Path executable, String... settings) throws IOException {
        int port = freePort();
        Path folder = Files.createTempDirectory("turbo-redis");
        List<String> command = new ArrayList<>(List.of(executable.toString(), "--port", "" + port));
        command.addAll(List.of("--bind", "127.0.0.1", "--save", "", "--dir", folder.toString()));
        command.addAll(List.of("--requirepass", PASSWORD));
        command.addAll(List.of(settings));
        return new RedisServer(port, folder, command);
    }

    /** Starts a Sentinel that knows no master. */
    static RedisServer sentinel() throws IOException {
        int port = freePort();
        Path folder = Files.createTempDirectory("turbo-sentinel");
        Path file = folder.resolve("sentinel.conf");
        Files.writeString(file, "port " + port + "\nbind 127.0.0.1\nrequirepass " + PASSWORD + "\n");
        return new RedisServer(port, folder, List.of(embedded().toString(), file.toString(), "--sentinel"));
    }

    private static Path embedded() throws IOException {
        return ExecutableProvider.newJarResourceProvider().get().toPath();
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** Those that {@code -Dturbo.redis=PATH,PATH} names. */
    static Stream<Path> named() {
        return Stream.of(System.getProperty("turbo.redis", "").split(","))
                .filter(path -> !path.isEmpty())
                .map(Path::of);
    }

    private Process start() throws IOException {
        return start("(eady to accept connections|Sentinel ID is)");
    }

    private Process start(String awaited, String... more) throws IOException {
        List<String> all = Stream.concat(command.stream(), Stream.of(more)).toList();
        Process started = new ProcessBuilder(all)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        Runtime.getRuntime().addShutdownHook(new Thread(started::destroyForcibly));
        await("the server at " + port + ", see " + log)
                .atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> Files.readString(log).matches("(?s).*" + awaited + ".*"));
        return started;
    }

    void startAgain() throws IOException {
        process = start();
    }

    /** Starts it again, and does not wait until it has loaded its data. */
    void startLoading(String... more) throws IOException {
        process = start("Loading RDB", more);
    }

    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    String address() {
        return "127.0.0.1:" + port;
    }

    /** Where it is, with the right password. */
    String uri() {
        return "redis://:" + PASSWORD + "@" + address();
    }

    /** Tells it a command, of words without blanks; what it answers, line by line. */
    List<String> tell(String words) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            InputStream in = new BufferedInputStream(socket.getInputStream());
            socket.getOutputStream()
                    .write(("AUTH " + PASSWORD + "\r\n" + words + "\r\n").getBytes(StandardCharsets.UTF_8));
            answer(in);
            return answer(in);
        }
    }

    private static List<String> answer(InputStream in) throws IOException {
        String line = line(in);
        String rest = line.substring(1);
        return switch (line.charAt(0)) {
            case '-' -> throw new IOException(rest);
            case '$' -> {
                byte[] bytes = in.readNBytes(Math.max(Integer.parseInt(rest), 0));
                line(in);
                yield List.of(new String(bytes, StandardCharsets.UTF_8));
            }
            case '*' -> {
                List<String> all = new ArrayList<>();
                for (int i = 0; i < Integer.parseInt(rest); i++) {
                    all.addAll(answer(in));
                }
                yield all;
            }
            default -> List.of(rest);
        };
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new EOFException("The server went away.");
            }
            line.append((char) next);
        }
        return line.toString().strip();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
