package dev.turbochat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WaiterTest {
    /** Longer than a wait that is followed by a spin. */
    private static final Duration LONG = Duration.ofNanos(150_000);

    @ParameterizedTest(name = "{0} and {1}")
    @CsvSource({"true, true", "true, false", "false, true", "false, false"})
    @Timeout(60)
    void no_turn_is_lost_whether_waits_are_short_or_long(boolean oneIsVirtual, boolean otherIsVirtual)
            throws Exception {
        int turns = 20_000;
        AtomicInteger turn = new AtomicInteger();
        Waiter even = new Waiter();
        Waiter odd = new Waiter();
        CompletableFuture<Integer> one = play(oneIsVirtual, turn, 0, turns, even, odd);
        CompletableFuture<Integer> other = play(otherIsVirtual, turn, 1, turns, odd, even);

        assertThat(one.get(50, TimeUnit.SECONDS)).isEqualTo(turns / 2);
        assertThat(other.get(50, TimeUnit.SECONDS)).isEqualTo(turns / 2);
        assertThat(turn).hasValue(turns);
    }

    /** Takes every second turn, and now and then its time over it, so that the other spins in vain and parks. */
    private static CompletableFuture<Integer> play(
            boolean virtual, AtomicInteger turn, int mine, int turns, Waiter me, Waiter other) {
        CompletableFuture<Integer> taken = new CompletableFuture<>();
        (virtual ? Thread.ofVirtual() : Thread.ofPlatform()).start(() -> {
            try {
                int count = 0;
                for (int next = mine; next < turns; next += 2) {
                    int awaited = next;
                    me.await(() -> turn.get() == awaited);
                    count++;
                    switch (ThreadLocalRandom.current().nextInt(400)) {
                        case 0 -> LockSupport.parkNanos(LONG.toNanos());
                        case 1 -> LockSupport.unpark(Thread.currentThread()); // a permit that stands for nothing
                        default -> {}
                    }
                    turn.set(next + 1);
                    other.wake();
                }
                taken.complete(count);
            } catch (Throwable t) {
                taken.completeExceptionally(t);
            }
        });
        return taken;
    }

    @Test
    void an_interrupt_ends_a_wait() {
        Waiter waiter = new Waiter();
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> waiter.await(() -> false)).isInstanceOf(InterruptedException.class);
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void a_turn_that_has_come_is_taken_by_whoever_is_interrupted_as_well() throws Exception {
        Waiter waiter = new Waiter();
        Thread.currentThread().interrupt();

        waiter.await(() -> true);

        assertThat(Thread.interrupted()).isTrue();
    }
}
