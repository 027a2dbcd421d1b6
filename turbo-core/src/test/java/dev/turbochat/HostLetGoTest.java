package dev.turbochat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.turbochat.memory.Memory;
import dev.turbochat.step.Input;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a host leaves behind when it lets go of a session. */
@Timeout(60)
class HostLetGoTest extends HostFixture {
    @Test
    void a_run_that_is_taken_down_in_its_midst_is_due_at_once() throws Exception {
        Held held = new Held("On ", "and on.");
        Host host = host(HostFixture::talk, options -> options.drain(Duration.ZERO));
        host.deliver("s", "p", text("hi"));
        held.begun.await();
        host.close();
        assertThat(memory.due(Instant.now(), 10)).containsExactly("s");
    }

    @Test
    void a_run_that_waits_for_input_alone_is_not_due() throws Exception {
        model.then("Hello.");
        Host host = host(HostFixture::talk);
        host.deliver("s", "p", text("hi"));
        assertThat(told(host, "s")).endsWith("ask ");
        host.close();
        assertThat(memory.due(Instant.now().plus(Duration.ofDays(1)), 10)).isEmpty();
    }

    @Test
    void a_run_that_has_ended_is_not_due() throws Exception {
        Host host = host(chat -> chat.notice("That is all."));
        host.deliver("s", "p", text("hi"));
        await().until(() -> host.awake().isEmpty());
        host.close();
        assertThat(memory.due(Instant.now().plus(Duration.ofDays(1)), 10)).isEmpty();
    }

    /** A secret that was given before is asked for again when the session is woken; the program goes on to talk. */
    @Test
    void a_secret_that_is_asked_for_again_is_taken_and_stored_nowhere() throws Exception {
        memory = Memory.file(folder);
        List<String> secrets = new CopyOnWriteArrayList<>();
        Routine routine = chat -> {
            chat.hear();
            secrets.add(chat.askSecret("Password?"));
            talk(chat);
        };
        Host first = host(routine);
        first.deliver("s", "p", text("hi").id("1"));
        assertThat(told(first, "s")).endsWith("ask Password?");
        first.deliver("s", "p", text("open sesame").id("2"));
        assertThat(told(first, "s")).endsWith("ask ");
        first.close();
        Host second = host(routine);
        assertThat(told(second, "s")).endsWith("ask Password?");
        Input again = text("open sesame").id("3");
        Thread sending = Thread.ofVirtual().start(() -> {
            try {
                second.deliver("s", "p", again);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        assertThat(sending.join(Duration.ofSeconds(10)))
                .as("it is acknowledged")
                .isTrue();
        await().atMost(10, TimeUnit.SECONDS).until(() -> secrets.size() == 2);
        assertThat(secrets).containsExactly("open sesame", "open sesame");
        model.then("Fine.");
        second.deliver("s", "p", text("How are you?").id("4"));
        assertThat(told(second, "s")).endsWith("heard How are you?", "said Fine.", "ask ");
        second.close();
        try (var files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertThat(file).content().doesNotContain("sesame");
            }
        }
    }
}
