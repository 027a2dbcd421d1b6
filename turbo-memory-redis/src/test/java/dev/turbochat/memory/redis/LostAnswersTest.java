package dev.turbochat.memory.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.turbochat.memory.Delivery;
import dev.turbochat.memory.Entry;
import dev.turbochat.memory.Journal;
import dev.turbochat.memory.Memory;
import dev.turbochat.memory.Memory.Append;
import dev.turbochat.memory.Memory.Appended;
import dev.turbochat.memory.Memory.Opening;
import dev.turbochat.memory.redis.RedisFailure.RedisSilent;
import io.lettuce.core.RedisClient;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Connections that break at the worst moment: the server has done what it was told, and nobody hears of it. */
class LostAnswersTest {
    private RealRedis redis;
    private Proxy proxy;
    private RedisMemory memory;

    @BeforeEach
    void connect() throws IOException {
        redis = RealRedis.started();
        proxy = new Proxy(redis.port());
        memory = RedisMemory.connect(proxy.uri(), options -> options.withLease(Duration.ofMinutes(1)));
    }

    @AfterEach
    void close() throws IOException {
        proxy.mend();
        memory.close();
        proxy.close();
        redis.close();
    }

    private void dropTheNextAnswer() {
        dropAnswer(1);
    }

    /** Refusals of scripts that the server does not know yet do not count. */
    private void dropAnswer(int number) {
        AtomicInteger answers = new AtomicInteger();
        proxy.onReply(reply -> reply.contains("NOSCRIPT") || answers.incrementAndGet() != number);
    }

    @Test
    void an_append_whose_answer_was_lost_is_stored_once_and_its_repeat_says_so_a_hundred_times() {
        Driver driver = Driver.of(memory, "s");
        for (int i = 0; i < 100; i++) {
            Append append = driver.next("entry " + i);
            dropTheNextAnswer();
            assertThatThrownBy(() -> memory.append(append))
                    .isInstanceOfSatisfying(
                            RedisSilent.class, e -> assertThat(e.passing()).isTrue())
                    .hasMessageStartingWith("Redis at " + proxy.uri() + " did not answer: ")
                    .hasMessageEndingWith("; what was asked for may have been done or not. Try again.");
            assertThat(memory.append(append)).isEqualTo(Appended.ALREADY);
            driver.counted(append);
        }
        assertThat(memory.read("s").stream().skip(1).map(Entry::body).toList())
                .isEqualTo(IntStream.range(0, 100)
                        .mapToObj(i -> Driver.said("entry " + i))
                        .toList());
    }

    /** Why a connection of ours is not made anew by Lettuce. */
    @Test
    void lettuce_by_itself_sends_a_lost_command_twice() {
        try (RedisClient client = RedisClient.create(proxy.uri());
                var connection = client.connect()) {
            dropTheNextAnswer();
            assertThat(connection.sync().rpush("list", "once")).isEqualTo(2);
        }
    }

    @Test
    void a_journal_repeats_what_was_lost_and_its_program_notices_nothing() throws InterruptedException {
        try (Journal journal = Journal.open(memory, "s", "a test", Duration.ZERO)) {
            for (int i = 0; i < 20; i++) {
                journal.add(1, "", i, Entry.NO_REF, 1, Driver.said("entry " + i));
                dropTheNextAnswer();
                journal.flush();
            }
        }
        assertThat(memory.read("s")).hasSize(21);
    }

    @Test
    void a_session_whose_grant_was_lost_is_granted() {
        Driver.of(memory, "s").release();
        for (int i = 0; i < 10; i++) {
            dropTheNextAnswer();
            Opening opening = memory.open("s", "a test");
            assertThat(opening).isInstanceOfSatisfying(Opening.Granted.class, granted -> {
                assertThat(granted.entries()).hasSize(1);
                memory.release("s", granted.token(), null);
            });
        }
    }

    @Test
    void a_delivery_whose_answer_was_lost_is_put_in_once() {
        for (int i = 0; i < 10; i++) {
            String id = "d" + i;
            dropAnswer(2); // the first one is the index's
            assertThat(memory.deliver("s", new Delivery(id, "", null, new Delivery.Start())))
                    .isTrue();
            assertThat(memory.deliver("s", new Delivery(id, "", null, new Delivery.Start())))
                    .isFalse();
        }
        assertThat(memory.inbox("s")).hasSize(10);
    }

    @Test
    void a_delivery_that_was_taken_before_its_repeat_came_is_not_put_in_again() {
        try (Memory owners = RedisMemory.connect(redis.uri())) {
            Driver driver = Driver.of(owners, "s");
            AtomicBoolean taken = new AtomicBoolean();
            AtomicInteger answers = new AtomicInteger();
            proxy.onReply(reply -> {
                if (!reply.contains("NOSCRIPT") && answers.incrementAndGet() == 2 && !taken.getAndSet(true)) {
                    driver.takes("d").stores("took it");
                    return false;
                }
                return true;
            });
            assertThat(memory.deliver("s", new Delivery("d", "", null, new Delivery.Start())))
                    .isTrue();
            assertThat(taken).isTrue();
            assertThat(memory.inbox("s")).isEmpty();
            driver.release();
        }
    }

    @Test
    void scripts_that_the_server_has_forgotten_are_sent_again() {
        Driver driver = Driver.of(memory, "s");
        for (int i = 0; i < 20; i++) {
            redis.tell(commands -> commands.scriptFlush());
            driver.stores("entry " + i);
        }
        redis.tell(commands -> commands.scriptFlush());
        assertThat(memory.read("s")).hasSize(21);
        assertThat(memory.sessions()).hasSize(1);
    }

    @Test
    void a_server_that_stands_still_is_given_up_in_time_and_then_told_again() throws Exception {
        try (RedisMemory hasty = RedisMemory.connect(
                redis.uri(), options -> options.withWaits(Duration.ofMillis(300), Duration.ofSeconds(1)))) {
            Driver driver = Driver.of(hasty, "s");
            Append append = driver.next("slow");
            redis.freeze();
            long start = System.nanoTime();
            assertThatThrownBy(() -> hasty.append(append)).isInstanceOf(RedisSilent.class);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
            redis.thaw();
            assertThat(hasty.append(append)).isIn(Appended.OK, Appended.ALREADY);
            assertThat(hasty.append(append)).isEqualTo(Appended.ALREADY);
            assertThat(hasty.read("s")).hasSize(2);
        }
    }
}
