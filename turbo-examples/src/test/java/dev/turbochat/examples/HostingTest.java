package dev.turbochat.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.turbochat.Event;
import dev.turbochat.Events;
import dev.turbochat.Host;
import dev.turbochat.Runner;
import dev.turbochat.error.SessionException;
import dev.turbochat.memory.Memory;
import dev.turbochat.model.Models;
import dev.turbochat.step.Input;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostingTest {
    @Test
    void a_session_is_fed_from_outside_and_told_to_whoever_reads(@TempDir Path folder) throws InterruptedException {
        List<String> sent = new ArrayList<>();
        String lastEventId = null;
        try (Memory memory = Memory.file(folder);
                Runner runner =
                        Runner.of(Models.of("eliza"), r -> r.memory(memory).program("pizza", 1, Pizza::order))) {
            Host host = runner.host(h -> h.idle(Duration.ofMinutes(10)));
            for (String text : List.of("hello", "large", "yes")) {
                host.deliver("user-44", "pizza", Input.text(text).id("client-" + text)); // returns once it is durable
                try (Events events = host.events("user-44", lastEventId)) {
                    for (Event event : events.untilTurnEnds()) {
                        sent.add(event.getClass().getSimpleName());
                        lastEventId = event.id();
                    }
                }
            }
        }
        assertThat(sent).containsExactly("Notice", "Ask", "Heard", "Ask", "Heard", "Said", "Done");
    }

    @Test
    void a_process_that_is_told_to_end_lets_go_of_its_sessions(@TempDir Path folder) throws InterruptedException {
        Memory memory = Memory.file(folder);
        Runner runner = Runner.of(Models.of("eliza"), r -> r.memory(memory).program("pizza", 1, Pizza::order));
        Host host = runner.host();
        Thread closing = new Thread(() -> {
            runner.close(); // the sessions, within the host's drain
            memory.close();
        });
        Runtime.getRuntime().addShutdownHook(closing);
        host.deliver("user-44", "pizza", Input.text("hello"));
        Runtime.getRuntime().removeShutdownHook(closing);
        closing.start();
        closing.join();
        assertThatThrownBy(() -> host.deliver("user-44", "pizza", Input.text("large")))
                .isInstanceOf(SessionException.HostClosed.class);
        try (Memory another = Memory.file(folder)) {
            assertThat(another.open("user-44", "another process")).isInstanceOf(Memory.Opening.Granted.class);
        }
    }
}
