package dev.turbochat.memory.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.turbochat.memory.Body;
import dev.turbochat.memory.Delivery;
import dev.turbochat.memory.Entry;
import dev.turbochat.memory.Memory;
import io.lettuce.core.MigrateArgs;
import io.lettuce.core.cluster.SlotHash;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Slots that move from server to server of a cluster and back, with what is in them, key by key, while sessions in them are
 * written to, delivered to, and opened.
 *
 * <p>{@code -Dturbo.campaign=20} makes it twenty times as many moves, {@code -Dturbo.seed} repeats their choice.
 */
@Timeout(1800)
class ReshardingTest {
    private static final int MOVES = 20 * Integer.getInteger("turbo.campaign", 1);

    private final long seed = Long.getLong("turbo.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final List<Long> moves = new ArrayList<>();
    private int keysMoved;
    private volatile boolean ended;

    @Test
    void nothing_is_lost_or_doubled_while_slots_move_to_and_fro() throws Exception {
        Tally tally = new Tally();
        RealCluster cluster = RealCluster.shared();
        try (Memory memory = RedisMemory.connect(cluster.uri());
                Memory delivering = RedisMemory.connect(cluster.uri());
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Writer> writers = Stream.of(Writer.Kind.values())
                    .map(kind -> new Writer(kind, memory, "" + kind, tally))
                    .toList();
            List<Future<Boolean>> writing = writers.stream()
                    .map(writer -> threads.submit(writer::writes))
                    .toList();
            Future<Integer> delivered = threads.submit(() -> deliver(delivering));
            Future<List<String>> taken = threads.submit(() -> take(memory));
            try {
                await().until(() -> writers.stream().allMatch(writer -> writer.stored() >= 20));
                for (int i = 0; i < MOVES; i++) {
                    move(cluster);
                    writers.forEach(Writer::disturbed);
                    await().atMost(Duration.ofSeconds(60))
                            .until(() -> writing.stream().anyMatch(Future::isDone)
                                    || writers.stream().allMatch(Writer::hasGoneOn));
                }
            } finally {
                ended = true;
                writers.forEach(Writer::stop);
            }
            for (Future<Boolean> each : writing) {
                each.get();
            }
            writers.forEach(Writer::check);
            assertThat(taken.get())
                    .isEqualTo(IntStream.range(0, delivered.get())
                            .mapToObj(i -> "d" + i)
                            .toList());
            assertThat(memory.inbox("taking")).isEmpty();
            assertThat(tally.lost.sum()).isZero();
            assertThat(tally.fenced.sum()).isZero();
            assertThat(memory.sessions())
                    .hasSize(1 + writers.stream().mapToInt(Writer::sessions).sum());
            System.out.println("ReshardingTest: seed " + seed + ", " + MOVES + " moves of a slot with " + keysMoved
                    + " keys, ms each " + Figures.of(moves) + "; " + delivered.get() + " deliveries; " + tally);
        } catch (Exception | AssertionError e) {
            throw new AssertionError("With -Dturbo.seed=" + seed + ": " + e.getMessage(), e);
        }
    }

    /** Delivers one after the other to the same session. */
    private int deliver(Memory memory) {
        int count = 0;
        while (!ended) {
            if (memory.inbox("taking").size() < 50) {
                memory.deliver("taking", new Delivery("d" + count++, "", null, new Delivery.Start()));
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
        return count;
    }

    /** Takes what is delivered as an owner does, and says at the end what that was. */
    private List<String> take(Memory memory) {
        Driver driver = Driver.of(memory, "taking");
        boolean last = false;
        while (true) {
            List<Delivery> waiting = memory.inbox("taking");
            if (waiting.isEmpty() && last) {
                break;
            }
            last = ended && waiting.isEmpty();
            for (Delivery delivery : waiting) {
                assertThat(driver.takes(delivery.id()).insists(delivery.id()))
                        .isIn(Memory.Appended.OK, Memory.Appended.ALREADY);
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
        return memory.read("taking").stream()
                .skip(1)
                .map(Entry::body)
                .map(body -> body instanceof Body.Acted acted ? acted.value().asString() : "")
                .toList();
    }

    /** Moves one slot that has keys to another server. */
    private void move(RealCluster cluster) {
        List<RealRedis> masters = cluster.masters();
        RealRedis from = masters.get(random.nextInt(masters.size()));
        List<String> keys = from.tell(commands -> commands.keys("turbo:*"));
        if (keys.isEmpty()) {
            move(cluster);
            return;
        }
        int slot = SlotHash.getSlot(keys.get(random.nextInt(keys.size())));
        RealRedis to = masters.get((masters.indexOf(from) + 1 + random.nextInt(masters.size() - 1)) % masters.size());
        long start = System.nanoTime();
        String fromId = from.tell(commands -> commands.clusterMyId());
        String toId = to.tell(commands -> commands.clusterMyId());
        to.<String>tell(commands -> commands.clusterSetSlotImporting(slot, fromId));
        from.<String>tell(commands -> commands.clusterSetSlotMigrating(slot, toId));
        while (true) {
            List<String> some = from.tell(commands -> commands.clusterGetKeysInSlot(slot, 1));
            if (some.isEmpty()) {
                break;
            }
            from.<String>tell(
                    commands -> commands.migrate("127.0.0.1", to.port(), 0, 5_000, MigrateArgs.Builder.keys(some)));
            keysMoved++;
        }
        for (RealRedis node : List.of(to, from)) {
            node.<String>tell(commands -> commands.clusterSetSlotNode(slot, toId));
        }
        moves.add((System.nanoTime() - start) / 1_000_000);
    }
}
