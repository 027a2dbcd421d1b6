package dev.turbochat.bench;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** The benchmarks of {@link HandoffJmh}, each round of each in a JVM of its own. */
final class HandoffBench {
    private static final String TIME = "time";
    private static final String CPU = "CPU a turn";
    private static final String ALLOCATED = "allocated";
    private static final String ALLOCATION = "gc.alloc.rate.norm";

    private HandoffBench() {}

    static String run(Rounds rounds) throws Exception {
        System.setProperty("jmh.ignoreLock", "true"); // the machine is shared, and rounds are interleaved for that
        StringBuilder tables = new StringBuilder(new Table("Emitting a message, pushed, on the heap", "an ArrayList")
                .ratio(TIME, "ns")
                .column(ALLOCATED, "bytes")
                .atMost("turbo", TIME, "", 250)
                .atMost("turbo", ALLOCATED, "", 200)
                .print(once(rounds)
                        .run(List.of(
                                jmh("turbo", "turboEmits", "virtual", 0, rounds),
                                jmh("an ArrayList", "listOfMessages", "virtual", 0, rounds)))));
        tables.append(new Table("A run of four steps: opened, started, ended, let go of", "a thread that fills a list")
                .ratio(TIME, "ns")
                .column(ALLOCATED, "bytes")
                .print(once(rounds)
                        .run(List.of(
                                jmh("turbo", "turboStarts", "virtual", 0, rounds),
                                jmh("a thread that fills a list", "threadStarts", "virtual", 0, rounds)))));
        for (int carriers : rounds.equals(Rounds.SMOKE) ? new int[] {0} : new int[] {0, 1}) {
            tables.append(pulled("virtual", carriers, rounds));
        }
        return tables.append(pulled("platform", 0, rounds))
                .append(burnt(rounds))
                .toString();
    }

    /** The CPU of both sides, and of what wakes them, in a process that does nothing else. */
    private static String burnt(Rounds rounds) throws Exception {
        List<Contestant> contestants = new ArrayList<>();
        for (String driver : List.of("platform", "virtual")) {
            HandoffJmh turns = new HandoffJmh();
            turns.driver = driver;
            contestants.add(new Contestant("turbo, pulled, " + driver + " driver", () -> cpu(turns, rounds.length())));
        }
        return new Table("CPU of a question and its answer", "")
                .column(CPU, "us")
                .atMost("turbo, pulled, platform driver", CPU, "", 50)
                .print(rounds.run(contestants));
    }

    private static Map<String, Double> cpu(HandoffJmh turns, Duration length) throws Exception {
        var process = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long until = System.nanoTime() + length.toNanos();
        long before = process.getProcessCpuTime();
        long trips = 0;
        do {
            turns.turboPulled();
            trips += HandoffJmh.TRIPS;
        } while (System.nanoTime() - until < 0);
        return Map.of(CPU, (process.getProcessCpuTime() - before) / 1e3 / trips);
    }

    /** Each JVM warms up by itself. */
    private static Rounds once(Rounds rounds) {
        return new Rounds(0, rounds.rounds(), rounds.length());
    }

    private static String pulled(String driver, int carriers, Rounds rounds) throws Exception {
        List<Contestant> contestants = new ArrayList<>();
        contestants.add(jmh("turbo, the hand-off alone", "turboBare", driver, carriers, rounds));
        contestants.add(jmh("turbo, pulled", "turboPulled", driver, carriers, rounds));
        contestants.add(jmh("turbo, pushed: no hand-off", "turboPushed", driver, carriers, rounds));
        contestants.add(jmh("Exchanger", "exchanger", driver, carriers, rounds));
        contestants.add(jmh("SynchronousQueue", "synchronousQueue", driver, carriers, rounds));
        contestants.add(jmh("park and unpark", "parkAndUnpark", driver, carriers, rounds));
        String title = "A question and its answer: " + driver + " driver"
                + (carriers == 0 ? "" : ", " + carriers + " carrier");
        String best = carriers == 1 ? "park and unpark" : "Exchanger";
        Table table = new Table(title, best).ratio(TIME, "ns").column(ALLOCATED, "bytes");
        if (driver.equals("virtual")) {
            table.atMost("turbo, the hand-off alone", TIME, best, 1.5).atMost("turbo, pulled", TIME, best, 1.5);
        }
        return table.print(once(rounds).run(contestants));
    }

    private static Contestant jmh(String name, String method, String driver, int carriers, Rounds rounds) {
        boolean smoke = rounds.equals(Rounds.SMOKE);
        return new Contestant(name, () -> {
            TimeValue time = new TimeValue(rounds.length().toMillis() / 2, TimeUnit.MILLISECONDS);
            ChainedOptionsBuilder options = new OptionsBuilder()
                    .include(HandoffJmh.class.getName() + "\\." + method + "$")
                    .param("driver", driver)
                    .forks(smoke ? 0 : 1)
                    .warmupIterations(smoke ? 0 : 3) // a run is warm after some ten thousand turns, not before
                    .warmupTime(TimeValue.seconds(1))
                    .measurementIterations(smoke ? 1 : 2)
                    .measurementTime(time)
                    .addProfiler("gc")
                    .verbosity(VerboseMode.SILENT);
            List<String> jvm = new ArrayList<>();
            if (carriers > 0) {
                jvm.add("-Djdk.virtualThreadScheduler.parallelism=" + carriers);
            }
            if (Runtime.version().feature() >= 24) {
                jvm.add("--sun-misc-unsafe-memory-access=allow"); // which JMH needs, and 24 warns of
            }
            options.jvmArgsAppend(jvm.toArray(String[]::new));
            return figures(new Runner(options.build()).run());
        });
    }

    private static Map<String, Double> figures(Collection<RunResult> results) {
        RunResult result = results.iterator().next();
        Map<String, Double> figures = new HashMap<>();
        figures.put(TIME, result.getPrimaryResult().getScore());
        result.getSecondaryResults().forEach((name, secondary) -> {
            if (name.endsWith(ALLOCATION)) {
                figures.put(ALLOCATED, secondary.getScore());
            }
        });
        return figures;
    }
}
