package dev.turbochat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.turbochat.error.ProgramException;
import dev.turbochat.error.SessionException;
import dev.turbochat.memory.Body;
import dev.turbochat.memory.Memory;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInfo;

/** A runner that gives programs little time to stop, and a look at what is left of them. */
abstract class ClosingFixture {
    static final Duration WITHIN = Duration.ofMillis(400);

    final Memory memory = Memory.heap();
    final Fakes.FakeModel model = Fakes.model();
    final Runner runner = Runner.of(
            model, options -> options.memory(memory).closeWithin(WITHIN).patience(Duration.ZERO));
    final CountDownLatch inside = new CountDownLatch(1);
    final CountDownLatch release = new CountDownLatch(1);
    String name = "";
    int parked;

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
    Throwable closedUnder(Routine routine) throws Exception {
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

    void sleeps(Throwable outcome) {
        assertThat(outcome).isInstanceOf(SessionException.SessionAsleep.class);
        assertThat(memory.read(name)).noneMatch(entry -> entry.body() instanceof Body.RunEnded);
    }

    /** Waits for the program's next question from another thread. */
    static CompletableFuture<Throwable> driveOn(Session<?> session) {
        CompletableFuture<Throwable> outcome = new CompletableFuture<>();
        Thread.ofVirtual()
                .start(() -> outcome.complete(
                        Objects.requireNonNullElseGet(catchThrowable(session::next), AssertionError::new)));
        return outcome;
    }

    static void isTold(CompletableFuture<Throwable> driver) throws Exception {
        assertThat(driver.get())
                .isInstanceOf(ProgramException.ProgramFailed.class)
                .hasCauseInstanceOf(ProgramException.ProgramStuck.class);
    }

    void assertStuck(org.assertj.core.api.ThrowableAssert.ThrowingCallable closing, String where) {
        assertThatThrownBy(closing)
                .isInstanceOf(ProgramException.ProgramStuck.class)
                .hasMessageStartingWith(
                        "The program of session '" + name + "' did not stop within 400 ms of being closed;"
                                + " let it end when it is interrupted. It is at:\n    ")
                .hasMessageContaining(where)
                .satisfies(stuck -> assertThat(stuck.getStackTrace())
                        .anyMatch(frame ->
                                frame.getClassName().contains(getClass().getSimpleName())));
    }

    /** Goes on for ever until the test releases it: turbo cannot end it, only see that it does no harm. */
    void insist(Chat chat) {
        while (release.getCount() > 0) {
            try {
                chat.hear();
            } catch (Throwable t) {
                inside.countDown();
            }
        }
    }
}
