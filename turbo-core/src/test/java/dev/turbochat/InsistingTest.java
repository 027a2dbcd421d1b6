package dev.turbochat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.turbochat.error.ProgramException;
import dev.turbochat.error.SessionException;
import dev.turbochat.memory.Body;
import dev.turbochat.memory.Memory;
import dev.turbochat.model.Completion;
import dev.turbochat.step.Input;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Programs, models and drivers that go on, and runners that are closed meanwhile. */
@Timeout(60)
class InsistingTest extends ClosingFixture {
    @Test
    void a_program_that_catches_everything_and_goes_on_is_given_up_in_push() throws Exception {
        parked = 1;
        AtomicInteger refusals = new AtomicInteger();
        assertThatThrownBy(() -> runner.run(
                        name,
                        chat -> {
                            while (true) {
                                try {
                                    chat.hear();
                                } catch (Throwable t) {
                                    refusals.incrementAndGet();
                                }
                            }
                        },
                        Fakes.frontEnd("hi")))
                .isInstanceOf(ProgramException.ProgramStuck.class)
                .hasMessageStartingWith("The program of session '" + name + "' did not stop within ")
                .hasMessageContaining(" ms of being closed; let it end when it is interrupted. It is at:\n")
                .hasMessageContaining("InsistingTest");
        assertThat(refusals).hasValue(100);
        assertThat(memory.read(name)).noneMatch(entry -> entry.body() instanceof Body.RunEnded);
        try (Session<String> next =
                runner.open(name, chat -> chat.hear().text() + chat.hear().text())) {
            next.next();
            assertThat(next.reply("Ada")).isInstanceOf(Turn.Finished.class);
        }
        assertThat(refusals).as("it has been parked").hasValue(100);
    }

    @Test
    void a_program_that_catches_everything_and_goes_on_is_given_up_in_pull() throws Exception {
        parked = 1;
        Session<@Nullable Void> session = runner.open(name, Program.of(this::insist));
        session.next();
        long before = System.nanoTime();
        assertThatThrownBy(session::close)
                .isInstanceOf(ProgramException.ProgramStuck.class)
                .hasMessageContaining("ClosingFixture.insist");
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(WITHIN.multipliedBy(10));
    }

    @Test
    void a_model_that_ignores_the_interrupt_and_streams_on_is_ended_at_its_next_word() throws Exception {
        List<String> shown = new ArrayList<>();
        model.then((prompt, listener) -> {
            while (true) {
                listener.text("word ");
                inside.countDown();
                LockSupport.parkNanos(1_000_000);
            }
        });
        sleeps(closedUnder(chat -> {
            try {
                chat.generate();
            } finally {
                shown.add("unwound");
            }
        }));
        assertThat(shown).containsExactly("unwound");
    }

    @Test
    void a_model_that_ignores_the_interrupt_and_ends_in_time_has_its_answer_dropped() throws Exception {
        model.then((prompt, listener) -> {
            inside.countDown();
            while (!Thread.currentThread().isInterrupted()) {
                LockSupport.parkNanos(1_000_000);
            }
            return Completion.of("too late", "fake");
        });
        sleeps(closedUnder(Chat::generate));
        assertThat(memory.read(name).getLast().body()).isInstanceOf(Body.Generating.class);
    }

    @Test
    void an_interrupted_driver_closes_its_run() throws Exception {
        CompletableFuture<Throwable> outcome = new CompletableFuture<>();
        AtomicBoolean flag = new AtomicBoolean();
        Thread driver = Thread.ofPlatform().start(() -> {
            outcome.complete(Objects.requireNonNullElseGet(
                    catchThrowable(() -> runner.run(
                            name,
                            chat -> {
                                chat.hear();
                                inside.countDown();
                                release.await();
                            },
                            Fakes.frontEnd("hi"))),
                    AssertionError::new));
            flag.set(Thread.currentThread().isInterrupted());
        });
        inside.await();
        driver.interrupt();
        driver.join();
        assertThat(outcome.get()).isInstanceOf(InterruptedException.class);
        assertThat(flag).as("the interrupt was reported by the exception").isFalse();
        runner.run(name, chat -> chat.hear(), Fakes.frontEnd());
    }

    @Test
    void an_interrupted_pull_leaves_the_run_as_it_is() throws Exception {
        try (Session<String> session = runner.open(name, chat -> {
            inside.countDown();
            release.await();
            return chat.ask("Name?");
        })) {
            CompletableFuture<Throwable> outcome = new CompletableFuture<>();
            Thread driver = Thread.ofVirtual()
                    .start(() -> outcome.complete(
                            Objects.requireNonNullElseGet(catchThrowable(session::next), AssertionError::new)));
            inside.await();
            driver.interrupt();
            assertThat(outcome.get()).isInstanceOf(InterruptedException.class);
            driver.join();
            assertThatThrownBy(() -> session.reply("early")).isInstanceOf(SessionException.NotAsking.class);
            release.countDown();
            assertThat(session.next()).isInstanceOf(Turn.AwaitingInput.class);
            assertThat(session.reply("Ada")).isInstanceOf(Turn.Finished.class);
        }
    }

    @Test
    void closing_keeps_the_closers_interrupt() throws Exception {
        Session<String> session = runner.open(name, chat -> chat.ask("Name?"));
        session.next();
        Thread.currentThread().interrupt();
        session.close();
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void one_stuck_program_does_not_keep_a_runner_from_closing_the_others() throws Exception {
        List<Session<String>> sessions = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            Session<String> session = runner.open(name + i, chat -> chat.ask("Name?"));
            session.next();
            sessions.add(session);
        }
        Session<@Nullable Void> stuck = runner.open(name, Program.of(chat -> {
            inside.countDown();
            while (release.getCount() > 0) {
                LockSupport.parkNanos(1_000_000);
            }
        }));
        CompletableFuture<Throwable> driver = driveOn(stuck);
        inside.await();
        assertStuck(runner::close, name);
        sessions.forEach(Session::close);
        for (int i = 0; i < 8; i++) {
            String other = name + i;
            assertThat(memory.open(other, "test")).isInstanceOf(Memory.Opening.Granted.class);
            Awaitility.await().until(() -> Fakes.threadsNamed("turbo " + other) == 0);
        }
        isTold(driver);
    }

    @Test
    void a_session_that_is_opened_while_the_runner_closes_is_refused_and_free() throws Exception {
        SlowMemory slow = new SlowMemory(memory);
        Runner closing = Runner.of(model, options -> options.memory(slow));
        CompletableFuture<Throwable> outcome = new CompletableFuture<>();
        Thread opener = Thread.ofVirtual()
                .start(() -> outcome.complete(Objects.requireNonNullElseGet(
                        catchThrowable(() -> closing.open(name, chat -> "ran")), AssertionError::new)));
        slow.opening.await();
        closing.close();
        slow.proceed.countDown();
        opener.join();
        assertThat(outcome.get()).hasMessage("A runner was used after it was closed; make another.");
        assertThat(memory.open(name, "test")).isInstanceOf(Memory.Opening.Granted.class);
    }

    @Test
    void a_program_that_closes_its_own_runner_sleeps_from_its_next_step_on() throws Exception {
        assertThatThrownBy(() -> runner.run(
                        name,
                        chat -> {
                            chat.say("hi");
                            runner.close();
                            chat.hear();
                        },
                        question -> Optional.of(Input.text("x"))))
                .isInstanceOf(SessionException.SessionAsleep.class);
    }

    @Test
    void nothing_is_left_of_a_thousand_sessions_that_were_closed_in_the_middle() throws Exception {
        for (int i = 0; i < 1000; i++) {
            try (Session<String> session = runner.open(name, chat -> chat.ask("Name?"))) {
                session.next();
            }
        }
        assertThat(memory.read(name)).as("header and start").hasSize(2);
    }
}
