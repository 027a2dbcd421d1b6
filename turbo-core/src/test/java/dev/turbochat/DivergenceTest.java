package dev.turbochat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.turbochat.error.ProgramException;
import dev.turbochat.error.SessionException;
import dev.turbochat.memory.Entry;
import dev.turbochat.memory.Memory;
import dev.turbochat.step.Input;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A program that is not the one that wrote the journal: it is stopped by name, and nothing is changed. */
@Timeout(60)
class DivergenceTest {
    private final Fakes.FakeModel model = Fakes.model("one");
    private final Fakes.FakeFrontEnd frontEnd = Fakes.frontEnd("Ada");
    private final Memory memory = Memory.heap();

    @AfterEach
    void close() {
        memory.close();
    }

    private void run(Routine routine) throws InterruptedException {
        try (Runner runner = Runner.of(model, options -> options.memory(memory))) {
            runner.run("s", routine, frontEnd);
        }
    }

    /** Entries: 0 header, 1 start, 2 said, 3 input, 4 user, 5 generating, 6 generated, 7 effect, 8 its value. */
    private void record() {
        assertThatThrownBy(() -> run(DivergenceTest::original)).isInstanceOf(SessionException.SessionAsleep.class);
        assertThat(memory.read("s")).hasSize(9);
        frontEnd.answers.add(Input.text("more"));
    }

    private static void original(Chat chat) {
        chat.say("hello");
        chat.hear("Name?");
        chat.generate();
        chat.effect("book", String.class, () -> "booked");
        chat.hear("And?");
    }

    private void diverges(String where, Routine changed) throws InterruptedException {
        List<Entry> before = memory.read("s");
        int calls = model.calls();
        assertThatThrownBy(() -> run(changed))
                .isInstanceOf(ProgramException.Diverged.class)
                .hasMessage("Session 's' cannot go on: at " + where
                        + "; run the version that wrote it, or start a new session.");
        assertThat(memory.read("s")).isEqualTo(before);
        assertThat(model.calls()).isEqualTo(calls);
    }

    @Test
    void a_step_that_was_put_in() throws Exception {
        record();
        diverges("entry 2 its journal holds Said 'assistant', and the program now takes Said 'system'", chat -> {
            chat.system("Be brief.");
            original(chat);
        });
    }

    @Test
    void a_step_that_was_taken_out() throws Exception {
        record();
        diverges("entry 2 its journal holds Said 'assistant', and the program now takes Answered", chat -> {
            chat.hear("Name?");
            chat.generate();
        });
    }

    @Test
    void another_effect() throws Exception {
        record();
        diverges("entry 7 its journal holds Acting 'book', and the program now takes Acting 'cancel'", chat -> {
            chat.say("hello");
            chat.hear("Name?");
            chat.generate();
            chat.effect("cancel", String.class, () -> "cancelled");
        });
    }

    @Test
    void a_generation_in_place_of_an_effect_never_calls_the_model() throws Exception {
        record();
        diverges("entry 7 its journal holds Acting 'book', and the program now takes Generating", chat -> {
            chat.say("hello");
            chat.hear("Name?");
            chat.generate();
            chat.generate();
        });
    }

    @Test
    void steps_that_went_into_an_aside() throws Exception {
        record();
        diverges(
                "entry 2 its journal holds Said 'assistant', and the program now takes Said 'assistant' in aside 1",
                chat -> chat.aside(aside -> {
                    aside.say("hello");
                    return aside.hear("Name?");
                }));
    }

    @Test
    void an_early_end() throws Exception {
        record();
        diverges(
                "entry 3 its journal holds Answered, and the program now takes no step: it has ended",
                chat -> chat.say("hello"));
    }

    @Test
    void an_early_exception() throws Exception {
        record();
        diverges(
                "entry 3 its journal holds Answered, and the program now takes no step:"
                        + " it has thrown java.lang.IllegalStateException: new bug",
                chat -> {
                    chat.say("hello");
                    throw new IllegalStateException("new bug");
                });
    }

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
    void a_typed_question_in_place_of_an_untyped_one() throws Exception {
        record();
        diverges(
                "entry 3 its journal holds Answered, and the program now takes Answered with a value of type java.lang.Integer",
                chat -> {
                    chat.say("hello");
                    chat.ask("Name?", Integer.class);
                });
    }

    @Test
    void a_typed_question_of_another_type() throws Exception {
        assertThatThrownBy(() -> run(chat -> {
                    chat.ask("Name?", String.class);
                    chat.hear();
                }))
                .isInstanceOf(SessionException.SessionAsleep.class);
        diverges(
                "entry 2 its journal holds Answered, and the program now takes Answered with a value of type java.lang.Integer",
                chat -> chat.ask("Name?", Integer.class));
    }

    @Test
    void an_effect_of_another_type() throws Exception {
        record();
        diverges(
                "entry 8 its journal holds Acted 'book', and the program now takes Acted 'book' with a value of type java.lang.Integer",
                chat -> {
                    chat.say("hello");
                    chat.hear("Name?");
                    chat.generate();
                    chat.effect("book", Integer.class, () -> 1);
                });
    }

    @Test
    void it_cannot_be_caught() throws Exception {
        record();
        AtomicBoolean caught = new AtomicBoolean();
        diverges("entry 2 its journal holds Said 'assistant', and the program now takes Said 'user'", chat -> {
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
        diverges("entry 2 its journal holds Said 'assistant', and the program now takes Said 'user'", chat -> {
            for (int i = 0; i < 3; i++) {
                try {
                    chat.user("other");
                } catch (Throwable t) {
                    assertThat(t).isInstanceOf(Error.class);
                }
            }
        });
    }

    @Test
    void it_is_told_even_if_the_program_goes_on_for_ever() throws Exception {
        record();
        diverges("entry 2 its journal holds Said 'assistant', and the program now takes Said 'user'", chat -> {
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
                    .hasCauseInstanceOf(ProgramException.Diverged.class);
        }
    }

    @Test
    void an_edited_text_is_none_and_the_recorded_one_stands() throws Exception {
        record();
        run(chat -> {
            assertThat(chat.emit(new dev.turbochat.step.Message.Assistant("edited"))
                            .text())
                    .isEqualTo("hello");
            chat.hear("Your name, please?");
            chat.generate();
            chat.effect("book", String.class, () -> "booked");
            chat.hear("And?");
            assertThat(Fakes.lines(chat.messages())).startsWith("assistant: hello");
        });
    }

    @Test
    void another_named_program_is_refused() throws Exception {
        try (Runner runner = Runner.of(model, options -> options.memory(memory))) {
            assertThatThrownBy(() ->
                            runner.run("s", DivergenceTest::original, frontEnd, start -> start.program("book", 1)))
                    .isInstanceOf(SessionException.SessionAsleep.class);
            assertThatThrownBy(() ->
                            runner.run("s", DivergenceTest::original, frontEnd, start -> start.program("pizza", 1)))
                    .isInstanceOf(ProgramException.Diverged.class)
                    .hasMessage("Session 's' cannot go on: at entry 1 its journal holds a run of program 'book', and"
                            + " the program now takes the part of program 'pizza'; run the version that wrote it, or"
                            + " start a new session.");
            frontEnd.answers.add(Input.text("more"));
            runner.run("s", DivergenceTest::original, frontEnd, start -> start.program("book", 1));
        }
    }

    @Test
    void the_original_still_carries_on_after_a_divergence() throws Exception {
        record();
        assertThatThrownBy(() -> run(chat -> chat.user("other"))).isInstanceOf(ProgramException.Diverged.class);
        run(DivergenceTest::original);
        assertThat(model.calls()).isEqualTo(1);
    }
}
