package dev.turbochat.memory.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.turbochat.memory.Memory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A master that is killed (SIGKILL) under load, again and again, and another that takes its place: what the first had
 * acknowledged and not passed on is lost, and whoever had been told otherwise learns it.
 *
 * <p>{@code -Dturbo.campaign=20} is how often, {@code -Dturbo.seed} repeats the choices.
 */
@Timeout(1800)
class SentinelCampaignTest {
    private static final int KILLS = Integer.getInteger("turbo.campaign", 2);

    private final long seed = Long.getLong("turbo.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final List<Long> failovers = new ArrayList<>();

    @Test
    void one_history_survives_a_master_and_whoever_knew_another_is_told() throws Exception {
        Tally loose = new Tally();
        Tally safe = new Tally();
        try (RealSentinel sentinel = new RealSentinel("--appendonly", "yes");
                Memory memory = RedisMemory.connect(sentinel.uri() + "?lease=3s&answer=1s");
                Memory replicated = RedisMemory.connect(sentinel.uri() + "?lease=3s&answer=1s&durability=replicated")) {
            for (int round = 0; round < KILLS; round++) {
                round(sentinel, round, memory, loose, replicated, safe);
            }
            System.out.println("SentinelCampaignTest: seed " + seed + ", " + KILLS + " kills, ms to a new master "
                    + Figures.of(failovers) + "; durability=memory: " + loose + "; durability=replicated: " + safe);
            assertThat(loose.reported.sum()).as("tails lost and reported").isPositive();
            assertThat(safe.lost.sum()).as("entries lost though replicated").isZero();
            assertThat(safe.reported.sum())
                    .as("tails said to be lost though replicated")
                    .isZero();
        } catch (Exception | AssertionError e) {
            throw new AssertionError("With -Dturbo.seed=" + seed + ": " + e.getMessage(), e);
        }
    }

    private void round(RealSentinel sentinel, int round, Memory memory, Tally loose, Memory replicated, Tally safe)
            throws Exception {
        List<Writer> writers = Stream.concat(
                        Stream.of(Writer.Kind.values())
                                .map(kind -> new Writer(kind, memory, round + " " + kind, loose)),
                        Stream.of(Writer.Kind.values())
                                .map(kind -> new Writer(kind, replicated, round + " safe " + kind, safe)))
                .toList();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Boolean>> writing = writers.stream()
                    .map(writer -> threads.submit(writer::writes))
                    .toList();
            try {
                await().until(() -> anyFailed(writing) || writers.stream().allMatch(writer -> writer.stored() >= 20));
                kill(sentinel, round, loose);
                long killed = System.nanoTime();
                writers.forEach(Writer::disturbed);
                sentinel.awaitFailover();
                failovers.add((System.nanoTime() - killed) / 1_000_000);
                sentinel.mend();
                await().atMost(Duration.ofSeconds(60))
                        .until(() -> anyFailed(writing) || writers.stream().allMatch(Writer::hasGoneOn));
            } finally {
                writers.forEach(Writer::stop);
            }
            for (Future<Boolean> each : writing) {
                each.get();
            }
        }
        for (Writer writer : writers) {
            writer.check();
        }
    }

    private static boolean anyFailed(List<Future<Boolean>> writing) {
        return writing.stream().anyMatch(Future::isDone);
    }

    /** Kills the master; every second time when it has lost its replica, and has acknowledged something since. */
    private void kill(RealSentinel sentinel, int round, Tally loose) throws Exception {
        if (round % 2 == 0) {
            sentinel.loseReplica();
            long had = loose.acknowledged.sum();
            int more = 1 + random.nextInt(50);
            await().pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(1))
                    .until(() -> loose.acknowledged.sum() >= had + more);
        }
        sentinel.master.kill();
    }
}
