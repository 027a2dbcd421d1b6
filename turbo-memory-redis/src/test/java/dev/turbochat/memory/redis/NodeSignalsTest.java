package dev.turbochat.memory.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.turbochat.memory.Body;
import dev.turbochat.memory.Entry;
import dev.turbochat.memory.redis.NodeProcess.Shown;
import dev.turbochat.memory.redis.Outside.Deed;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Nodes, processes of their own, that are told to end (SIGTERM), or stand still (SIGSTOP), in the middle of an answer. */
@Timeout(120)
class NodeSignalsTest {
    private static final int TERMINATED = 128 + 15;
    private static RealRedis redis;
    private static RedisMemory watching;
    private static Outside outside;

    /** Lives through all tests. */
    private static NodeProcess other;

    private final CountDownLatch speaking = new CountDownLatch(1);
    private final CountDownLatch goesOn = new CountDownLatch(1);
    private @Nullable NodeProcess hit;

    @BeforeAll
    static void start() throws IOException {
        redis = RealRedis.started();
        watching = RedisMemory.connect(redis.uri());
        outside = new Outside();
        other = node("other", Duration.ofMinutes(1), Duration.ZERO);
    }

    @AfterAll
    static void stop() {
        other.close();
        outside.close();
        watching.close();
        redis.close();
    }

    @AfterEach
    void close() {
        goesOn.countDown();
        if (hit != null) {
            hit.close();
        }
    }

    private static NodeProcess node(String name, Duration lease, Duration drain) throws IOException {
        String uri = redis.uri() + "?lease=" + lease.toMillis() + "ms";
        return NodeProcess.starting(uri, outside, name, Duration.ZERO, drain);
    }

    /** A node whose answers stop after their first word, until they are let go on. */
    private NodeProcess pausing(String name, Duration lease, Duration drain) throws Exception {
        NodeProcess node = node(name, lease, drain);
        hit = node;
        outside.pace(call -> {
            if (call.node().equals(name)) {
                speaking.countDown();
                goesOn.await();
            }
        });
        other.awaitReady();
        return node.awaitReady();
    }

    private static void delivers(NodeProcess node, String session, String input) throws Exception {
        assertThat(node.delivers(session, input).get(20, TimeUnit.SECONDS))
                .as("%s in %s at %s: %s", input, session, node.name(), node.complaints())
                .isTrue();
    }

    private static List<Entry> journal(String session) {
        return watching.read(session);
    }

    private static long count(String session, Class<? extends Body> kind) {
        return journal(session).stream()
                .filter(entry -> kind.isInstance(entry.body()))
                .count();
    }

    private static void awaitCount(int expected, String session, Class<? extends Body> kind) {
        await(kind.getSimpleName() + " in " + session)
                .atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(count(session, kind)).isEqualTo(expected));
    }

    private void isCarriedToItsEnd(NodeProcess other, String session, int from) throws Exception {
        for (int i = from; i < NodeMain.INPUTS; i++) {
            delivers(other, session, "i" + i);
        }
        awaitCount(1, session, Body.RunEnded.class);
        List<NodeProcess.Written> written = new ArrayList<>(other.written());
        if (hit != null) {
            written.addAll(hit.written());
        }
        new NodePromises(outside.deeds(), written).check(session, journal(session), 1);
    }

    @Test
    void a_node_that_is_told_to_end_finishes_its_answers_and_lets_go_of_all() throws Exception {
        NodeProcess ending = pausing("ending", Duration.ofMinutes(1), Duration.ofSeconds(20));
        delivers(ending, "finished", "i0");
        speaking.await();
        delivers(ending, "finished", "i1"); // waits, acknowledged
        long start = System.nanoTime();
        ending.terminate();
        await().until(() -> !ending.delivers("t", "i0").get(20, TimeUnit.SECONDS)); // it takes nothing more
        goesOn.countDown();
        assertThat(ending.awaitEnd()).isEqualTo(TERMINATED);
        long millis = (System.nanoTime() - start) / 1_000_000;
        assertThat(millis).isLessThan(15_000);
        assertThat(outside.deeds("finished", "first")).extracting(Deed::node).containsExactly("ending");
        assertThat(count("finished", Body.Generated.class)).isPositive();
        isCarriedToItsEnd(other, "finished", 2);
        assertThat(count("finished", Body.Generating.class)).isEqualTo(2);
        System.out.println("NodeSignalsTest: a node with an answer to finish ended " + millis + " ms after SIGTERM");
    }

    @Test
    void what_a_node_that_is_told_to_end_does_not_finish_goes_on_at_another_at_once() throws Exception {
        NodeProcess ending = pausing("cut-short", Duration.ofMinutes(1), Duration.ofMillis(500));
        delivers(ending, "cut-short", "i0");
        speaking.await();
        delivers(ending, "cut-short", "i1");
        long start = System.nanoTime();
        ending.terminate();
        assertThat(ending.awaitEnd()).isEqualTo(TERMINATED);
        long ended = (System.nanoTime() - start) / 1_000_000;
        assertThat(ended).isBetween(500L, 5_000L);
        awaitCount(2, "cut-short", Body.Generated.class); // nothing was delivered to the other, and the lease is long
        long goneOn = (System.nanoTime() - start) / 1_000_000;
        isCarriedToItsEnd(other, "cut-short", 2);
        assertThat(outside.deeds("cut-short", "first")).extracting(Deed::node).containsExactly("cut-short", "other");
        System.out.println("NodeSignalsTest: a node that could not finish (drain 500 ms) ended " + ended
                + " ms after SIGTERM, another had finished both answers after " + goneOn);
    }

    @Test
    void a_node_that_stood_still_in_the_middle_of_an_answer_says_no_more_when_it_wakes() throws Exception {
        NodeProcess paused = pausing("paused", Duration.ofSeconds(1), Duration.ofSeconds(1));
        delivers(paused, "paused", "i0");
        paused.reads("paused");
        speaking.await();
        await().until(() -> !tokens(paused).isEmpty());
        paused.freeze();
        long start = System.nanoTime();
        goesOn.countDown(); // the rest of the answer is in its socket
        awaitCount(1, "paused", Body.Generated.class);
        long millis = (System.nanoTime() - start) / 1_000_000;
        assertThat(tokens(paused)).hasSize(1);
        paused.thaw();
        isCarriedToItsEnd(paused, "paused", 1); // it takes input, like any other
        assertThat(outside.deeds("paused", "first")).extracting(Deed::node).containsExactly("paused", "other");
        System.out.println("NodeSignalsTest: an answer was finished elsewhere " + millis + " ms after SIGSTOP");
        assertThat(tokens(paused)).as("tokens of the first attempt").hasSize(1);
    }

    /** What a node's reader was shown of the first attempt at the first answer. */
    private static List<Shown> tokens(NodeProcess node) {
        String first = journal("paused").stream()
                .filter(entry -> entry.body() instanceof Body.Generating)
                .map(entry -> entry.seq() + ".1.")
                .findFirst()
                .orElse("none");
        return node.shown().stream()
                .filter(shown -> shown.kind().equals("Token") && shown.id().startsWith(first))
                .toList();
    }
}
