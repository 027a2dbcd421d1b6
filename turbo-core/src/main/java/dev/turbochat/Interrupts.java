package dev.turbochat;

import dev.turbochat.error.Unwinding;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Why a program's thread is interrupted: its answer is being stopped, or its run is being closed.
 *
 * <p>Stopping is meant for the answer alone, so it interrupts only while one is being generated, under a lock, and takes
 * the interrupt back when the answer has ended meanwhile. Closing is for good.
 */
final class Interrupts {
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Thread generating;
    private boolean stopped;
    private volatile boolean closing;

    boolean isClosing() {
        return closing;
    }

    /** Has every further step refused. */
    void close() {
        closing = true;
    }

    /** Refuses a step while the run is being closed. */
    void check() {
        if (closing) {
            throw unwinding();
        }
    }

    /** What takes the program down. */
    static Unwinding unwinding() {
        return new Unwinding("The session sleeps or is being closed; let this pass.");
    }

    /** From here on the answer can be stopped. */
    void enterGeneration() {
        lock.lock();
        try {
            generating = Thread.currentThread();
            stopped = false;
        } finally {
            lock.unlock();
        }
    }

    /**
     * From here on it cannot.
     *
     * @return whether it was stopped
     */
    boolean leaveGeneration() {
        lock.lock();
        try {
            generating = null;
            if (stopped && !closing) {
                Thread.interrupted(); // the stop came for this answer: nothing after it shall see it
            }
            return stopped;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Stops the answer that is being generated.
     *
     * @return whether there was one
     */
    boolean stop() {
        lock.lock();
        try {
            if (generating == null) {
                return false;
            }
            stopped = true;
            generating.interrupt();
            return true;
        } finally {
            lock.unlock();
        }
    }
}
