package dev.turbochat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.turbochat.error.ProgramException.Diverged;
import dev.turbochat.error.SessionException;
import dev.turbochat.memory.Memory;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A divergence names the line of the program, and the program, not lines of turbo's own. */
@Timeout(60)
class DivergedLineTest {
    private final Memory memory = Memory.heap();
    private int line;

    private Diverged diverges(Routine changed) {
        try (Runner runner = Runner.of(Fakes.model(), options -> options.memory(memory))) {
            return catchThrowableOfType(Diverged.class, () -> runner.run("s", changed, Fakes.frontEnd("two")));
        }
    }

    @BeforeEach
    void begin() {
        try (Runner runner = Runner.of(Fakes.model(), options -> options.memory(memory))) {
            assertThatThrownBy(() -> runner.run(
                            "s",
                            chat -> {
                                chat.notice("first");
                                chat.ask("?");
                            },
                            Fakes.frontEnd(),
                            start -> start.program("book", 1)))
                    .isInstanceOf(SessionException.SessionAsleep.class);
        }
    }

    /** The line in which this is called. */
    private int here() {
        return new Throwable().getStackTrace()[1].getLineNumber();
    }

    private void isNamed(Diverged diverged) {
        assertThat(diverged.difference().attempted()).endsWith(" at DivergedLineTest.java:" + line);
    }

    @Test
    void of_a_lambda() {
        isNamed(diverges(chat -> {
            line = here() + 1;
            chat.say("other");
        }));
    }

    @Test
    void of_a_method_and_of_methods_of_a_chat_that_consist_of_several_steps() {
        isNamed(diverges(this::composed));
    }

    private void composed(Chat chat) {
        line = here() + 1;
        chat.hear("Other?");
    }

    @Test
    void of_a_piece_in_an_aside() {
        isNamed(diverges(chat -> chat.aside(aside -> {
            line = here() + 1;
            return aside.ask("Other?", Integer.class);
        })));
    }

    @Test
    void of_a_stream_that_is_given_a_method_of_the_chat() {
        isNamed(diverges(chat -> {
            line = here() + 1;
            List.of("other").forEach(chat::say);
        }));
    }

    @Test
    void of_a_step_that_is_emitted_by_a_chat_of_the_users_own() {
        interface Loud extends Chat {
            default void shout(String text) {
                say(text.toUpperCase(java.util.Locale.ROOT));
            }
        }
        Diverged diverged = diverges(chat -> {
            Loud loud = chat::emit;
            loud.shout("other");
        });
        assertThat(diverged.difference().attempted()).matches("says 'OTHER' at DivergedLineTest.java:" + (here() - 7));
    }

    @Test
    void of_an_exception_that_came_too_early_though_turbo_threw_it() {
        isNamed(diverges(chat -> {
            line = here() + 1;
            chat.context(String.class);
        }));
    }

    @Test
    void the_versions_are_named_where_they_differ() throws Exception {
        try (Runner runner = Runner.of(Fakes.model(), options -> options.memory(memory))) {
            Routine changed = chat -> chat.say("other");
            assertThatThrownBy(() -> runner.run("s", changed, Fakes.frontEnd(), start -> start.program("book", 2)))
                    .isInstanceOf(Diverged.class)
                    .hasMessageContaining(
                            "Run the version that wrote it ('book' version 1; this is version 2), keep both behind");
            assertThatThrownBy(() -> runner.run("s", changed, Fakes.frontEnd(), start -> start.program("book", 1)))
                    .isInstanceOf(Diverged.class)
                    .hasMessageContaining("Run the version that wrote it, keep both behind");
        }
    }

    @Test
    void another_program_is_refused_by_name() throws Exception {
        try (Runner runner = Runner.of(Fakes.model(), options -> options.memory(memory))) {
            assertThatThrownBy(() -> runner.run("s", chat -> {}, Fakes.frontEnd(), start -> start.program("pizza", 3)))
                    .isInstanceOf(Diverged.class)
                    .hasMessage("Session 's' cannot go on: at entry 1 your program was 'book' version 1, and now it is"
                            + " 'pizza' version 3; what differs is the name of the program. Run the version that wrote"
                            + " it, keep both behind chat.version(...), fork or rewind with 'turbo sessions', or go on"
                            + " with the messages only (--messages-only, Start.messagesOnly()); check with 'turbo"
                            + " replay'.");
            runner.run(
                    "s",
                    chat -> {
                        chat.notice("first");
                        chat.ask("?");
                    },
                    Fakes.frontEnd("two"),
                    start -> start.program("book", 1));
        }
    }
}
