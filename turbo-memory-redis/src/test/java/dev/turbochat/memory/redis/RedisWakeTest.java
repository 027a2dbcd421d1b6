package dev.turbochat.memory.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.turbochat.error.SessionException.InboxFull;
import dev.turbochat.memory.Delivery;
import dev.turbochat.memory.Memory;
import dev.turbochat.memory.Memory.Appended;
import dev.turbochat.memory.Signals;
import dev.turbochat.memory.redis.RedisFailure.RedisUnreachable;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Inboxes, wake times, and the indexes that lead to them, which lie elsewhere than the sessions. */
class RedisWakeTest extends OneServer {
    private static final Duration GRACE = Duration.ofMillis(300);
    private static final Instant NOON = Instant.parse("2030-01-01T12:00:00Z");

    private RedisMemory memory;

    @BeforeEach
    void connect() {
        memory = RedisMemory.connect(redis.uri(), options -> options.withLease(Duration.ofSeconds(1)), GRACE);
    }

    @AfterEach
    void close() {
        memory.close();
    }

    private static Delivery delivery(String id) {
        return new Delivery(id, "pizza", null, new Delivery.Start());
    }

    private static List<String> index() {
        return redis.tell(commands -> commands.keys("turbo:wake:*").stream()
                .flatMap(key -> commands.zrange(key, 0, -1).stream())
                .toList());
    }

    private static List<String> keys() {
        return redis.tell(commands -> commands.keys("*"));
    }

    private static List<Long> scores() {
        return redis.tell(commands -> commands.keys("turbo:wake:*").stream()
                .flatMap(key -> commands.zrangeWithScores(key, 0, -1).stream())
                .map(member -> (long) member.getScore())
                .toList());
    }

    // Inboxes

    @Test
    void deliveries_wait_in_their_order_once_each_and_leave_with_the_append_that_took_them() {
        for (int i = 0; i < 20; i++) {
            assertThat(memory.deliver("s", delivery("d" + i))).isTrue();
            assertThat(memory.deliver("s", delivery("d" + i))).isFalse();
        }
        assertThat(memory.inbox("s"))
                .isEqualTo(
                        IntStream.range(0, 20).mapToObj(i -> delivery("d" + i)).toList());
        assertThat(memory.read("s")).isEmpty();
        Driver driver = Driver.of(memory, "s");
        driver.takes("d0", "d7", "unheard of").stores("took two");
        assertThat(memory.inbox("s")).hasSize(18).doesNotContain(delivery("d0"), delivery("d7"));
        assertThat(memory.deliver("s", delivery("d0"))).isTrue();
        assertThat(memory.inbox("s")).last().isEqualTo(delivery("d0"));
    }

    @Test
    void an_inbox_is_bounded() {
        for (int i = 0; i < Memory.INBOX; i++) {
            memory.deliver("s", delivery("d" + i));
        }
        assertThatThrownBy(() -> memory.deliver("s", delivery("more"))).isInstanceOf(InboxFull.class);
        assertThat(memory.deliver("s", delivery("d7"))).isFalse();
        assertThat(memory.inbox("s")).hasSize(Memory.INBOX);
        Driver.of(memory, "s").takes("d7").stores("took one");
        assertThat(memory.deliver("s", delivery("more"))).isTrue();
    }

    @Test
    void an_append_that_is_refused_takes_nothing() {
        memory.deliver("s", delivery("d"));
        Driver driver = Driver.of(memory, "s");
        driver.takes("d");
        var append = driver.next("no");
        driver.release();
        assertThat(memory.append(append)).isEqualTo(Appended.FENCED);
        assertThat(memory.inbox("s")).hasSize(1);
    }

    @Test
    void what_was_left_on_purpose_makes_nobody_look_until_more_comes() {
        memory.deliver("s", delivery("a"));
        memory.deliver("s", delivery("b"));
        Driver driver = Driver.of(memory, "s");
        driver.stores("looked at both");
        memory.release("s", driver.granted.token(), null, List.of("a", "b"));
        assertThat(memory.due(Instant.MAX, 10)).isEmpty();
        assertThat(memory.inbox("s")).hasSize(2);
        memory.deliver("s", delivery("c"));
        assertThat(memory.due(Instant.EPOCH, 10)).containsExactly("s");

        Driver next = Driver.of(memory, "s");
        memory.release("s", next.granted.token(), NOON, List.of("a", "b"));
        assertThat(memory.due(Instant.EPOCH, 10)).containsExactly("s");
        next = Driver.of(memory, "s");
        memory.release("s", next.granted.token(), NOON, List.of("a", "b", "c"));
        assertThat(memory.due(NOON.minusMillis(1), 10)).isEmpty();
        assertThat(memory.due(NOON, 10)).containsExactly("s");
    }

    @Test
    void what_was_left_once_and_not_again_is_looked_after_even_if_its_mark_is_gone() {
        memory.deliver("s", delivery("a"));
        Driver driver = Driver.of(memory, "s");
        memory.release("s", driver.granted.token(), null, List.of("a"));
        await().until(() -> memory.due(Instant.MAX, 10).isEmpty() && index().isEmpty());
        Driver.of(memory, "s").release();
        assertThat(memory.due(Instant.EPOCH, 10)).containsExactly("s");
    }

    @Test
    void a_listener_hears_of_deliveries_by_another_memory() {
        List<String> heard = new CopyOnWriteArrayList<>();
        memory.signals()
                .listen(
                        Signals.DELIVERED,
                        text -> heard.add(Signals.Delivered.of(text).session()));
        try (RedisMemory other = RedisMemory.connect(redis.uri());
                RedisMemory stranger = RedisMemory.connect(redis.uri() + "?tenant=other")) {
            await().until(() -> {
                stranger.deliver("not ours", delivery("d" + System.nanoTime()));
                other.deliver("s", delivery("d" + System.nanoTime()));
                return !heard.isEmpty();
            });
            assertThat(heard).containsOnly("s");
        }
    }

    // Wake times

    @Test
    void a_session_is_due_when_its_time_has_come_or_something_waits_for_it() {
        Driver timer = Driver.of(memory, "timer").wakes(NOON);
        timer.stores("wait");
        assertThat(memory.due(NOON, 10)).as("it is owned").isEmpty();
        memory.deliver("timer", delivery("d"));
        memory.deliver("new", delivery("d"));
        assertThat(memory.due(Instant.EPOCH, 10)).containsExactlyInAnyOrder("timer", "new");
        timer.takes("d").stores("took it");
        assertThat(memory.due(NOON, 10)).containsExactly("new");
        timer.release();
        assertThat(memory.due(NOON.minusMillis(1), 10)).containsExactly("new");
        assertThat(memory.due(NOON, 10)).containsExactly("new", "timer");
        assertThat(memory.due(NOON, 1)).containsExactly("new");
    }

    @Test
    void a_session_whose_owner_died_is_due_when_its_lease_has_ended() throws IOException {
        try (Proxy proxy = new Proxy(redis.port());
                RedisMemory dying = RedisMemory.connect(
                        proxy.uri(),
                        options -> options.withLease(Duration.ofMillis(500))
                                .withWaits(Duration.ofMillis(500), Duration.ZERO),
                        GRACE)) {
            Driver.of(dying, "s").wakes(Instant.EPOCH).stores("under way");
            assertThat(memory.due(Instant.now(), 10)).isEmpty();
            proxy.cut();
            await().until(() -> memory.due(Instant.now(), 10).equals(List.of("s")));
            assertThat(Driver.isFree(memory, "s")).isTrue();
        }
    }

    @Test
    void a_mark_whose_write_never_came_is_found_out_and_removed() throws IOException {
        Driver driver = Driver.of(memory, "s");
        driver.stores("nothing to wait for");
        driver.release();
        try (Proxy proxy = new Proxy(redis.port());
                RedisMemory dying = RedisMemory.connect(
                        proxy.uri(), options -> options.withWaits(Duration.ofSeconds(1), Duration.ZERO), GRACE)) {
            proxy.onRequest(request -> !request.contains(Script.DELIVER.sha()));
            assertThatThrownBy(() -> dying.deliver("s", delivery("d"))).isInstanceOf(RedisUnreachable.class);
        }
        assertThat(index()).hasSize(1);
        assertThat(memory.due(Instant.MAX, 10)).isEmpty();
        await().untilAsserted(() -> {
            assertThat(memory.due(Instant.MAX, 10)).isEmpty();
            assertThat(index()).isEmpty();
        });
        memory.deliver("s", delivery("d"));
        assertThat(memory.due(Instant.EPOCH, 10)).containsExactly("s");
    }

    @Test
    void a_write_that_took_so_long_that_its_mark_may_be_gone_marks_again() throws IOException {
        try (Proxy proxy = new Proxy(redis.port());
                RedisMemory slow = RedisMemory.connect(proxy.uri(), options -> options, GRACE)) {
            Driver driver = Driver.of(slow, "s").wakes(NOON);
            AtomicBoolean held = new AtomicBoolean();
            proxy.onRequest(request -> {
                if (request.contains(Script.APPEND.sha()) && !held.getAndSet(true)) {
                    long start = System.nanoTime();
                    while (!index().isEmpty()) { // until it is taken for a mark whose write never comes
                        memory.due(Instant.MAX, 10);
                        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
                    }
                    assertThat(System.nanoTime() - start).isGreaterThan(GRACE.toNanos() / 2);
                }
                return true;
            });
            driver.stores("late");
            assertThat(held).isTrue();
            driver.release();
            assertThat(memory.due(NOON, 10)).containsExactly("s");
        }
    }

    @Test
    void an_index_is_brought_in_line_with_its_sessions() {
        Driver driver = Driver.of(memory, "s").wakes(Instant.EPOCH);
        driver.stores("soon");
        driver.wakes(NOON).stores("later");
        driver.release();
        assertThat(memory.due(NOON.minusMillis(1), 10)).isEmpty();
        await().untilAsserted(() -> {
            assertThat(memory.due(NOON.minusMillis(1), 10)).isEmpty();
            assertThat(scores()).containsExactly(NOON.toEpochMilli());
        });
        assertThat(memory.due(NOON, 10)).containsExactly("s");
    }

    @Test
    void many_sessions_are_due_the_longest_due_first_whatever_their_buckets_and_pages() {
        for (int i = 0; i < 300; i++) {
            Driver driver = Driver.of(memory, "s" + i).wakes(NOON.minusSeconds(i));
            driver.stores("wait");
            driver.release();
        }
        List<String> expected =
                IntStream.range(0, 300).mapToObj(i -> "s" + (299 - i)).toList();
        assertThat(memory.due(NOON, 1_000)).isEqualTo(expected);
        assertThat(memory.due(NOON, 7)).isEqualTo(expected.subList(0, 7));
        assertThat(memory.sessions()).hasSize(300);
    }

    // The end of sessions

    @Test
    void a_deleted_session_leaves_nothing_behind_but_a_tombstone_for_a_day() {
        Driver driver = Driver.of(memory, "s").wakes(NOON);
        driver.stores("wait");
        memory.deliver("s", delivery("d"));
        driver.release();
        assertThat(memory.delete("s")).isTrue();
        assertThat(keys())
                .filteredOn(key -> key.startsWith("turbo:{"))
                .singleElement()
                .satisfies(tombstone -> {
                    assertThat(tombstone).endsWith("}:gone");
                    List<String> held = redis.tell(commands -> commands.lrange(tombstone, 0, -1));
                    assertThat(held)
                            .containsExactly(driver.granted.incarnation().toString());
                    assertThat(redis.<Long>tell(commands -> commands.pttl(tombstone)))
                            .isBetween(86_000_000L, 86_400_000L);
                });
        await().untilAsserted(() -> {
            assertThat(memory.due(Instant.MAX, 10)).isEmpty();
            assertThat(memory.sessions()).isEmpty();
            assertThat(keys()).hasSize(1);
        });
    }

    @Test
    void all_of_a_session_expires_together_where_that_is_asked_for() {
        try (RedisMemory forgetful =
                RedisMemory.connect(redis.uri() + "?lease=300ms&ttl=1s", options -> options, GRACE)) {
            Driver driver = Driver.of(forgetful, "s").wakes(NOON);
            driver.stores("one");
            forgetful.deliver("s", delivery("d"));
            List<Long> ends = redis.tell(commands -> commands.keys("turbo:{*}:meta").stream()
                    .flatMap(meta -> List.of(meta, meta.replace("meta", "log"), meta.replace("meta", "inbox")).stream())
                    .map(commands::pttl)
                    .toList());
            assertThat(ends).hasSize(3).allSatisfy(end -> assertThat(end).isBetween(0L, 1_000L));
            await().during(Duration.ofMillis(1_500))
                    .until(() -> forgetful.read("s").size() == 2); // it is renewed
            driver.release();
            await().until(() -> forgetful.read("s").isEmpty());
            assertThat(forgetful.inbox("s")).isEmpty();
            assertThat(forgetful.sessions()).isEmpty();
            assertThat(forgetful.due(Instant.MAX, 10)).isEmpty();
        }
    }

    @Test
    void nothing_expires_by_itself() {
        Driver.of(memory, "s").stores("one");
        memory.deliver("s", delivery("d"));
        List<Long> ends = redis.tell(
                commands -> commands.keys("*").stream().map(commands::pttl).toList());
        assertThat(ends).hasSize(6).containsOnly(-1L);
    }

    @Test
    void tenants_and_prefixes_keep_sessions_apart() {
        Driver.of(memory, "s").wakes(Instant.EPOCH).stores("ours");
        for (String options : List.of("?tenant=a", "?tenant=b", "?prefix=other")) {
            try (RedisMemory other = RedisMemory.connect(redis.uri() + options)) {
                assertThat(other.read("s")).isEmpty();
                assertThat(other.sessions()).isEmpty();
                assertThat(other.due(Instant.MAX, 10)).isEmpty();
                Driver theirs = Driver.of(other, "s");
                theirs.stores("theirs", "and more");
                memory.deliver("s", delivery("d"));
                assertThat(other.inbox("s")).isEmpty();
            }
        }
        assertThat(memory.read("s")).hasSize(2);
    }

    @Test
    void no_id_of_a_session_stands_in_a_key() {
        Driver.of(memory, "name-of-a-person").wakes(NOON).stores("hi");
        memory.deliver("name-of-a-person", delivery("d"));
        assertThat(keys()).noneMatch(key -> key.contains("person"));
        assertThat(index()).noneMatch(member -> member.contains("person"));
    }
}
