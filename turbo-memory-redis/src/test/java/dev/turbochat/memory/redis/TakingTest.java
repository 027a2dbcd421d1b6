package dev.turbochat.memory.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.turbochat.memory.Memory;
import dev.turbochat.memory.Memory.Appended;
import dev.turbochat.memory.Memory.Opening;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Sessions that are marked for what is to be written to them while they are taken, and what may come between. */
class TakingTest extends OneServer {
    private static final Duration GRACE = Duration.ofSeconds(2);
    private static final Duration LEASE = Duration.ofSeconds(1);
    private static final Instant NOON = Instant.parse("2030-01-01T12:00:00Z");

    private Proxy proxy;
    private RedisMemory memory;
    private RedisMemory watching;

    @BeforeEach
    void connect() throws IOException {
        proxy = new Proxy(redis.port());
        memory = RedisMemory.connect(
                proxy.uri(),
                options -> options.withLease(LEASE).withWaits(Duration.ofMillis(500), Duration.ofSeconds(1)),
                GRACE);
        watching = RedisMemory.connect(redis.uri(), options -> options, GRACE);
        Driver driver = take("s"); // makes the session, and has the server know the scripts
        driver.wakes(Instant.EPOCH).stores("one");
        driver.wakes(null).stores("two");
        driver.release();
        redis.tell(commands -> commands.del(commands.keys("turbo:wake:*").toArray(String[]::new)));
        redis.tell(commands -> commands.del(commands.keys("turbo:marked:*").toArray(String[]::new)));
    }

    @AfterEach
    void close() throws IOException {
        memory.close();
        watching.close();
        proxy.close();
    }

    /** Takes a session as a host does. */
    private Driver take(String session) {
        return Driver.of(memory, session, (Opening.Granted) memory.open(session, "a host", Instant.EPOCH));
    }

    private static List<String> index() {
        return redis.tell(commands -> commands.keys("turbo:wake:*").stream()
                .flatMap(key -> commands.zrange(key, 0, -1).stream())
                .toList());
    }

    private void awaitDue() {
        await().untilAsserted(() -> assertThat(watching.due(Instant.now(), 10)).containsExactly("s"));
    }

    @Test
    void a_session_is_taken_and_marked_in_one_round_trip() {
        CountDownLatch both = new CountDownLatch(2);
        AtomicInteger inVain = new AtomicInteger();
        proxy.onRequest(request -> {
            if (request.contains(Script.OPEN.sha()) || request.contains(Script.MARK.sha())) {
                both.countDown();
                inVain.addAndGet(arrives(both) ? 0 : 1); // neither is done before the other is under way
            }
            return true;
        });
        long before = memory.roundTrips();
        Driver driver = take("s");
        assertThat(inVain).hasValue(0);
        assertThat(memory.roundTrips() - before).isEqualTo(1);
        assertThat(index()).hasSize(1);
        driver.wakes(Instant.EPOCH).stores("three");
        assertThat(memory.roundTrips() - before).as("it is marked by now").isEqualTo(2);
    }

    private static boolean arrives(CountDownLatch latch) {
        try {
            return latch.await(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void a_session_that_is_taken_for_who_knows_what_is_not_marked() {
        Driver driver = Driver.of(memory, "s");
        assertThat(index()).isEmpty();
        driver.release();
    }

    @Test
    void a_session_whose_owner_died_before_it_wrote_is_nobodys_business_and_free() {
        take("s");
        proxy.cut();
        await().until(() -> Driver.isFree(watching, "s"));
        assertThat(watching.due(Instant.MAX, 10)).isEmpty();
        await().untilAsserted(() -> {
            assertThat(watching.due(Instant.MAX, 10)).isEmpty();
            assertThat(index()).isEmpty();
        });
    }

    @Test
    void a_session_whose_owner_died_after_it_wrote_is_due() {
        take("s").wakes(Instant.EPOCH).stores("three");
        proxy.cut();
        awaitDue();
        assertThat(watching.read("s")).hasSize(4);
    }

    @Test
    void a_mark_that_was_lost_on_its_way_is_made_again_by_the_append() {
        losesTheMark(true);
    }

    @Test
    void a_mark_whose_answer_was_lost_is_made_again_by_the_append() {
        losesTheMark(false);
    }

    private void losesTheMark(boolean before) {
        AtomicBoolean lost = new AtomicBoolean();
        AtomicBoolean asked = new AtomicBoolean();
        proxy.onRequest(request -> {
            boolean isMark = request.contains(Script.MARK.sha()) && !lost.getAndSet(true);
            asked.compareAndSet(false, isMark && !before);
            return !(isMark && before);
        });
        proxy.onReply(reply -> !(reply.startsWith(":") && asked.getAndSet(false))); // a mark's alone is a number
        Driver driver = take("s");
        assertThat(lost).isTrue();
        assertThat(index()).hasSize(before ? 0 : 1);
        long trips = memory.roundTrips();
        driver.wakes(Instant.EPOCH).stores("three");
        assertThat(memory.roundTrips() - trips).isEqualTo(2);
        assertThat(index()).hasSize(1);
        proxy.cut();
        awaitDue();
    }

    @Test
    void a_mark_that_may_be_gone_when_the_append_comes_is_made_again() {
        Driver driver = take("s");
        await().untilAsserted(
                        () -> { // the replay takes so long
                            assertThat(watching.due(Instant.MAX, 10)).isEmpty();
                            assertThat(index()).isEmpty();
                        });
        driver.wakes(Instant.EPOCH).stores("three");
        assertThat(index()).hasSize(1);
        proxy.cut();
        awaitDue();
    }

    @Test
    void another_wake_time_than_was_announced_is_marked_by_itself() {
        Driver driver = take("s").wakes(NOON);
        long trips = memory.roundTrips();
        driver.stores("three");
        assertThat(memory.roundTrips() - trips).isEqualTo(2);
        driver.release();
        assertThat(watching.due(NOON.minusMillis(1), 10)).isEmpty();
        assertThat(watching.due(NOON, 10)).containsExactly("s");
    }

    @Test
    void whoever_is_refused_a_session_leaves_no_mark_for_long_and_its_owner_is_followed_as_ever() {
        Driver owner = Driver.of(watching, "s");
        assertThat(memory.open("s", "a host", Instant.EPOCH)).isInstanceOf(Opening.Busy.class);
        owner.stores("three");
        owner.release();
        await().untilAsserted(() -> {
            assertThat(watching.due(Instant.MAX, 10)).isEmpty();
            assertThat(index()).isEmpty();
        });

        Driver late = take("s");
        assertThat(watching.open("s", "a host", Instant.EPOCH)).isInstanceOf(Opening.Busy.class);
        late.wakes(Instant.EPOCH).stores("four");
        proxy.cut();
        awaitDue();
    }

    @Test
    void an_owner_that_is_overtaken_between_taking_and_writing_is_fenced() {
        Driver slow = take("s");
        memory.release("s", slow.granted.token(), null);
        Memory.Opening.Granted next = (Opening.Granted) watching.open("s", "a host", Instant.EPOCH);
        assertThat(slow.wakes(Instant.EPOCH).sends("three")).isEqualTo(Appended.FENCED);
        assertThat(watching.read("s")).hasSize(3);
        Driver.of(watching, "s", next).wakes(Instant.EPOCH).stores("three");
    }

    @Test
    void a_full_server_refuses_a_session_as_it_does_without_a_mark() {
        redis.tell(commands -> commands.configSet("maxmemory", "1"));
        try {
            assertThatThrownBy(() -> memory.open("s", "a host", Instant.EPOCH))
                    .isInstanceOf(RedisFailure.RedisFull.class);
        } finally {
            redis.tell(commands -> commands.configSet("maxmemory", "0"));
        }
        take("s").wakes(Instant.EPOCH).stores("three");
    }
}
