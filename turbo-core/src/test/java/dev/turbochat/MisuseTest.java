package dev.turbochat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.turbochat.error.ProgramException;
import dev.turbochat.error.SessionException;
import dev.turbochat.memory.Memory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is refused by name, and leaves everything as usable as it was. */
@Timeout(60)
class MisuseTest {
    private final Fakes.FakeModel model = Fakes.model();
    private final Fakes.FakeFrontEnd frontEnd = Fakes.frontEnd();
    private final Memory memory = Memory.heap();
    private final Runner runner =
            Runner.of(model, options -> options.memory(memory).patience(Duration.ofMillis(100)));

    @AfterEach
    void close() {
        runner.close();
        memory.close();
    }

    @Test
    void a_step_after_the_end_is_refused() throws Exception {
        List<Chat> kept = new ArrayList<>();
        runner.run("s", kept::add, frontEnd);
        assertThatThrownBy(() -> kept.getFirst().user("hi"))
                .isInstanceOf(ProgramException.StepAfterEnd.class)
                .hasMessage("Step User was taken in session 's' after its run had ended;"
                        + " do not keep a Chat beyond its program.");
        int entries = memory.read("s").size();
        assertThatThrownBy(() -> kept.getFirst().aside(chat -> "x")).isInstanceOf(ProgramException.StepAfterEnd.class);
        assertThat(memory.read("s")).hasSize(entries);
    }

    @Test
    void a_step_from_a_foreign_thread_is_refused() throws Exception {
        AtomicReference<Throwable> refused = new AtomicReference<>();
        runner.run(
                "s",
                chat -> {
                    Thread.ofPlatform()
                            .name("helper")
                            .start(() -> refused.set(thrownBy(() -> chat.user("hi"))))
                            .join();
                    chat.user("mine");
                },
                frontEnd);
        assertThat(refused.get())
                .isInstanceOf(ProgramException.StepFromForeignThread.class)
                .hasMessage("Step User was taken in session 's' from thread 'helper'; take steps on the program's own"
                        + " thread, and let other threads hand it their results.");
    }

    @Test
    void a_step_inside_an_effect_is_refused_and_the_effect_fails() throws Exception {
        AtomicReference<Throwable> refused = new AtomicReference<>();
        runner.run(
                "s",
                chat -> {
                    assertThatThrownBy(() -> chat.effect("outer", () -> {
                                refused.set(thrownBy(() -> chat.say("hi")));
                                chat.effect("inner", () -> {});
                            }))
                            .isInstanceOf(ProgramException.EffectFailed.class)
                            .hasMessage("Effect 'outer' failed with"
                                    + " dev.turbochat.error.ProgramException$StepInsideEffect:"
                                    + " Step Effect was taken inside effect 'outer' of session 's';"
                                    + " return a value from the effect and take the step after it.");
                    chat.say("still here");
                },
                frontEnd);
        assertThat(refused.get())
                .isInstanceOf(ProgramException.StepInsideEffect.class)
                .hasMessage("Step Assistant was taken inside effect 'outer' of session 's';"
                        + " return a value from the effect and take the step after it.");
        assertThat(frontEnd.shown()).containsExactly("effect outer", "said still here", "done null");
    }

    private static Throwable thrownBy(Runnable work) {
        try {
            work.run();
        } catch (Throwable t) {
            return t;
        }
        return new AssertionError("Nothing was thrown.");
    }

    @Test
    void a_second_driver_is_refused_within_its_patience_on_the_same_thread() throws Exception {
        String here = "thread '" + Thread.currentThread().getName() + "' of process "
                + ProcessHandle.current().pid();
        try (Session<String> first = runner.open("s", chat -> chat.ask("Name?"))) {
            first.next();
            assertThatThrownBy(() -> runner.run("s", chat -> chat.say("mine"), frontEnd))
                    .isInstanceOfSatisfying(
                            SessionException.SessionBusy.class,
                            busy -> assertThat(busy.owner()).isEqualTo(here))
                    .hasMessage("Session 's' is being driven by " + here
                            + ", which did not let go within 100 ms; close that one, or try again later.");
            assertThat(first.reply("Ada")).isInstanceOf(Turn.Finished.class);
        }
    }

    @Test
    void a_second_driver_is_refused_on_another_thread_and_from_inside_the_program() throws Exception {
        try (Session<String> first = runner.open("s", chat -> chat.ask("Name?"))) {
            first.next();
            CompletableFuture<Throwable> refused = new CompletableFuture<>();
            Thread.ofVirtual().start(() -> {
                try {
                    runner.open("s", chat -> "mine").close();
                } catch (Throwable t) {
                    refused.complete(t);
                }
            });
            assertThat(refused.get()).isInstanceOf(SessionException.SessionBusy.class);
        }
        runner.run(
                "t",
                chat -> assertThatThrownBy(() -> runner.run("t", inner -> inner.say("mine"), frontEnd))
                        .isInstanceOf(SessionException.SessionBusy.class),
                frontEnd);
    }

    @Test
    void a_second_driver_that_is_patient_enough_gets_the_session_when_the_first_lets_go() throws Exception {
        try (Runner patient = Runner.of(model, options -> options.memory(memory).patience(Duration.ofSeconds(30)))) {
            Session<String> first = runner.open("s", chat -> chat.ask("Name?"));
            first.next();
            CountDownLatch started = new CountDownLatch(1);
            CompletableFuture<Turn<String>> second = new CompletableFuture<>();
            Thread driver = Thread.ofVirtual().start(() -> {
                started.countDown();
                try (Session<String> session = patient.open("s", chat -> chat.ask("Name?"))) {
                    second.complete(session.next());
                } catch (Throwable t) {
                    second.completeExceptionally(t);
                }
            });
            started.await();
            Awaitility.await().until(() -> driver.getState() == Thread.State.TIMED_WAITING);
            assertThat(second).isNotDone();
            first.close();
            assertThat(second.get()).isInstanceOf(Turn.AwaitingInput.class);
        }
    }

    @Test
    void waiting_for_a_session_can_be_interrupted() throws Exception {
        try (Session<String> first = runner.open("s", chat -> chat.ask("Name?"))) {
            first.next();
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> runner.open("s", chat -> "mine")).isInstanceOf(InterruptedException.class);
            assertThat(first.reply("Ada")).isInstanceOf(Turn.Finished.class);
        }
    }

    @Test
    void an_id_that_cannot_be_one_is_refused() {
        assertThatThrownBy(() -> runner.run("", Chat::generate, frontEnd))
                .isInstanceOf(SessionException.BadSessionId.class)
                .hasMessage("A session id was refused: it is empty; use 1 to 128 bytes of well-formed text.");
        assertThatThrownBy(() -> runner.run("\u00e9".repeat(65), Chat::generate, frontEnd))
                .hasMessage("A session id was refused: it has 130 bytes; use 1 to 128 bytes of well-formed text.");
        assertThatThrownBy(() -> runner.run("a\uD83D", Chat::generate, frontEnd))
                .hasMessage("A session id was refused: it holds half a character (a lone surrogate);"
                        + " use 1 to 128 bytes of well-formed text.");
    }

    @Test
    void a_context_that_json_cannot_hold_leaves_the_session_free() throws Exception {
        List<Object> self = new ArrayList<>();
        self.add(self);
        assertThatThrownBy(() -> runner.run("s", chat -> {}, frontEnd, start -> start.context(self)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("The context of session 's' cannot be held as JSON");
        runner.run("s", chat -> chat.say("mine"), frontEnd);
    }
}
