package dev.turbochat.memory.redis;

import static org.awaitility.Awaitility.await;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import redis.embedded.core.ExecutableProvider;

/** A Redis server of a test's own, in a process of its own. */
final class RealRedis implements AutoCloseable {
    /** The one that the build brings along, unless {@code -Dturbo.redis} names others: then the first of them. */
    static final Path SERVER = named().findFirst().orElseGet(RealRedis::embedded);

    private final List<String> command;
    private final int port;
    private final Path folder;
    private final RedisURI uri;
    private Process process;
    private @Nullable RedisClient client;
    private @Nullable StatefulRedisConnection<String, String> teller;

    private RealRedis(int port, Path folder, List<String> command) throws IOException {
        this.port = port;
        this.folder = folder;
        this.command = command;
        this.uri = RedisURI.create("127.0.0.1", port);
        start();
    }

    /** Starts a server with settings as on its command line. */
    static RealRedis started(String... settings) throws IOException {
        return started(SERVER, settings);
    }

    /** Starts a server that is installed on this machine. */
    static RealRedis started(Path executable, String... settings) throws IOException {
        int port = freePort();
        Path folder = Files.createTempDirectory("turbo-redis");
        List<String> command = new ArrayList<>(List.of(executable.toString(), "--port", "" + port));
        command.addAll(List.of("--bind", "127.0.0.1", "--save", "", "--dir", folder.toString()));
        command.addAll(List.of(settings));
        return new RealRedis(port, folder, command);
    }

    /** Starts a Sentinel with settings as in its file. */
    static RealRedis sentinel(String settings) throws IOException {
        int port = freePort();
        Path folder = Files.createTempDirectory("turbo-sentinel");
        Path file = folder.resolve("sentinel.conf");
        Files.writeString(file, "port " + port + "\nbind 127.0.0.1\n" + settings);
        return new RealRedis(port, folder, List.of(SERVER.toString(), file.toString(), "--sentinel"));
    }

    /** What {@code -Dturbo.redis=PATH,PATH} names, or the servers on the path. */
    static List<Path> installed() {
        List<Path> named = named().toList();
        return named.isEmpty()
                ? Stream.of(System.getenv("PATH").split(File.pathSeparator))
                        .flatMap(folder -> Stream.of(folder + "/redis-server", folder + "/valkey-server"))
                        .map(Path::of)
                        .filter(Files::isExecutable)
                        .toList()
                : named;
    }

    private static Stream<Path> named() {
        return Stream.of(System.getProperty("turbo.redis", "").split(","))
                .filter(path -> !path.isEmpty())
                .map(Path::of);
    }

    private static Path embedded() {
        try {
            return ExecutableProvider.newJarResourceProvider().get().toPath();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A port that is free, and so is the one of the cluster's bus, ten thousand higher. */
    static int freePort() {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(20_000, 44_000);
            if (isFree(port) && isFree(port + 10_000)) {
                return port;
            }
        }
    }

    private static boolean isFree(int port) {
        try {
            new ServerSocket(port, 1, InetAddress.getLoopbackAddress()).close();
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Starts it, again or for the first time, with these settings, too, and waits until it answers. */
    void start(String... more) throws IOException {
        List<String> all = Stream.concat(command.stream(), Stream.of(more)).toList();
        process = new ProcessBuilder(all)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
                .start();
        Process started = process;
        Runtime.getRuntime().addShutdownHook(new Thread(started::destroyForcibly));
        await("the server at " + port + ", see " + log())
                .atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> Files.readString(log()).matches("(?s).*(eady to accept connections|Sentinel ID is).*"));
    }

    Path log() {
        return folder.resolve("log");
    }

    Path folder() {
        return folder;
    }

    int port() {
        return port;
    }

    String address() {
        return "127.0.0.1:" + port;
    }

    String uri() {
        return "redis://" + address();
    }

    /** Asks or tells it something, whatever password it has. */
    <T> T tell(Function<RedisCommands<String, String>, T> telling) {
        if (teller == null) {
            client = RedisClient.create(uri);
            teller = client.connect();
        }
        return telling.apply(teller.sync());
    }

    RealRedis withPassword(String password) {
        if (!password.isEmpty()) {
            uri.setAuthentication(password.toCharArray());
        }
        return this;
    }

    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
        new File(log().toString()).delete(); // so that the next start waits for its own line
    }

    /** Stops it in the middle of whatever it does. */
    void freeze() throws IOException, InterruptedException {
        signal("-STOP", process.pid());
    }

    void thaw() throws IOException, InterruptedException {
        signal("-CONT", process.pid());
    }

    static void signal(String signal, long pid) throws IOException, InterruptedException {
        new ProcessBuilder("kill", signal, "" + pid).start().waitFor();
    }

    @Override
    public void close() {
        if (client != null) {
            client.shutdown();
        }
        process.destroyForcibly();
    }
}
