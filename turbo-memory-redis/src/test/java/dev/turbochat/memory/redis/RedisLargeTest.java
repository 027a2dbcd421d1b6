package dev.turbochat.memory.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.turbochat.error.MemoryException.JournalCorrupt;
import dev.turbochat.error.MemoryException.JournalFull;
import dev.turbochat.error.MemoryException.PayloadTooLarge;
import dev.turbochat.memory.Delivery;
import dev.turbochat.memory.Entry;
import dev.turbochat.memory.Memory.Appended;
import dev.turbochat.step.Message;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Bodies that are too large for a line, journals that are too large, and appends of many entries. */
class RedisLargeTest extends OneServer {
    private static final int MIB = 1 << 20;

    private RedisMemory memory;

    @BeforeEach
    void connect() {
        memory = RedisMemory.connect(redis.uri());
    }

    @AfterEach
    void close() {
        memory.close();
    }

    private static List<String> blobs() {
        return redis.tell(commands -> commands.keys("turbo:{*}:blobs").stream()
                .flatMap(key -> commands.hkeys(key).stream())
                .toList());
    }

    @Test
    void a_large_body_lies_beside_the_journal_and_comes_back_whole() {
        Driver driver = Driver.of(memory, "s");
        String large = "x".repeat(2 * MIB);
        driver.stores("small", large, "small", large + "y");
        assertThat(blobs()).hasSize(2);
        List<Entry> read = memory.read("s");
        assertThat(read.stream().skip(1).map(Entry::body))
                .isEqualTo(Stream.of("small", large, "small", large + "y")
                        .map(Driver::said)
                        .toList());
        driver.release();
        assertThat(Driver.of(memory, "s").granted.entries()).isEqualTo(read);
    }

    @Test
    void a_long_journal_comes_back_whole() {
        Driver driver = Driver.of(memory, "s");
        driver.stores(IntStream.range(0, 250).mapToObj(i -> "entry " + i).toArray(String[]::new));
        driver.release();
        Driver next = Driver.of(memory, "s");
        assertThat(next.granted.entries()).hasSize(251).isEqualTo(memory.read("s"));
        next.stores("one more");
    }

    @Test
    void a_long_session_that_is_gone_before_its_new_owner_has_read_it_is_made_anew() throws IOException {
        Driver driver = Driver.of(memory, "s");
        driver.stores(IntStream.range(0, 250).mapToObj(i -> "entry " + i).toArray(String[]::new));
        driver.release();
        try (Proxy proxy = new Proxy(redis.port());
                RedisMemory other = RedisMemory.connect(proxy.uri())) {
            proxy.onRequest(text -> {
                if (text.contains("LRANGE")) {
                    redis.tell(commands ->
                            commands.del(commands.keys("turbo:{*}:*").toArray(String[]::new)));
                }
                return true;
            });
            Driver next = Driver.of(other, "s");
            assertThat(next.granted.entries()).hasSize(1);
            next.stores("one");
        }
    }

    @Test
    void a_journal_that_begins_anew_keeps_only_its_own_bodies() {
        Driver driver = Driver.of(memory, "s");
        driver.stores("x".repeat(2 * MIB));
        List<String> old = blobs();
        var append = driver.next("small", "y".repeat(2 * MIB));
        assertThat(memory.replace(append)).isEqualTo(Appended.OK);
        driver.counted(append);
        assertThat(memory.replace(append)).isEqualTo(Appended.ALREADY);
        assertThat(blobs()).hasSize(1).isNotEqualTo(old);
        assertThat(memory.read("s")).isEqualTo(append.entries());
        driver.stores("and on");
        driver.release();
        assertThat(Driver.of(memory, "s").granted.entries()).hasSize(3);
    }

    @Test
    void a_body_that_is_gone_is_damage() {
        Driver driver = Driver.of(memory, "s");
        driver.stores("x".repeat(2 * MIB));
        redis.tell(commands -> commands.del(commands.keys("turbo:{*}:blobs").getFirst()));
        assertThatThrownBy(() -> memory.read("s"))
                .isInstanceOf(JournalCorrupt.class)
                .hasMessageContaining("damaged in a body that is missing");
    }

    @Test
    void what_is_too_large_is_refused_and_the_session_is_none_the_worse() {
        Driver driver = Driver.of(memory, "s");
        String most = "x".repeat(17 * MIB);
        assertThatThrownBy(() -> driver.sends("small", most)).isInstanceOf(PayloadTooLarge.class);
        assertThatThrownBy(() -> memory.deliver("s", Delivery.of("d", new Delivery.Post(new Message.User(most)))))
                .isInstanceOf(PayloadTooLarge.class);
        assertThat(memory.inbox("s")).isEmpty();
        String large = "x".repeat(15 * MIB);
        driver.stores(large + 1, large + 2, large + 3);
        assertThatThrownBy(() -> driver.sends(large)).isInstanceOf(JournalFull.class);
        driver.stores("small");
        assertThat(memory.read("s")).hasSize(5);
        driver.release();
        Driver next = Driver.of(memory, "s");
        assertThatThrownBy(() -> next.sends(large)).isInstanceOf(JournalFull.class);
        assertThat(memory.replace(next.next(large))).isEqualTo(Appended.OK);
    }

    @Test
    void an_append_of_very_many_entries_is_one_append() {
        Driver driver = Driver.of(memory, "s");
        String[] texts = Stream.generate(() -> "hi").limit(20_000).toArray(String[]::new);
        driver.stores(texts);
        assertThat(memory.read("s")).hasSize(20_001);
    }
}
