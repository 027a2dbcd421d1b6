package dev.turbochat.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What {@code ./turbo-bench/run} starts: {@code NAME [FILE]} runs one benchmark, and puts its tables into a file, too; {@code page TABLES PAGE} tells of all. */
public final class Bench {
    private static final Map<String, Benchmark> ALL = new TreeMap<>(Map.of(
            "handoff", HandoffBench::run,
            "idle", IdleBench::run,
            "model", ModelBench::run,
            "redis", RedisBench::run,
            "replay", ReplayBench::run,
            "start", StartBench::run));

    private Bench() {}

    @FunctionalInterface
    private interface Benchmark {
        String run(Rounds rounds) throws Exception;
    }

    public static void main(String[] arguments) throws Exception {
        if (arguments.length == 3 && arguments[0].equals("page")) {
            Page.write(List.copyOf(ALL.keySet()), Path.of(arguments[1]), Path.of(arguments[2]));
            return;
        }
        Benchmark benchmark = arguments.length == 0 ? null : ALL.get(arguments[0]);
        if (benchmark == null) {
            System.err.println("turbo-bench: name a benchmark: " + String.join(", ", ALL.keySet()));
            System.exit(2);
            return;
        }
        String tables = benchmark.run(Rounds.STANDARD);
        if (arguments.length > 1) {
            Files.writeString(Path.of(arguments[1]), tables);
        }
        System.exit(0); // whatever threads a client has left
    }
}
