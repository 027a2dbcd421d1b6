package dev.turbochat.memory.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.turbochat.Chat;
import dev.turbochat.Event;
import dev.turbochat.Events;
import dev.turbochat.Host;
import dev.turbochat.Runner;
import dev.turbochat.model.Completion;
import dev.turbochat.model.Model;
import dev.turbochat.step.Input;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A turn over a real Redis: what it costs, and that it is told live at another node. */
@Timeout(60)
class TurnsTest extends OneServer {
    private static final Duration NEVER = Duration.ofMinutes(10);

    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable each : open.reversed()) {
            each.close();
        }
    }

    private static void talk(Chat chat) {
        while (true) {
            chat.hear();
            chat.generate();
        }
    }

    private static RedisMemory memory() {
        return RedisMemory.connect(redis.uri());
    }

    private Host host(RedisMemory memory, Model model, Duration idle) {
        open.add(memory);
        Runner runner = Runner.of(model, r -> r.memory(memory).routine("p", 1, TurnsTest::talk));
        open.add(runner);
        return runner.host(h -> h.idle(idle).sweep(NEVER));
    }

    private static List<String> turn(Events events) {
        List<String> said = new ArrayList<>();
        for (Event event : events.untilTurnEnds()) {
            if (event instanceof Event.Said message) {
                said.add(message.message().text());
            }
        }
        return said;
    }

    @Test
    void a_turn_of_an_awake_session_takes_three_round_trips() throws Exception {
        RedisMemory memory = memory();
        Host host = host(memory, (prompt, listener) -> Completion.of("So.", "m"), NEVER);
        host.deliver("awake", "p", Input.text("hi"));
        try (Events events = host.events("awake", null)) {
            assertThat(turn(events)).containsExactly("So.");
            for (int i = 0; i < 5; i++) {
                long before = memory.roundTrips();
                host.deliver("awake", "p", Input.text("and?"));
                assertThat(turn(events)).containsExactly("So.");
                assertThat(memory.roundTrips() - before)
                        .as("the input, the intent, and the answer")
                        .isEqualTo(3);
            }
        }
    }

    @Test
    void a_turn_of_a_hibernated_session_takes_two_more() throws Exception {
        RedisMemory memory = memory();
        BlockingQueue<Long> generating = new LinkedBlockingQueue<>(); // round trips until then
        Host host = host(
                memory,
                (prompt, listener) -> {
                    generating.add(memory.roundTrips());
                    return Completion.of("So.", "m");
                },
                Duration.ZERO);
        for (int i = 0; i < 5; i++) {
            host.deliver("cold", "p", Input.text("hi"));
            generating.take();
            await().until(() -> host.awake().isEmpty());
        }
        long before = memory.roundTrips();
        host.deliver("cold", "p", Input.text("and?"));
        assertThat(generating.take() - before)
                .as("the lease with the journal and the inbox, and the mark beside it; the input, the intent")
                .isEqualTo(3);
        await().until(() -> host.awake().isEmpty());
        assertThat(memory.roundTrips() - before)
                .as("and the answer, and letting go")
                .isEqualTo(5);
    }

    @Test
    void tokens_are_told_live_at_another_node() throws Exception {
        Semaphore seen = new Semaphore(0);
        Model model = (prompt, listener) -> {
            for (String word : List.of("one ", "two ", "three")) {
                listener.text(word);
                seen.acquire(); // the next comes when this was read at the other node
            }
            return Completion.of("one two three", "m");
        };
        Host driving = host(memory(), model, NEVER);
        Host reading = host(memory(), model, NEVER);
        try (Events events = reading.events("shared", null)) {
            driving.deliver("shared", "p", Input.text("hi"));
            StringBuilder tokens = new StringBuilder();
            while (!tokens.toString().equals("one two three")) {
                Event event = events.next(Duration.ofSeconds(20)).orElseThrow();
                if (event instanceof Event.Token token) {
                    tokens.append(token.text());
                    seen.release();
                }
            }
            assertThat(turn(events)).containsExactly("one two three");
            seen.release(3);
            reading.deliver("shared", "p", Input.text("again"));
            assertThat(turn(events)).containsExactly("one two three");
        }
        assertThat(driving.awake()).containsExactly("shared");
        assertThat(reading.awake()).isEmpty();
    }
}
