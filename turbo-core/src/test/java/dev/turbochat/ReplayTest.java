package dev.turbochat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.turbochat.error.ProgramException.Diverged;
import dev.turbochat.error.SessionException;
import dev.turbochat.memory.Body;
import dev.turbochat.memory.Entry;
import dev.turbochat.memory.Memory;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Recorded conversations are checked against a program without anything happening. */
@Timeout(60)
class ReplayTest {
    private final AtomicInteger effects = new AtomicInteger();

    private String order(Chat chat) {
        chat.system("Be brief.");
        String secret = chat.askSecret("Card?");
        int number = chat.ask("How many?", int.class);
        chat.effect("bake", Integer.class, effects::incrementAndGet);
        chat.generate();
        chat.say("Done at " + chat.now() + secret.length());
        return "order of " + number;
    }

    private List<Entry> recorded(Routine routine, String... answers) throws InterruptedException {
        try (Memory memory = Memory.heap();
                Runner runner = Runner.of(Fakes.model("Fine."), options -> options.memory(memory))) {
            try {
                runner.run("s", routine, Fakes.frontEnd(answers));
            } catch (SessionException.SessionAsleep e) {
                // as far as the answers go
            }
            return memory.read("s");
        }
    }

    @Test
    void the_same_program_passes_and_nothing_happens() throws Exception {
        List<Entry> whole = recorded(this::order, "4711", "2");
        assertThat(Replay.check(whole, this::order)).isEmpty();
        assertThat(effects).hasValue(1);
    }

    @Test
    void the_same_program_passes_wherever_the_recording_ends() throws Exception {
        List<Entry> whole = recorded(this::order, "4711", "2");
        for (int length = 2; length < whole.size(); length++) {
            assertThat(Replay.check(whole.subList(0, length), this::order))
                    .as("the first %d entries", length)
                    .isEmpty();
        }
        assertThat(effects).hasValue(1);
    }

    @Test
    void another_step_one_too_few_and_one_too_many_are_named() throws Exception {
        List<Entry> whole = recorded(chat -> {
            chat.user("one");
            chat.notice("two");
        });
        assertThat(Replay.check(whole, Program.of(chat -> {
                    chat.user("one");
                    chat.user("two");
                })))
                .map(Diverged::getMessage)
                .hasValueSatisfying(text -> assertThat(text).contains("at entry 3", "Noticed", "Said 'user'"));
        assertThat(Replay.check(whole, Program.of(chat -> chat.user("one"))))
                .map(Diverged::getMessage)
                .hasValueSatisfying(text -> assertThat(text).contains("at entry 3", "Noticed", "it has ended"));
        assertThat(Replay.check(whole, Program.of(chat -> {
                    chat.user("one");
                    chat.notice("two");
                    chat.generate();
                })))
                .map(Diverged::getMessage)
                .hasValueSatisfying(
                        text -> assertThat(text).contains("at entry 4", "the end of the run", "Generating"));
        assertThat(Replay.check(whole, Program.of(chat -> {
                    chat.user("one");
                    chat.notice("two");
                    chat.ask("three?");
                })))
                .map(Diverged::getMessage)
                .hasValueSatisfying(text -> assertThat(text).contains("the end of the run", "a question"));
    }

    @Test
    void a_timer_that_is_still_to_come_is_not_waited_for() throws Exception {
        Instant later = Instant.now().plusSeconds(3600);
        List<Entry> asleep;
        try (Memory memory = Memory.heap();
                Runner runner = Runner.of(Fakes.model(), options -> options.memory(memory))) {
            Thread driver = Thread.currentThread();
            Thread.ofVirtual().start(() -> {
                while (memory.read("s").isEmpty()
                        || !(memory.read("s").getLast().body() instanceof Body.TimerSet)) {
                    Thread.onSpinWait();
                }
                driver.interrupt();
            });
            try {
                runner.run("s", chat -> chat.sleepUntil(later), Fakes.frontEnd());
            } catch (InterruptedException e) {
                // it sleeps
            }
            asleep = memory.read("s");
        }
        assertThat(Replay.check(asleep, Program.of(chat -> chat.sleepUntil(later))))
                .isEmpty();
    }
}
