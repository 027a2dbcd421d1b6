package dev.turbochat;

import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One of two sides that take turns: waits until its turn has come, and is woken by the other.
 *
 * <p>A side that waits says so, looks once more whether its turn has come, and parks; the other has its turn come first, and
 * then looks whether it is waited for. Of these two writes and two reads, all volatile, one read at least sees the other's
 * write, so no wake-up is lost. Parking may return for no reason, so it is looked again each time.
 *
 * <p>Parking and unparking take a microsecond, and tens of them if a platform thread is woken: longer than a program takes
 * that is pulled like a generator. So a wait spins a little before it parks, if there is a core for the other side and the
 * wait before was a short one. Whoever waits for a person or a model waits for long, and does not spin.
 */
final class Waiter {
    /** A wait up to here, in nanoseconds, is likely to be followed by one that a spin is enough for. */
    private static final long SHORT = 20_000;

    /** The same of a platform thread: most of that is how long it takes to wake it. */
    private static final long SHORT_ON_PLATFORM = 100_000;

    /** Some microseconds: a {@link Thread#onSpinWait} takes 10 to 50 nanoseconds. */
    private static final int SPINS = 200;

    /** Where all virtual threads share a carrier, the other side cannot run while this one spins. */
    private static final boolean PARALLEL = Math.min(
                    Integer.getInteger(
                            "jdk.virtualThreadScheduler.parallelism",
                            Runtime.getRuntime().availableProcessors()),
                    Integer.getInteger("jdk.virtualThreadScheduler.maxPoolSize", Integer.MAX_VALUE))
            > 1;

    private volatile @Nullable Thread waiting;
    private boolean spins = PARALLEL;

    /**
     * Waits on the calling thread, the only one that does.
     *
     * @param turn whether its turn has come; reads what the other side wrote before it called {@link #wake}
     * @throws InterruptedException if the thread is interrupted before its turn has come
     */
    void await(BooleanSupplier turn) throws InterruptedException {
        if (spins && isSpinEnough(turn)) {
            return;
        }
        if (PARALLEL) {
            long began = System.nanoTime();
            park(turn);
            spins = System.nanoTime() - began < (Thread.currentThread().isVirtual() ? SHORT : SHORT_ON_PLATFORM);
        } else {
            park(turn);
        }
    }

    private static boolean isSpinEnough(BooleanSupplier turn) {
        for (int i = 0; i < SPINS; i++) {
            if (turn.getAsBoolean()) {
                return true;
            }
            Thread.onSpinWait();
        }
        return false;
    }

    private void park(BooleanSupplier turn) throws InterruptedException {
        waiting = Thread.currentThread();
        try {
            while (!turn.getAsBoolean()) {
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                LockSupport.park(this);
            }
        } finally {
            waiting = null;
        }
    }

    /** Called by the other side, once it has had the turn come. */
    void wake() {
        Thread waits = waiting;
        if (waits != null) {
            LockSupport.unpark(waits);
        }
    }
}
