package dev.turbochat.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What {@code ./turbo-bench/run} starts: {@code NAME [FILE]} runs one benchmark, and puts its tables into a file, too; {@code page TABLES TABLES21 PAGE} tells of all. */
public final class Bench {
    private static final Map<String, Benchmark> ALL = new TreeMap<>(Map.of(
            "growth",
                    (rounds, file) -> GrowthBench.run(rounds, file == null ? null : file.resolveSibling("growth.svg")),
            "handoff", (rounds, file) -> HandoffBench.run(rounds),
            "idle", (rounds, file) -> IdleBench.run(rounds) + ParkedBench.run(rounds) + KnownBench.run(rounds),
            "model", (rounds, file) -> ModelBench.run(rounds),
            "redis", (rounds, file) -> RedisBench.run(rounds),
            "replay", (rounds, file) -> ReplayBench.run(rounds),
            "start", (rounds, file) -> StartBench.run(rounds)));

    private Bench() {}

    @FunctionalInterface
    private interface Benchmark {
        /**
         * @param file where its tables go, beside which plots may lie; null if they are only printed
         */
        String run(Rounds rounds, @Nullable Path file) throws Exception;
    }

    public static void main(String[] arguments) throws Exception {
        if (arguments.length == 4 && arguments[0].equals("page")) {
            new Page(List.copyOf(ALL.keySet()), Path.of(arguments[1]), Path.of(arguments[2]))
                    .write(Path.of(arguments[3]));
            return;
        }
        Benchmark benchmark = arguments.length == 0 ? null : ALL.get(arguments[0]);
        if (benchmark == null) {
            System.err.println("turbo-bench: name a benchmark: " + String.join(", ", ALL.keySet()));
            System.exit(2);
            return;
        }
        Path file = arguments.length > 1 ? Path.of(arguments[1]) : null;
        String tables = benchmark.run(Rounds.STANDARD, file);
        if (file != null) {
            Files.writeString(file, tables);
        }
        System.exit(0); // whatever threads a client has left
    }
}
