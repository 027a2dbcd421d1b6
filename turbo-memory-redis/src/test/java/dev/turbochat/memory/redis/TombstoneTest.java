package dev.turbochat.memory.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.turbochat.error.MemoryException.SessionGone;
import dev.turbochat.memory.Entry;
import dev.turbochat.memory.Journal;
import dev.turbochat.memory.Memory.Appended;
import dev.turbochat.memory.redis.RedisFailure.RedisTailLost;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An owner that was cut off until its lease ended, and comes back when its session was deleted, or lost. */
class TombstoneTest extends OneServer {
    private Proxy proxy;
    private RedisMemory cutOff;
    private RedisMemory memory;

    @BeforeEach
    void connect() throws IOException {
        proxy = new Proxy(redis.port());
        cutOff = RedisMemory.connect(proxy.uri() + "?lease=300ms&answer=300ms&server=5s");
        memory = RedisMemory.connect(redis.uri());
    }

    @AfterEach
    void close() throws IOException {
        cutOff.close();
        memory.close();
        proxy.close();
    }

    /** One whose lease is over by now, by its own clock, too. */
    private Driver late() {
        Driver driver = Driver.of(cutOff, "s");
        driver.stores("one", "two");
        proxy.cut();
        await().until(() -> Driver.isFree(memory, "s"));
        return driver;
    }

    @Test
    void an_owner_whose_session_was_deleted_is_told_so() {
        Driver driver = late();
        assertThat(memory.delete("s")).isTrue();
        proxy.mend();
        assertThat(driver.insists("no")).isEqualTo(Appended.GONE);
        assertThat(memory.read("s")).isEmpty();
    }

    @Test
    void an_owner_whose_session_was_deleted_and_made_anew_more_than_once_is_told_so() {
        Driver driver = late();
        assertThat(memory.delete("s")).isTrue();
        Driver second = Driver.of(memory, "s");
        second.stores("anew");
        second.release();
        assertThat(memory.delete("s")).isTrue();
        Driver third = Driver.of(memory, "s");
        proxy.mend();
        assertThat(driver.insists("no")).isEqualTo(Appended.GONE);
        third.stores("mine");
        assertThat(memory.read("s")).hasSize(2);
    }

    @Test
    void an_owner_whose_session_was_lost_is_told_that() {
        Driver driver = late();
        redis.tell(commands -> commands.flushall());
        proxy.mend();
        assertThatThrownBy(() -> driver.insists("no"))
                .isInstanceOf(RedisTailLost.class)
                .hasMessageContaining("has lost what session 's' held from entry 0 to 2,");
        assertThat(memory.read("s")).isEmpty();
    }

    @Test
    void an_owner_whose_session_was_lost_and_made_anew_by_another_is_told_that() {
        Driver driver = late();
        redis.tell(commands -> commands.flushall());
        Driver other = Driver.of(memory, "s");
        proxy.mend();
        assertThatThrownBy(() -> driver.insists("no")).isInstanceOf(RedisTailLost.class);
        other.stores("mine");
    }

    @Test
    void an_owner_whose_session_has_expired_is_not_told_that_it_was_lost() {
        cutOff.close();
        cutOff = RedisMemory.connect(proxy.uri() + "?lease=300ms&answer=300ms&server=5s&ttl=2s");
        Driver driver = late();
        await().until(() -> memory.read("s").isEmpty());
        proxy.mend();
        assertThat(driver.insists("no")).isEqualTo(Appended.GONE);
    }

    @Test
    void a_journal_says_that_its_session_was_deleted() throws Exception {
        try (Journal journal = Journal.open(cutOff, "s", "a test", Duration.ZERO)) {
            journal.add(1, "", 0, Entry.NO_REF, 1, Driver.said("one"));
            proxy.cut();
            await().until(() -> Driver.isFree(memory, "s"));
            assertThat(memory.delete("s")).isTrue();
            proxy.mend();
            assertThatThrownBy(journal::flush)
                    .isInstanceOf(SessionGone.class)
                    .hasMessage("Session 's' was deleted while it was being driven; this driver of it stops.");
        }
    }

    @Test
    void a_tombstone_holds_no_more_than_the_last_sixteen() {
        for (int i = 0; i < 20; i++) {
            Driver.of(memory, "s").release();
            assertThat(memory.delete("s")).isTrue();
        }
        String key = redis.<List<String>>tell(commands -> commands.keys("turbo:{*}:gone"))
                .getFirst();
        assertThat(redis.<Long>tell(commands -> commands.llen(key))).isEqualTo(16);
    }
}
