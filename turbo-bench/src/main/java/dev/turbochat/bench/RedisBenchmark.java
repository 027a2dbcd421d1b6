package dev.turbochat.bench;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Redis' own load driver, where there is one. */
final class RedisBenchmark {
    private static final Optional<Path> DRIVER = Stream.concat(
                    Optional.ofNullable(System.getProperty("turbo.redis-benchmark")).stream(),
                    Stream.of(System.getenv("PATH").split(File.pathSeparator))
                            .map(folder -> folder + "/redis-benchmark"))
            .map(Path::of)
            .filter(Files::isExecutable)
            .findFirst();

    /** The end of its line: requests a second; average, least, p50, p95, p99 and most milliseconds. */
    private static final Pattern FIGURES = Pattern.compile(
            ",\"([0-9.]+)\",\"[0-9.]+\",\"[0-9.]+\",\"([0-9.]+)\",\"[0-9.]+\",\"([0-9.]+)\",\"[0-9.]+\"\\s*$");

    private final int port;
    private final int connections;
    private final int pipelined;
    private final Duration length;
    private double rate = 5_000;

    RedisBenchmark(int port, int connections, int pipelined, Duration length) {
        this.port = port;
        this.connections = connections;
        this.pipelined = pipelined;
        this.length = length;
    }

    static boolean isThere() {
        return DRIVER.isPresent();
    }

    String name() {
        return "redis-benchmark, " + (connections == 1 ? "1 connection" : connections + " connections")
                + (pipelined == 1 ? "" : ", " + pipelined + " in its pipeline");
    }

    /** Sends a command for about as long as a round takes. */
    Map<String, Double> run(List<String> command) throws IOException, InterruptedException {
        long requests = Math.max(200, (long) (rate * length.toMillis() / 1e3));
        List<String> line = new ArrayList<>(List.of(DRIVER.orElseThrow().toString()));
        line.addAll(List.of("-p", "" + port, "-c", "" + connections, "-P", "" + pipelined));
        line.addAll(List.of("-n", "" + requests, "--csv"));
        line.addAll(command);
        Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        Matcher figures = FIGURES.matcher(said);
        if (!figures.find()) {
            throw new IOException("redis-benchmark said: " + said);
        }
        rate = Double.parseDouble(figures.group(1));
        return Map.of(
                Load.PER_SECOND,
                rate,
                Load.MEDIAN,
                1e3 * Double.parseDouble(figures.group(2)),
                Load.P99,
                1e3 * Double.parseDouble(figures.group(3)));
    }
}
