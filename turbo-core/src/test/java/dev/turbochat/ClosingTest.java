package dev.turbochat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.turbochat.error.Unwinding;
import dev.turbochat.memory.Body;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Taking a program down, whatever it does: in bounded time, with no thread left behind that turbo could end. */
@Timeout(60)
class ClosingTest extends ClosingFixture {
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
}
