package dev.turbochat;

import static dev.turbochat.Fakes.lines;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.turbochat.error.ProgramException;
import dev.turbochat.error.SessionException;
import dev.turbochat.memory.Memory;
import dev.turbochat.step.Input;
import dev.turbochat.step.Message;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A run that is stepped from outside. */
@org.junit.jupiter.api.Timeout(60)
class PullTest {
    private final Fakes.FakeModel model = Fakes.model("one", "two", "three");
    private final Runner runner = Runner.of(model);

    @AfterEach
    void close() {
        runner.close();
    }

    private <R> Session<R> open(Program<R> program) throws InterruptedException {
        return runner.open("s", program);
    }

    private Session<@Nullable Void> openRoutine(Routine routine) throws InterruptedException {
        return runner.open("s", Program.of(routine));
    }

    private static void asks(Turn<?> turn, String prompt, List<String> said, List<String> notices) {
        assertThat(turn)
                .isInstanceOfSatisfying(
                        Turn.AwaitingInput.class,
                        waiting -> assertThat(waiting.prompt()).isEqualTo(prompt));
        assertThat(turn.said().stream().map(Message::text)).containsExactlyElementsOf(said);
        assertThat(turn.notices()).containsExactlyElementsOf(notices);
    }

    private static void ends(Turn<?> turn, Object result, List<String> said, List<String> notices) {
        assertThat(turn)
                .isInstanceOfSatisfying(
                        Turn.Finished.class,
                        finished -> assertThat(finished.result()).isEqualTo(result));
        assertThat(turn.said().stream().map(Message::text)).containsExactlyElementsOf(said);
        assertThat(turn.notices()).containsExactlyElementsOf(notices);
    }

    @Test
    void each_turn_holds_all_that_was_said_since_the_one_before() throws Exception {
        try (Session<String> session = open(chat -> {
            chat.notice("welcome");
            chat.say("hello");
            chat.generate();
            chat.hear("Well?");
            chat.generate();
            chat.hear();
            chat.say("bye");
            chat.notice("over");
            return "result";
        })) {
            assertThat(session.id()).isEqualTo("s");
            asks(session.next(), "Well?", List.of("hello", "one"), List.of("welcome"));
            asks(session.reply("fine"), "", List.of("two"), List.of());
            ends(session.reply("go"), "result", List.of("bye"), List.of("over"));
        }
        assertThat(model.asked()).containsExactly("assistant: hello", "assistant: one", "user: fine");
    }

    @Test
    void the_last_words_before_the_end_are_not_lost_without_any_question() throws Exception {
        try (Session<String> session = open(chat -> {
            chat.say("bye");
            return "result";
        })) {
            ends(session.next(), "result", List.of("bye"), List.of());
        }
    }

    @Test
    void next_gives_a_question_again_that_is_not_answered_yet() throws Exception {
        try (Session<String> session = open(chat -> {
            chat.say("hello");
            return chat.ask("Name?") + chat.ask("Town?");
        })) {
            asks(session.next(), "Name?", List.of("hello"), List.of());
            asks(session.next(), "Name?", List.of(), List.of());
            asks(session.reply("Ada"), "Town?", List.of(), List.of());
            ends(session.reply("Rome"), "AdaRome", List.of(), List.of());
        }
    }

    @Test
    void a_refused_answer_is_told_in_the_notices_of_the_next_turn() throws Exception {
        try (Session<Integer> session = open(chat -> chat.ask("Age?", Integer.class))) {
            session.next();
            Turn<Integer> turn = session.reply("old");
            asks(turn, "Age?", List.of(), List.of("Please answer with a whole number, such as 42."));
            assertThat(turn)
                    .isInstanceOfSatisfying(
                            Turn.AwaitingInput.class,
                            waiting -> assertThat(waiting.question().again()).isTrue());
            ends(session.reply("42"), 42, List.of(), List.of());
        }
    }

    @Test
    void nothing_runs_before_next() throws Exception {
        AtomicReference<String> ran = new AtomicReference<>("");
        try (Session<@Nullable Void> session = openRoutine(chat -> ran.set("yes"))) {
            assertThat(session.id()).isEqualTo("s");
        }
        assertThat(ran.get()).isEmpty();
    }

    @Test
    void a_whole_input_can_be_given() throws Exception {
        Input input = Input.text("hi").author("ada").id("7");
        try (Session<Input> session = open(chat -> chat.listen("?"))) {
            session.next();
            ends(session.reply(input), input, List.of(), List.of());
        }
    }

    @Test
    void input_before_next_is_refused() throws Exception {
        try (Session<String> session = open(chat -> chat.ask("Name?"))) {
            assertThatThrownBy(() -> session.reply("early"))
                    .isInstanceOf(SessionException.NotAsking.class)
                    .hasMessage("Session 's' was given input while no program is asking; call next() first.");
            session.next();
            ends(session.reply("Ada"), "Ada", List.of(), List.of());
        }
    }

    @Test
    void input_after_the_end_is_refused() throws Exception {
        try (Session<String> session = open(chat -> "done")) {
            session.next();
            assertThatThrownBy(() -> session.reply("late"))
                    .isInstanceOf(SessionException.RunFinished.class)
                    .hasMessage("Session 's' was driven on after its run ended; open it again to start a new run.");
            assertThatThrownBy(session::next).isInstanceOf(SessionException.RunFinished.class);
        }
    }

    @Test
    void a_closed_driver_is_refused() throws Exception {
        Session<String> session = open(chat -> chat.ask("Name?"));
        session.next();
        session.close();
        session.close();
        assertThatThrownBy(session::next)
                .isInstanceOf(SessionException.SessionClosed.class)
                .hasMessage("Session 's' was used after this driver of it was closed; open it again.");
        assertThatThrownBy(() -> session.reply("late")).isInstanceOf(SessionException.SessionClosed.class);
    }

    @Test
    void empty_input_is_refused_and_the_run_stays_usable() throws Exception {
        try (Session<String> session = open(chat -> chat.ask("Name?"))) {
            session.next();
            assertThatThrownBy(() -> session.reply(" "))
                    .isInstanceOf(SessionException.EmptyInput.class)
                    .hasMessage("Session 's' was given empty input where text is needed; send some text or a picture.");
            asks(session.next(), "Name?", List.of(), List.of());
            ends(session.reply("Ada"), "Ada", List.of(), List.of());
        }
    }

    @Test
    void an_empty_secret_is_taken() throws Exception {
        try (Session<String> session = open(chat -> chat.askSecret("Key?"))) {
            assertThat(session.next())
                    .isInstanceOfSatisfying(
                            Turn.AwaitingInput.class,
                            waiting -> assertThat(waiting.question().secret()).isTrue());
            ends(session.reply(""), "", List.of(), List.of());
        }
    }

    @Test
    void what_the_program_throws_is_the_cause() throws Exception {
        IOException checked = new IOException("disk");
        assertFails(checked, "The program of session 's' failed: java.io.IOException: disk; the cause says where.");
        IllegalStateException unchecked = new IllegalStateException("oven");
        assertFails(
                unchecked,
                "The program of session 's' failed: java.lang.IllegalStateException: oven; the cause says where.");
        AssertionError error = new AssertionError("bug");
        assertFails(error, "The program of session 's' failed: java.lang.AssertionError: bug; the cause says where.");
    }

    private void assertFails(Throwable thrown, String message) throws InterruptedException {
        try (Session<String> session = open(chat -> {
            chat.ask("Name?");
            throw Sneaky.rethrow(thrown);
        })) {
            session.next();
            assertThatThrownBy(() -> session.reply("Ada"))
                    .isInstanceOf(ProgramException.ProgramFailed.class)
                    .hasMessage(message)
                    .cause()
                    .isSameAs(thrown);
            assertThatThrownBy(session::next).isInstanceOf(SessionException.RunFinished.class);
        }
    }

    @Test
    void closing_lets_an_unfinished_run_sleep_and_opening_it_again_gives_the_same_question() throws Exception {
        try (Memory memory = Memory.heap();
                Runner keeping = Runner.of(model, options -> options.memory(memory))) {
            Program<String> program = chat -> {
                chat.say("hello");
                String name = chat.ask("Name?");
                chat.notice("thanks");
                return name + chat.ask("Town?");
            };
            try (Session<String> session = keeping.open("s", program)) {
                session.next();
                session.reply("Ada");
            }
            try (Session<String> session = keeping.open("s", program)) {
                asks(session.next(), "Town?", List.of(), List.of());
                ends(session.reply("Rome"), "AdaRome", List.of(), List.of());
            }
            assertThat(lines(memory.read("s").stream()
                            .filter(entry -> entry.body() instanceof dev.turbochat.memory.Body.Said)
                            .map(entry -> ((dev.turbochat.memory.Body.Said) entry.body()).message())
                            .toList()))
                    .containsExactly("assistant: hello");
        }
    }

    @Test
    void a_session_that_its_runner_closed_says_so_instead_of_waiting_for_ever() throws Exception {
        Session<String> asking = open(chat -> chat.ask("Name?"));
        asking.next();
        Session<String> fresh = runner.open("fresh", chat -> chat.ask("Name?"));
        runner.close();
        assertThatThrownBy(() -> asking.reply("Ada"))
                .isInstanceOf(SessionException.SessionClosed.class)
                .hasMessage("Session 's' was used after this driver of it was closed; open it again.");
        assertThatThrownBy(fresh::next).isInstanceOf(SessionException.SessionClosed.class);
        asking.close();
        fresh.close();
    }
}
