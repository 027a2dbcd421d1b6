package dev.turbochat.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;

/** What the contracts of stores share: keys of any kind, waiting, and many threads. */
abstract class StoreContract {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** Texts that a careless store takes for the same one, or for something else. */
    static final List<String> KEYS = List.of(
            "",
            " ",
            "a",
            "A",
            "a ",
            "a\n",
            "a\r\n",
            "a\u0000",
            "a:b",
            "{a}",
            "a}:{b",
            "*",
            "é",
            "e\u0301",
            "🌍",
            "\ud83c",
            "\udf0d",
            "../a",
            "%61",
            "'; FLUSHALL; --",
            "x".repeat(1 << 20),
            "x".repeat(1 << 20) + "y");

    /** Waits until something holds. */
    static void await(Callable<Boolean> condition) throws Exception {
        long start = System.nanoTime();
        while (!condition.call()) {
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(PATIENCE);
            LockSupport.parkNanos(2_000_000);
        }
    }

    /** Does the same in so many threads, and returns what each of them came to. */
    static <T> List<T> inThreads(int threads, Callable<T> work) throws Exception {
        List<T> results = new ArrayList<>();
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<T>> futures = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                futures.add(executor.submit(work));
            }
            for (Future<T> future : futures) {
                results.add(future.get());
            }
        }
        return results;
    }
}
