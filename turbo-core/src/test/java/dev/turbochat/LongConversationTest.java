package dev.turbochat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.turbochat.error.SessionException;
import dev.turbochat.memory.Memory;
import dev.turbochat.model.Completion;
import dev.turbochat.model.Model;
import dev.turbochat.step.Input;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Ten thousand messages: what grows with their square would not come to an end here. */
@Timeout(60)
class LongConversationTest {
    private static final int TURNS = 5_000;

    private final AtomicLong heard = new AtomicLong();
    private final AtomicLong called = new AtomicLong();
    private final Model model = (prompt, listener) -> {
        called.incrementAndGet();
        listener.text("ok");
        return Completion.of("ok", "fake");
    };

    /** Answers so many times in all. */
    private FrontEnd answering(int times) {
        heard.set(0);
        return question -> heard.incrementAndGet() > times ? Optional.empty() : Optional.of(Input.text("go on"));
    }

    private static void talk(Chat chat) {
        chat.system("Be brief.");
        while (true) {
            chat.hear();
            chat.generate();
        }
    }

    @Test
    void on_the_heap_and_carried_on() throws Exception {
        try (Memory memory = Memory.heap();
                Runner runner = Runner.of(model, options -> options.memory(memory))) {
            assertThatThrownBy(() -> runner.run("s", LongConversationTest::talk, answering(TURNS)))
                    .isInstanceOf(SessionException.SessionAsleep.class);
            for (int i = 0; i < 10; i++) {
                assertThatThrownBy(() -> runner.run("s", LongConversationTest::talk, answering(0)))
                        .isInstanceOf(SessionException.SessionAsleep.class);
            }
            assertThat(called).as("no answer is generated again").hasValue(TURNS);
            assertThat(memory.read("s")).hasSize(3 + 4 * TURNS);
        }
    }

    @Test
    void in_a_file_and_carried_on(@TempDir Path folder) throws Exception {
        try (Memory memory = dev.turbochat.memory.Memories.open("file:" + folder + "?durability=memory");
                Runner runner = Runner.of(model, options -> options.memory(memory))) {
            assertThatThrownBy(() -> runner.run("s", LongConversationTest::talk, answering(TURNS)))
                    .isInstanceOf(SessionException.SessionAsleep.class);
            assertThatThrownBy(() -> runner.run("s", LongConversationTest::talk, answering(0)))
                    .isInstanceOf(SessionException.SessionAsleep.class);
            assertThat(called).hasValue(TURNS);
        }
    }

    @Test
    void messages_that_are_only_emitted() throws Exception {
        try (Runner runner = Runner.of(model)) {
            int size = runner.<Integer>call(
                    "s",
                    chat -> {
                        for (int i = 0; i < 100_000; i++) {
                            chat.user("line " + i);
                            chat.system("instruction " + i % 1000);
                        }
                        return chat.messages().size();
                    },
                    answering(0));
            assertThat(size).isEqualTo(101_000);
        }
    }

    @Test
    void runs_one_after_another() throws Exception {
        try (Runner runner = Runner.of(model)) {
            for (int i = 0; i < 2_000; i++) {
                runner.run("s", chat -> chat.user("hi"), answering(0));
            }
            runner.run("s", chat -> assertThat(chat.messages()).hasSize(2_000), answering(0));
        }
    }
}
