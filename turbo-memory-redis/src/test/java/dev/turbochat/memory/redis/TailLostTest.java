package dev.turbochat.memory.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.turbochat.Chat;
import dev.turbochat.Event;
import dev.turbochat.Events;
import dev.turbochat.Host;
import dev.turbochat.Runner;
import dev.turbochat.memory.Memory;
import dev.turbochat.memory.Memory.Appended;
import dev.turbochat.memory.redis.RedisFailure.RedisTailLost;
import dev.turbochat.model.Completion;
import dev.turbochat.step.Input;
import io.lettuce.core.RestoreArgs;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A server that comes back as it was some time ago, as after a failover; and who is told. */
@Timeout(60)
class TailLostTest extends OneServer {
    private static RedisMemory connect() {
        return RedisMemory.connect(redis.uri());
    }

    private static Map<String, byte[]> now() {
        Map<String, byte[]> keys = new HashMap<>();
        redis.<List<String>>tell(commands -> commands.keys("*"))
                .forEach(key -> keys.put(key, redis.tell(commands -> commands.dump(key))));
        return keys;
    }

    private static void back(Map<String, byte[]> then) {
        redis.tell(commands -> commands.flushall());
        then.forEach((key, value) -> redis.<String>tell(commands -> commands.restore(
                key, value, RestoreArgs.Builder.ttl(Duration.ZERO).replace())));
    }

    @Test
    void an_owner_whose_entries_are_lost_is_told_which() {
        try (Memory memory = connect()) {
            Driver driver = Driver.of(memory, "s");
            driver.stores("kept");
            Map<String, byte[]> then = now();
            driver.stores("lost");
            driver.stores("lost, too");
            back(then);
            assertThatThrownBy(() -> driver.sends("next"))
                    .isInstanceOf(RedisTailLost.class)
                    .hasMessageContaining("has lost what session 's' held from entry 2 to 3,");
            driver.release();
            Driver.of(memory, "s").stores("goes on");
        }
    }

    @Test
    void an_owner_whose_taking_is_lost_is_told_what_else_is() {
        try (Memory memory = connect()) {
            Driver first = Driver.of(memory, "s");
            first.stores("kept");
            first.release();
            Map<String, byte[]> then = now();
            Driver driver = Driver.of(memory, "s");
            driver.stores("lost");
            back(then);
            assertThatThrownBy(() -> driver.sends("next"))
                    .isInstanceOf(RedisTailLost.class)
                    .hasMessageContaining("from entry 2 to 2,");
        }
    }

    @Test
    void an_owner_whose_taking_alone_is_lost_is_no_owner() {
        try (Memory memory = connect()) {
            Driver first = Driver.of(memory, "s");
            first.stores("kept");
            first.release();
            Map<String, byte[]> then = now();
            Driver driver = Driver.of(memory, "s");
            back(then);
            assertThat(driver.sends("next")).isEqualTo(Appended.FENCED);
        }
    }

    /** Both have the same epoch, and the other has written more. */
    @Test
    void an_owner_that_has_lost_its_session_to_another_is_told_what_was_lost() {
        try (Memory memory = connect();
                Memory another = connect()) {
            Driver first = Driver.of(memory, "s");
            first.stores("kept");
            first.release();
            Map<String, byte[]> then = now();
            Driver driver = Driver.of(memory, "s");
            driver.stores("lost");
            back(then);
            Driver other = Driver.of(another, "s");
            other.stores("another history");
            other.stores("which is longer");
            assertThatThrownBy(() -> driver.sends("next"))
                    .isInstanceOf(RedisTailLost.class)
                    .hasMessageContaining("from entry 2 to 2,");
            other.stores("goes on");
        }
    }

    @Test
    void an_owner_of_a_session_of_which_nothing_is_left_is_told() {
        try (Memory memory = connect()) {
            Map<String, byte[]> then = now();
            Driver driver = Driver.of(memory, "s");
            driver.stores("lost");
            back(then);
            assertThatThrownBy(() -> driver.sends("next"))
                    .isInstanceOf(RedisTailLost.class)
                    .hasMessageContaining("from entry 0 to 1,");
        }
    }

    @Test
    void an_owner_that_learns_of_it_when_it_renews_its_lease_still_knows_what_it_had() {
        try (Memory memory = RedisMemory.connect(redis.uri() + "?lease=300ms")) {
            Driver first = Driver.of(memory, "s");
            first.stores("kept");
            first.release();
            Map<String, byte[]> then = now();
            Driver driver = Driver.of(memory, "s");
            driver.stores("lost");
            back(then);
            long renewals = renewals();
            await().until(() -> renewals() > renewals); // it is told that it is no owner
            assertThatThrownBy(() -> driver.sends("next")).isInstanceOf(RedisTailLost.class);
        }
    }

    private static long renewals() {
        return redis.<String>tell(commands -> commands.info("commandstats"))
                .lines()
                .filter(line -> line.startsWith("cmdstat_hmget:"))
                .map(line -> Long.parseLong(line.replaceAll(".*:calls=(\\d+).*", "$1")))
                .findFirst()
                .orElse(0L);
    }

    // Hosts and their readers

    private static void talk(Chat chat) {
        while (true) {
            chat.hear();
            chat.generate();
        }
    }

    private static Runner runner(Memory memory) {
        return Runner.of(
                (prompt, listener) ->
                        Completion.of("Re: " + prompt.messages().getLast().text(), "echo"),
                r -> r.memory(memory).routine("p", 1, TailLostTest::talk));
    }

    private static void converse(Host host, String... inputs) throws InterruptedException {
        for (String input : inputs) {
            host.deliver("s", "p", Input.text(input).id(input));
        }
    }

    /** What the reader was told, up to an answer; and the id of the last of it. */
    private static String read(Events events, String answer, List<String> told) throws InterruptedException {
        while (true) {
            Optional<Event> event = events.next(Duration.ofSeconds(20));
            assertThat(event).as("%s, after %s", answer, told).isPresent();
            String line = switch (event.get()) {
                case Event.Said said -> said.message().text();
                case Event.Heard heard -> heard.input().text();
                case Event.Failed failed -> failed.code();
                case Event.Restart restart -> "restart at " + restart.place().seq();
                default -> "";
            };
            if (!line.isEmpty()) {
                told.add(line);
            }
            if (line.equals(answer)) {
                return event.get().id();
            }
        }
    }

    @Test
    void a_reader_at_the_owner_is_told_that_what_he_was_shown_is_lost_and_then_what_comes() throws Exception {
        try (Memory memory = connect();
                Runner runner = runner(memory)) {
            Host host = runner.host();
            List<String> told = new ArrayList<>();
            try (Events events = host.events("s", null)) {
                converse(host, "a");
                read(events, "Re: a", told);
                Map<String, byte[]> then = now();
                converse(host, "b");
                read(events, "Re: b", told);
                back(then);
                assertThatThrownBy(() -> converse(host, "c")).isInstanceOf(RedisTailLost.class);
                converse(host, "c");
                read(events, "Re: c", told);
            }
            assertThat(told)
                    .startsWith("a", "Re: a", "b", "Re: b", "redis-tail-lost")
                    .endsWith("c", "Re: c");
            assertThat(told).hasSize(8).element(5).asString().startsWith("restart at ");
        }
    }

    @Test
    void a_reader_who_comes_back_with_a_place_that_is_lost_is_told_so_and_then_what_comes() throws Exception {
        String uri = redis.uri() + "?lease=1s";
        try (Memory memory = RedisMemory.connect(uri)) {
            String last;
            Map<String, byte[]> then;
            List<String> told = new ArrayList<>();
            try (Runner runner = runner(memory);
                    Events events = runner.host().events("s", null)) {
                converse(runner.host(), "a");
                read(events, "Re: a", told);
                then = now();
                converse(runner.host(), "b", "c");
                last = read(events, "Re: c", told);
            }
            back(then);
            told.clear();
            try (Memory another = RedisMemory.connect(uri);
                    Runner runner = runner(another);
                    Events events = runner.host().events("s", last)) {
                converse(runner.host(), "d"); // is taken when the lease has ended that came back, too
                read(events, "Re: d", told);
            }
            assertThat(told).hasSize(3).endsWith("d", "Re: d");
            assertThat(told.getFirst()).startsWith("restart at ");
        }
    }
}
