package dev.turbochat.memory.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A {@link NodeMain} in a process of its own, as those outside it see it. Thread-safe. */
final class NodeProcess implements AutoCloseable {
    private final String name;
    private final Process process;
    private final PrintWriter told;
    private final Map<String, CompletableFuture<Boolean>> delivering = new ConcurrentHashMap<>();
    private final List<Written> written = new CopyOnWriteArrayList<>();
    private final List<Shown> shown = new CopyOnWriteArrayList<>();
    private final List<String> complaints = new CopyOnWriteArrayList<>();
    private final CompletableFuture<Boolean> ready = new CompletableFuture<>();

    /** Entries of a session that the store has acknowledged to a node. */
    record Written(String node, String session, long epoch, long first, int count) {}

    /** What a reader of a session's events at a node was shown. */
    record Shown(String session, String id, String kind, String text) {}

    private NodeProcess(String name, Process process) {
        this.name = name;
        this.process = process;
        this.told = new PrintWriter(process.outputWriter(StandardCharsets.UTF_8), true);
        Thread.ofVirtual().name("hears " + name).start(this::hear);
    }

    /**
     * Begins to start a node.
     *
     * @param name another one in each life
     * @param idle how long its sessions wait for input before they hibernate
     * @param drain how long they may take to come to their question when it is told to end
     */
    static NodeProcess starting(String uri, Outside outside, String name, Duration idle, Duration drain)
            throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        NodeMain.class.getName(),
                        uri,
                        outside.uri(),
                        name,
                        "" + idle.toMillis(),
                        "" + drain.toMillis())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        return new NodeProcess(name, process);
    }

    String name() {
        return name;
    }

    NodeProcess awaitReady() throws Exception {
        assertThat(ready.get(60, TimeUnit.SECONDS)).as(name).isTrue();
        return this;
    }

    boolean isReady() {
        return ready.getNow(false) && process.isAlive();
    }

    private void hear() {
        try (BufferedReader said = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = said.readLine(); line != null; line = said.readLine()) {
                hear(line.split("\t", -1));
            }
        } catch (IOException e) {
            complaints.add(e.toString()); // the test looks at them only of a node that it did not kill
        }
        ready.complete(false);
        delivering.values().forEach(waiting -> waiting.complete(false));
    }

    private void hear(String[] words) {
        switch (words[0]) {
            case "ready" -> ready.complete(true);
            case "acked" -> answered(words, true);
            case "failed" -> {
                complaints.add(String.join(" ", words));
                answered(words, false);
            }
            case "wrote" ->
                written.add(new Written(
                        name,
                        words[1],
                        Long.parseLong(words[2]),
                        Long.parseLong(words[3]),
                        Integer.parseInt(words[4])));
            case "shown" -> shown.add(new Shown(words[1], words[2], words[3], words[4]));
            default -> complaints.add(String.join(" ", words));
        }
    }

    private void answered(String[] words, boolean stored) {
        CompletableFuture<Boolean> waiting = delivering.remove(words[1] + " " + words[2]);
        if (waiting != null) {
            waiting.complete(stored);
        }
    }

    /** Delivers an input; true once it is acknowledged, false if it never will be by this node. */
    CompletableFuture<Boolean> delivers(String session, String id) {
        CompletableFuture<Boolean> acknowledged =
                delivering.computeIfAbsent(session + " " + id, key -> new CompletableFuture<>());
        told.println("deliver\t" + session + "\t" + id);
        if (!process.isAlive()) {
            acknowledged.complete(false);
        }
        return acknowledged;
    }

    /** Has a reader read a session's events at this node from here on. */
    void reads(String session) {
        told.println("read\t" + session);
    }

    List<Written> written() {
        return List.copyOf(written);
    }

    List<Shown> shown() {
        return List.copyOf(shown);
    }

    List<String> complaints() {
        return List.copyOf(complaints);
    }

    /** SIGSTOP; returns when all its threads stand still, where that can be seen. */
    void freeze() throws IOException, InterruptedException {
        RealRedis.signal("-STOP", process.pid());
        Path threads = Path.of("/proc", "" + process.pid(), "task");
        if (Files.isDirectory(threads)) {
            await().pollInterval(Duration.ofMillis(5)).until(() -> standStill(threads));
        }
    }

    private static boolean standStill(Path threads) throws IOException {
        try (Stream<Path> all = Files.list(threads)) {
            for (Path thread : all.toList()) {
                String stat = Files.readString(thread.resolve("stat"));
                if (stat.charAt(stat.lastIndexOf(')') + 2) != 'T') {
                    return false;
                }
            }
        }
        return true;
    }

    /** SIGCONT. */
    void thaw() throws IOException, InterruptedException {
        RealRedis.signal("-CONT", process.pid());
    }

    /** SIGKILL. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** SIGTERM. */
    void terminate() throws IOException, InterruptedException {
        RealRedis.signal("-TERM", process.pid());
    }

    /** Waits for its end; its exit status. */
    int awaitEnd() throws InterruptedException {
        assertThat(process.waitFor(60, TimeUnit.SECONDS))
                .as("the end of %s", name)
                .isTrue();
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
