package dev.turbochat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.turbochat.error.ProgramException.Diverged;
import dev.turbochat.error.SessionException;
import dev.turbochat.memory.EntryCodec;
import dev.turbochat.memory.Memory;
import dev.turbochat.step.Input;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;

/** A recorded conversation, and how a program that does not fit it is refused. */
abstract class DivergenceFixture {
    private static final String WAYS_OUT = "Run the version that wrote it, keep both behind chat.version(...), fork or"
            + " rewind with 'turbo sessions', or go on with the messages only (--messages-only,"
            + " Start.messagesOnly()); check with 'turbo replay'.";

    final Fakes.FakeModel model = Fakes.model("one");
    final Fakes.FakeFrontEnd frontEnd = Fakes.frontEnd("Ada");
    final Memory memory = Memory.heap();
    final AtomicInteger effects = new AtomicInteger();

    @AfterEach
    void close() {
        memory.close();
    }

    void run(Routine routine) throws InterruptedException {
        try (Runner runner = Runner.of(model, options -> options.memory(memory))) {
            runner.run("s", routine, frontEnd);
        }
    }

    void recordUntilItSleeps(Routine routine) {
        assertThatThrownBy(() -> run(routine)).isInstanceOf(SessionException.SessionAsleep.class);
        frontEnd.answers.add(Input.text("more"));
    }

    /** Entries: 0 header, 1 start, 2 said, 3 input, 4 user, 5 generating, 6 generated, 7 effect, 8 its value. */
    void record() {
        recordUntilItSleeps(this::original);
        assertThat(memory.read("s")).hasSize(9);
    }

    void original(Chat chat) {
        chat.say("hello");
        chat.hear("Name?");
        chat.generate();
        chat.effect("book", String.class, () -> "booked " + effects.incrementAndGet());
        chat.hear("And?");
    }

    private List<byte[]> stored() {
        return memory.read("s").stream().map(EntryCodec::encode).toList();
    }

    /** It is refused in these words, twice; the journal stays as it is, and nothing is done. */
    void diverges(String words, Routine changed) throws InterruptedException {
        List<byte[]> before = stored();
        int calls = model.calls();
        int acted = effects.get();
        for (int times = 1; times <= 2; times++) {
            Diverged diverged = catchThrowableOfType(Diverged.class, () -> run(changed));
            assertThat(diverged.getMessage().replaceAll("Diverg\\w*Test.java:\\d+", "HERE"))
                    .isEqualTo("Session 's' cannot go on: at entry " + words + ". " + WAYS_OUT);
            assertThat(diverged.getMessage()).hasSizeLessThan(450);
        }
        assertThat(stored()).usingRecursiveComparison().isEqualTo(before);
        assertThat(model.calls()).isEqualTo(calls);
        assertThat(effects).hasValue(acted);
    }
}
