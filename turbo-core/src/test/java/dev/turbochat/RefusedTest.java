package dev.turbochat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.turbochat.error.MemoryException;
import dev.turbochat.memory.Body;
import dev.turbochat.memory.Memory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is too large for a journal: the run fails by name, the failure is recorded, and the session goes on. */
@Timeout(60)
class RefusedTest extends HostFixture {
    private static final int LARGE = 17 * 1024 * 1024;

    @BeforeEach
    void useFiles() {
        memory.close();
        memory = Memory.file(folder);
    }

    @Test
    void a_value_that_is_too_large_fails_its_run_and_the_next_run_is_whole() throws Exception {
        try (Runner runner = Runner.of(model, options -> options.memory(memory))) {
            assertThatThrownBy(() -> runner.call(
                            "s",
                            chat -> {
                                chat.user("hi");
                                return chat.effect("dump", String.class, () -> "x".repeat(LARGE));
                            },
                            Fakes.frontEnd()))
                    .isInstanceOf(MemoryException.PayloadTooLarge.class);
            assertThat(bodies("s", Body.RunEnded.class).map(Body.RunEnded::outcome))
                    .containsExactly(Body.Outcome.ERROR);
            int count = runner.call("s", chat -> chat.messages().size(), Fakes.frontEnd());
            assertThat(count).isEqualTo(1);
        }
    }

    @Test
    void a_hosted_session_is_parked_by_it_and_tried_again_by_the_next_input() throws Exception {
        Host host = host(chat -> {
            String text = chat.hear().text();
            if (text.equals("too much")) {
                chat.effect("dump", String.class, () -> "x".repeat(LARGE));
            }
            chat.say("Heard " + text);
        });
        host.deliver("s", "p", text("too much"));
        assertThat(told(host, "s")).contains("failed payload-too-large");
        assertThat(host.parked()).containsOnlyKeys("s");
        host.deliver("s", "p", text("less"));
        assertThat(told(host, "s")).endsWith("said Heard less", "done null");
        assertThat(host.parked()).isEmpty();
    }
}
