package dev.turbochat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.turbochat.error.ProgramException;
import dev.turbochat.error.ProgramException.Diverged;
import dev.turbochat.memory.Entry;
import dev.turbochat.step.Input;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A program that is not the one that wrote the journal: it is stopped by name, and nothing is changed. */
@Timeout(60)
class DivergenceTest extends DivergenceFixture {
    @Test
    void an_early_exception_is_there_to_be_read() {
        record();
        IllegalStateException bug = new IllegalStateException("new bug");
        assertThatThrownBy(() -> run(chat -> {
                    throw bug;
                }))
                .hasSuppressedException(bug);
    }

    @Test
    void it_cannot_be_caught() throws Exception {
        record();
        AtomicBoolean caught = new AtomicBoolean();
        diverges(
                "2 your program said 'hello', and now it adds user 'other' at HERE;"
                        + " what differs is the kind of step",
                chat -> {
                    try {
                        chat.user("other");
                    } catch (Exception e) {
                        caught.set(true);
                    } finally {
                        chat.say("in the finally block");
                    }
                });
        assertThat(caught).isFalse();
    }

    @Test
    void it_cannot_be_swallowed_either() throws Exception {
        record();
        Routine swallowing = chat -> {
            for (int i = 0; i < 3; i++) {
                try {
                    chat.user("other");
                } catch (Throwable t) {
                    assertThat(t).isInstanceOf(Error.class);
                }
            }
        };
        diverges(
                "2 your program said 'hello', and now it adds user 'other' at HERE;"
                        + " what differs is the kind of step",
                swallowing);
    }

    @Test
    void it_is_told_even_if_the_program_goes_on_for_ever() throws Exception {
        record();
        diverges(
                "2 your program said 'hello', and now it adds user 'other' at HERE;"
                        + " what differs is the kind of step",
                chat -> {
                    while (true) {
                        try {
                            chat.user("other");
                        } catch (Throwable t) {
                            assertThat(t).isInstanceOf(Error.class);
                        }
                    }
                });
    }

    @Test
    void in_pull_it_is_the_cause() throws Exception {
        record();
        try (Runner runner = Runner.of(model, options -> options.memory(memory));
                Session<String> session = runner.open("s", chat -> chat.ask("Other?"))) {
            assertThatThrownBy(session::next)
                    .isInstanceOf(ProgramException.ProgramFailed.class)
                    .hasCauseInstanceOf(Diverged.class);
        }
    }

    @Test
    void the_original_still_carries_on_after_a_divergence() throws Exception {
        record();
        assertThatThrownBy(() -> run(chat -> chat.user("other"))).isInstanceOf(Diverged.class);
        run(this::original);
        assertThat(model.calls()).isEqualTo(1);
        assertThat(effects).hasValue(1);
    }

    @Test
    void a_copy_of_the_part_that_fits_goes_on_with_the_changed_program() throws Exception {
        record();
        Routine changed = chat -> {
            chat.say("hello");
            chat.hear("Name?");
            chat.generate();
            chat.effect("cancel", () -> {});
        };
        Diverged diverged = catchThrowableOfType(Diverged.class, () -> run(changed));
        List<Entry> fitting = memory.read("s").subList(0, Math.toIntExact(diverged.seq()));
        dev.turbochat.memory.Journal.create(memory, "copy", fitting);
        try (Runner runner = Runner.of(model, options -> options.memory(memory))) {
            runner.run("copy", changed, frontEnd);
        }
        assertThat(model.calls()).isEqualTo(1);
        assertThat(memory.read("copy")).hasSize(10);
    }

    @Test
    void the_same_steps_written_elsewhere_are_the_same_program() throws Exception {
        record();
        Routine elsewhere = new Routine() {
            @Override
            public void run(Chat chat) {
                List.of("hello").forEach(chat::say);
                String question = "Name?";
                Input name = chat.listen(question);
                chat.emit(name.message());
                rest(chat);
            }

            private void rest(Chat chat) {
                chat.generate(how -> how);
                chat.effect("book", String.class, this::toString);
                chat.hear("And?");
            }
        };
        run(elsewhere);
        assertThat(effects).hasValue(1);
    }
}
