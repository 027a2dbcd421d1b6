package dev.turbochat.memory.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.turbochat.memory.Body;
import dev.turbochat.memory.Delivery;
import dev.turbochat.memory.Entry;
import dev.turbochat.memory.redis.NodeProcess.Written;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Conversations at three nodes over one Redis, all processes of their own, of which one after the other is killed (SIGKILL),
 * or stands still for longer than its lease (SIGSTOP), and comes back.
 *
 * <p>{@code -Dturbo.campaign=30} is how many of these faults, with seven sessions to each; {@code -Dturbo.seed}
 * repeats their choice.
 */
@Timeout(1800)
class NodesCampaignTest {
    private static final int FAULTS = Integer.getInteger("turbo.campaign", 3);
    private static final int SESSIONS_A_FAULT = 7;
    private static final int NODES = 3;
    private static final Duration LEASE = Duration.ofSeconds(2);
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private final long seed = Long.getLong("turbo.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final List<NodeProcess> nodes = new CopyOnWriteArrayList<>();
    private final List<NodeProcess> dead = new ArrayList<>();
    private final Semaphore beginning = new Semaphore(SESSIONS_A_FAULT);
    private final AtomicInteger acknowledged = new AtomicInteger();
    private final AtomicInteger again = new AtomicInteger();
    private final Map<String, Long> begun = new ConcurrentHashMap<>();
    private final List<Long> faults = new CopyOnWriteArrayList<>();
    private final List<Long> waits = new CopyOnWriteArrayList<>();
    private int kills;
    private int pauses;

    @Test
    void what_is_promised_holds_whichever_nodes_die_or_stand_still() throws Exception {
        int sessions = FAULTS * SESSIONS_A_FAULT;
        try (RealRedis redis = RealRedis.started();
                RedisMemory watching = RedisMemory.connect(redis.uri());
                Outside outside = new Outside()) {
            String uri = redis.uri() + "?lease=" + LEASE.toMillis() + "ms";
            for (int i = 0; i < NODES; i++) {
                nodes.add(start(uri, outside, i));
            }
            for (NodeProcess node : nodes) {
                node.awaitReady();
            }
            long start = System.nanoTime();
            try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
                List<Future<?>> conversations = IntStream.range(0, sessions)
                        .<Future<?>>mapToObj(i -> clients.submit(() -> converse("s" + i)))
                        .toList();
                for (int i = 0; i < FAULTS; i++) {
                    int after = SESSIONS_A_FAULT * NodeMain.INPUTS * i
                            + random.nextInt(SESSIONS_A_FAULT * NodeMain.INPUTS * 2 / 3);
                    await().atMost(Duration.ofMinutes(2)).until(() -> acknowledged.get() >= after);
                    LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(random.nextInt(700_000)));
                    fault(uri, outside);
                    beginning.release(SESSIONS_A_FAULT);
                }
                for (Future<?> each : conversations) {
                    each.get();
                }
            }
            awaitEnds(watching, sessions);
            long millis = (System.nanoTime() - start) / 1_000_000;
            System.out.println("NodesCampaignTest: seed " + seed + ", " + sessions + " sessions at " + NODES
                    + " nodes, " + kills + " kills and " + pauses + " pauses in " + millis + " ms; "
                    + acknowledged + " inputs acknowledged, " + again + " delivered again; "
                    + check(watching, outside, sessions)
                    + "; ms to an acknowledgement " + Figures.of(waits));
        } catch (Exception | AssertionError e) {
            throw new AssertionError("With -Dturbo.seed=" + seed + ": " + e.getMessage(), e);
        } finally {
            nodes.forEach(NodeProcess::close);
        }
    }

    private NodeProcess start(String uri, Outside outside, int place) throws IOException {
        String name = "node" + place + "-" + (kills + 1);
        Duration idle = place == 0 ? Duration.ZERO : Duration.ofMinutes(1);
        return NodeProcess.starting(uri, outside, name, idle, Duration.ofSeconds(1));
    }

    /** Has one node die, and another start in its place; or has one stand still until it is not the owner of anything. */
    private void fault(String uri, Outside outside) throws Exception {
        int place = random.nextInt(NODES);
        NodeProcess node = nodes.get(place);
        if ((kills + pauses) % 4 == 1) {
            node.awaitReady();
            pauses++;
            faults.add(System.nanoTime());
            node.freeze();
            LockSupport.parkNanos(LEASE.multipliedBy(3).dividedBy(2).toNanos());
            node.thaw();
        } else {
            nodes.get((place + 1) % NODES).awaitReady(); // one is always there
            kills++;
            faults.add(System.nanoTime());
            node.kill();
            dead.add(node);
            nodes.set(place, start(uri, outside, place));
        }
    }

    /** Sends one input after the other, each until some node has acknowledged it. */
    private boolean converse(String session) throws Exception {
        beginning.acquire();
        begun.put(session, System.nanoTime());
        for (int i = 0; i < NodeMain.INPUTS; i++) {
            long start = System.nanoTime();
            while (!delivered(session, "i" + i)) {
                again.incrementAndGet();
            }
            waits.add((System.nanoTime() - start) / 1_000_000);
            acknowledged.incrementAndGet();
            if (session.hashCode() % 2 == 0) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(
                        ThreadLocalRandom.current().nextInt(600)));
            }
        }
        return true;
    }

    private boolean delivered(String session, String id) throws Exception {
        List<NodeProcess> living = nodes.stream().filter(NodeProcess::isReady).toList();
        NodeProcess node = living.get(ThreadLocalRandom.current().nextInt(living.size()));
        try {
            return node.delivers(session, id).get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return false;
        }
    }

    private void awaitEnds(RedisMemory watching, int sessions) {
        List<String> open = new ArrayList<>(
                IntStream.range(0, sessions).mapToObj(i -> "s" + i).toList());
        await("the end of all sessions").atMost(Duration.ofMinutes(1)).untilAsserted(() -> {
            open.removeIf(session -> ended(watching.read(session)));
            assertThat(open).isEmpty();
        });
        for (int i = 0; i < sessions; i++) {
            assertThat(watching.inbox("s" + i)).as("inbox of s%s", i).allMatch(held(watching.read("s" + i)));
        }
        assertThat(watching.due(Instant.now(), 1)).isEmpty();
    }

    /** What a node that woke too late puts into an inbox once more is in the journal, and nobody is woken for it. */
    private static Predicate<Delivery> held(List<Entry> journal) {
        return waiting -> journal.stream()
                .anyMatch(entry -> entry.body() instanceof Body.Answered answered
                        && waiting.id().equals(answered.input().id()));
    }

    private static boolean ended(List<Entry> journal) {
        return !journal.isEmpty() && journal.getLast().body() instanceof Body.RunEnded;
    }

    private NodePromises check(RedisMemory watching, Outside outside, int sessions) {
        List<Written> written = new ArrayList<>();
        for (List<NodeProcess> some : List.of(nodes, dead)) {
            some.forEach(node -> written.addAll(node.written()));
        }
        nodes.forEach(node -> assertThat(node.complaints()).as(node.name()).isEmpty());
        NodePromises promises = new NodePromises(outside.deeds(), written);
        for (int i = 0; i < sessions; i++) {
            String session = "s" + i;
            long from = begun.getOrDefault(session, 0L);
            long during = faults.stream().filter(at -> at - from > 0).count();
            promises.check(session, watching.read(session), (int) during);
        }
        return promises;
    }
}
