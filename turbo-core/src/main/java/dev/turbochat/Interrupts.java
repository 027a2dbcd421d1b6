package dev.turbochat;

import dev.turbochat.error.Unwinding;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Why a program's thread is interrupted: its answer is being stopped, or its run is being closed.
 *
 * <p>Stopping is meant for the answer alone, so it interrupts only while one is being generated, under a monitor, and takes
 * the interrupt back when the answer has ended meanwhile. Closing is for good. A program that keeps catching what takes
 * it down is given up and parked: nothing in Java ends a thread against its will.
 */
final class Interrupts {
    private static final int REFUSALS = 100;

    private final Runnable giveUp;
    private @Nullable Thread generating;
    private boolean stopped;
    private volatile boolean closing;
    private boolean leaving;
    private volatile long closedAt;
    private int refused;

    /**
     * @param giveUp is run on the program's thread when it has been refused too often
     */
    Interrupts(Runnable giveUp) {
        this.giveUp = giveUp;
    }

    boolean isClosing() {
        return closing;
    }

    /** Has every further step refused. */
    void close() {
        if (!closing) {
            closedAt = System.nanoTime();
            closing = true;
        }
    }

    /** How long every step has been refused. */
    Duration closedFor() {
        return Duration.ofNanos(System.nanoTime() - closedAt);
    }

    /** Has every further step refused until the program has been left. Called on the program's thread. */
    Unwinding leave() {
        leaving = true;
        closedAt = System.nanoTime();
        return unwinding();
    }

    /** The program has been left, and steps are taken again. */
    void left() {
        leaving = false;
        refused = 0;
    }

    /** Refuses a step while the run is being closed. Called on the program's thread. */
    void check() {
        if (closing || leaving) {
            if (++refused > REFUSALS) {
                giveUp.run();
                parkForEver();
            }
            throw unwinding();
        }
    }

    private void parkForEver() {
        while (true) {
            LockSupport.park(this);
            Thread.interrupted(); // which would have parking return at once
        }
    }

    /** Nobody interrupts a program's thread but to end it: closes, and returns what takes the program down. */
    Unwinding interrupted() {
        close();
        return unwinding();
    }

    /** What takes the program down. */
    static Unwinding unwinding() {
        return new Unwinding("The session sleeps or is being closed; let this pass.");
    }

    /** From here on the answer can be stopped. */
    synchronized void enterGeneration() {
        generating = Thread.currentThread();
        stopped = false;
    }

    /**
     * From here on it cannot.
     *
     * @return whether it was stopped
     */
    synchronized boolean leaveGeneration() {
        generating = null;
        if (stopped && !closing) {
            Thread.interrupted(); // the stop came for this answer: nothing after it shall see it
        }
        return stopped;
    }

    /** Interrupts a thread at a time, unless it is closed before. */
    final class Alarm implements AutoCloseable {
        private final Thread sleeper;
        private final Thread watch;
        private boolean closed;
        private boolean rang;

        private Alarm(Instant time) {
            this.sleeper = Thread.currentThread();
            this.watch = Thread.ofVirtual().name("turbo alarm").start(() -> {
                try {
                    Naps.until(time);
                    ring();
                } catch (InterruptedException e) {
                    return; // nobody waits for it any more
                }
            });
        }

        private synchronized void ring() {
            if (!closed) {
                rang = true;
                sleeper.interrupt();
            }
        }

        /** Whether it has rung. */
        synchronized boolean rang() {
            return rang;
        }

        @Override
        public void close() {
            end();
            watch.interrupt();
        }

        private synchronized void end() {
            closed = true;
            if (rang && !closing) {
                Thread.interrupted(); // it rang for this wait: nothing after it shall see it
            }
        }
    }

    /** Has the calling thread interrupted at this time. */
    Alarm alarm(Instant time) {
        return new Alarm(time);
    }

    /**
     * Stops the answer that is being generated.
     *
     * @return whether there was one
     */
    synchronized boolean stop() {
        if (generating == null) {
            return false;
        }
        stopped = true;
        generating.interrupt();
        return true;
    }
}
