package dev.turbochat.bench;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Callers that do the same over and over again for some time, each on a virtual thread of its own. */
final class Load {
    static final String PER_SECOND = "a second";
    static final String MEDIAN = "p50";
    static final String P99 = "p99";
    static final String FIRST = "first token, p50";
    static final String CPU = "CPU a call";
    static final String ALLOCATED = "allocated a call";

    private static final OperatingSystemMXBean PROCESS =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private Load() {}

    /** Does one call. */
    @FunctionalInterface
    interface Caller {
        void call() throws Exception;

        /** What repeats this one. */
        default Loop repeated() {
            return clock -> {
                do {
                    call();
                } while (clock.tick());
            };
        }
    }

    /** Calls again and again, until the clock says that it is enough. */
    @FunctionalInterface
    interface Loop {
        void run(Clock clock) throws Exception;
    }

    /** Makes what the caller of a number does, before the time begins. */
    @FunctionalInterface
    interface Callers<C> {
        C of(int number) throws Exception;
    }

    /** The times of one caller's calls. Used by one thread at a time. */
    static final class Clock {
        private final long until;
        private long begun = System.nanoTime();
        private long[] times = new long[64];
        private long[] firsts = new long[64];
        private int count;
        private long first;

        private Clock(long until) {
            this.until = until;
        }

        /** The first token of a call has come. */
        void first() {
            if (first == 0) {
                first = System.nanoTime() - begun;
            }
        }

        /** A call is over; whether there shall be another. */
        boolean tick() {
            long now = System.nanoTime();
            if (count == times.length) {
                times = Arrays.copyOf(times, 2 * count);
                firsts = Arrays.copyOf(firsts, 2 * count);
            }
            firsts[count] = first;
            times[count++] = now - begun;
            first = 0;
            begun = now;
            return now - until < 0;
        }
    }

    /** {@link #loops} of callers. */
    static Map<String, Double> run(int callers, Duration length, Callers<Caller> making) throws Exception {
        return loops(callers, length, number -> making.of(number).repeated());
    }

    /**
     * Calls for so long: how many a second, how long they took in microseconds, and what this process spent on each: CPU time
     * in microseconds, allocated bytes.
     */
    static Map<String, Double> loops(int callers, Duration length, Callers<Loop> making) throws Exception {
        List<Loop> made = new ArrayList<>();
        for (int i = 0; i < callers; i++) {
            made.add(making.of(i));
        }
        long cpu = PROCESS.getProcessCpuTime();
        long allocated = THREADS.getTotalThreadAllocatedBytes();
        long begun = System.nanoTime();
        List<Clock> clocks = run(made, begun + length.toNanos());
        double seconds = (System.nanoTime() - begun) / 1e9;
        long[] times = clocks.stream()
                .flatMapToLong(clock -> Arrays.stream(clock.times, 0, clock.count))
                .sorted()
                .toArray();
        double calls = times.length;
        Map<String, Double> figures = new HashMap<>();
        figures.put(PER_SECOND, calls / seconds);
        figures.put(MEDIAN, times[times.length / 2] / 1e3);
        figures.put(P99, times[(int) (times.length * 0.99)] / 1e3);
        figures.put(CPU, (PROCESS.getProcessCpuTime() - cpu) / calls / 1e3);
        figures.put(ALLOCATED, (THREADS.getTotalThreadAllocatedBytes() - allocated) / calls);
        long[] firsts = clocks.stream()
                .flatMapToLong(clock -> Arrays.stream(clock.firsts, 0, clock.count))
                .filter(first -> first > 0)
                .sorted()
                .toArray();
        if (firsts.length > 0) {
            figures.put(FIRST, firsts[firsts.length / 2] / 1e3);
        }
        return figures;
    }

    private static List<Clock> run(List<Loop> loops, long until) throws Exception {
        List<Clock> clocks = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Clock>> all = new ArrayList<>();
            for (Loop loop : loops) {
                all.add(threads.submit(() -> {
                    Clock clock = new Clock(until);
                    loop.run(clock);
                    return clock;
                }));
            }
            for (Future<Clock> each : all) {
                clocks.add(each.get());
            }
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
        return clocks;
    }
}
