package dev.turbochat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.turbochat.error.ProgramException;
import dev.turbochat.error.SessionException;
import dev.turbochat.error.Unwinding;
import dev.turbochat.memory.Body;
import dev.turbochat.memory.Entry;
import dev.turbochat.memory.Memory;
import dev.turbochat.model.Completion;
import dev.turbochat.step.Input;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;

/** Taking a program down, whatever it does: in bounded time, with no thread left behind that turbo could end. */
@Timeout(60)
class ClosingTest {
    private static final Duration WITHIN = Duration.ofMillis(400);

    private final Memory memory = Memory.heap();
    private final Fakes.FakeModel model = Fakes.model();
    private final Runner runner = Runner.of(
            model, options -> options.memory(memory).closeWithin(WITHIN).patience(Duration.ZERO));
    private final CountDownLatch inside = new CountDownLatch(1);
    private final CountDownLatch release = new CountDownLatch(1);
    private String name = "";
    private int parked;

    @BeforeEach
    void nameTheSession(TestInfo test) {
        name = test.getTestMethod().orElseThrow().getName();
    }

    @AfterEach
    void noThreadIsLeft() {
        release.countDown();
        runner.close();
        memory.close();
        Awaitility.await().until(() -> Fakes.threadsNamed("turbo " + name) == parked);
    }

    /** Drives a program from another thread until it is inside, and closes the runner under it. */
    private Throwable closedUnder(Routine routine) throws Exception {
        CompletableFuture<Throwable> outcome = new CompletableFuture<>();
        Thread driver = Thread.ofPlatform()
                .start(() -> outcome.complete(Objects.requireNonNullElseGet(
                        catchThrowable(() -> runner.run(name, routine, question -> Optional.empty())),
                        () -> new AssertionError("It ended by itself."))));
        inside.await();
        runner.close();
        driver.join();
        return outcome.get();
    }

    private void sleeps(Throwable outcome) {
        assertThat(outcome).isInstanceOf(SessionException.SessionAsleep.class);
        assertThat(memory.read(name)).noneMatch(entry -> entry.body() instanceof Body.RunEnded);
    }

    @Test
    void a_program_that_sleeps() throws Exception {
        sleeps(closedUnder(chat -> {
            inside.countDown();
            TimeUnit.HOURS.sleep(1);
        }));
    }

    @Test
    void a_program_that_waits_for_a_latch_and_swallows_the_interrupt() throws Exception {
        AtomicReference<Throwable> refused = new AtomicReference<>();
        sleeps(closedUnder(chat -> {
            try {
                inside.countDown();
                release.await();
            } catch (InterruptedException e) {
                refused.set(catchThrowable(() -> chat.say("still here")));
            }
        }));
        assertThat(refused.get())
                .isInstanceOf(Unwinding.class)
                .hasMessage("The session sleeps or is being closed; let this pass.");
    }

    @Test
    void a_program_that_swallows_interrupts_again_and_again_and_then_ends() throws Exception {
        AtomicInteger swallowed = new AtomicInteger();
        sleeps(closedUnder(chat -> {
            inside.countDown();
            while (swallowed.get() < 3) {
                try {
                    release.await();
                } catch (InterruptedException e) {
                    swallowed.incrementAndGet();
                }
            }
        }));
        assertThat(swallowed).hasValue(3);
    }

    @Test
    void a_program_that_reads_from_a_socket() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            sleeps(closedUnder(chat -> {
                try (Socket socket = new Socket(server.getInetAddress(), server.getLocalPort())) {
                    inside.countDown();
                    assertThat(socket.getInputStream().read()).isEqualTo(-1);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }));
        }
    }

    @Test
    void a_program_that_waits_for_a_lock_for_ever_is_named_with_its_stack() throws Exception {
        ReentrantLock lock = new ReentrantLock();
        Session<@Nullable Void> session = runner.open(name, Program.of(chat -> {
            inside.countDown();
            lock.lock();
            try {
                chat.say("late");
            } finally {
                lock.unlock();
            }
        }));
        lock.lock();
        try {
            CompletableFuture<Throwable> driver = driveOn(session);
            inside.await();
            Awaitility.await().until(lock::hasQueuedThreads);
            long before = System.nanoTime();
            assertStuck(session::close, "java.util.concurrent.locks.ReentrantLock");
            assertThat(Duration.ofNanos(System.nanoTime() - before)).isBetween(WITHIN, WITHIN.multipliedBy(10));
            isTold(driver);
        } finally {
            lock.unlock();
        }
        assertThat(memory.read(name))
                .as("what it says when it is let go is lost")
                .hasSize(1);
    }

    /** Waits for the program's next question from another thread. */
    private static CompletableFuture<Throwable> driveOn(Session<?> session) {
        CompletableFuture<Throwable> outcome = new CompletableFuture<>();
        Thread.ofVirtual()
                .start(() -> outcome.complete(
                        Objects.requireNonNullElseGet(catchThrowable(session::next), AssertionError::new)));
        return outcome;
    }

    private static void isTold(CompletableFuture<Throwable> driver) throws Exception {
        assertThat(driver.get())
                .isInstanceOf(ProgramException.ProgramFailed.class)
                .hasCauseInstanceOf(ProgramException.ProgramStuck.class);
    }

    private void assertStuck(org.assertj.core.api.ThrowableAssert.ThrowingCallable closing, String where) {
        assertThatThrownBy(closing)
                .isInstanceOf(ProgramException.ProgramStuck.class)
                .hasMessageStartingWith(
                        "The program of session '" + name + "' did not stop within 400 ms of being closed;"
                                + " let it end when it is interrupted. It is at:\n    ")
                .hasMessageContaining(where)
                .satisfies(stuck -> assertThat(stuck.getStackTrace())
                        .anyMatch(frame -> frame.getClassName().contains("ClosingTest")));
    }

    @Test
    void a_program_that_parks_for_ever_is_named_and_its_session_is_free_again() throws Exception {
        Session<@Nullable Void> session = runner.open(name, Program.of(chat -> {
            inside.countDown();
            while (release.getCount() > 0) {
                LockSupport.parkNanos(1_000_000);
            }
            chat.say("late");
        }));
        CompletableFuture<Throwable> driver = driveOn(session);
        inside.await();
        assertStuck(session::close, name);
        session.close();
        isTold(driver);
        try (Session<String> next = runner.open(name, chat -> chat.ask("Name?"))) {
            next.next();
            release.countDown();
            Awaitility.await().until(() -> Fakes.threadsNamed("turbo " + name) == 1);
            assertThat(next.reply("Ada")).isInstanceOf(Turn.Finished.class);
        }
        assertThat(memory.read(name)).noneMatch(entry -> entry.body() instanceof Body.Said);
    }

    @Test
    void a_program_that_hears_for_ever_in_pull() throws Exception {
        List<String> unwound = new ArrayList<>();
        try (Session<String> session = runner.open(name, chat -> {
            try {
                return chat.ask("Name?");
            } catch (Exception e) {
                unwound.add("caught");
                throw e;
            } finally {
                unwound.add("finally");
                try {
                    chat.say("refused");
                } finally {
                    chat.user("refused, too");
                }
            }
        })) {
            session.next();
        }
        assertThat(unwound).containsExactly("finally");
        assertThat(memory.read(name)).noneMatch(entry -> entry.body() instanceof Body.Said);
    }

    @Test
    void a_program_that_catches_everything_and_returns_has_not_ended() throws Exception {
        try (Session<String> session = runner.open(name, chat -> {
            try {
                return chat.ask("Name?");
            } catch (Throwable t) {
                return "swallowed";
            }
        })) {
            session.next();
        }
        assertThat(memory.read(name)).noneMatch(entry -> entry.body() instanceof Body.RunEnded);
        try (Session<String> session = runner.open(name, chat -> chat.ask("Name?"))) {
            assertThat(session.next()).isInstanceOf(Turn.AwaitingInput.class);
        }
    }

    @Test
    void a_program_that_catches_everything_and_throws_something_else_has_not_ended() throws Exception {
        sleeps(closedUnder(chat -> {
            try {
                inside.countDown();
                release.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException("mine", e);
            }
        }));
    }

    /** Goes on for ever until the test releases it: turbo cannot end it, only see that it does no harm. */
    private void insist(Chat chat) {
        while (release.getCount() > 0) {
            try {
                chat.hear();
            } catch (Throwable t) {
                inside.countDown();
            }
        }
    }

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
                .hasMessageContaining("ClosingTest");
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
                .hasMessageContaining("ClosingTest.insist");
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

    /** Takes its time to open a session. */
    private record SlowMemory(Memory memory, CountDownLatch opening, CountDownLatch proceed) implements Memory {
        SlowMemory(Memory memory) {
            this(memory, new CountDownLatch(1), new CountDownLatch(1));
        }

        @Override
        public Opening open(String session, String owner) {
            opening.countDown();
            try {
                proceed.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            return memory.open(session, owner);
        }

        @Override
        public Appended append(Append append) {
            return memory.append(append);
        }

        @Override
        public void release(String session, Token token) {
            memory.release(session, token);
        }

        @Override
        public List<Entry> read(String session) {
            return memory.read(session);
        }

        @Override
        public List<Summary> sessions() {
            return memory.sessions();
        }

        @Override
        public boolean delete(String session) {
            return memory.delete(session);
        }

        @Override
        public List<String> due(java.time.Instant now, int limit) {
            return memory.due(now, limit);
        }

        @Override
        public void close() {}
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
