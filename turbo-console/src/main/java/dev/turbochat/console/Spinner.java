package dev.turbochat.console;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Turns at the left edge while the program is at work and nothing is shown.
 *
 * <p>Drawn by a thread of its own; once {@link #stop} has returned, nothing of it is left and nothing more is drawn.
 */
final class Spinner {
    private static final String[] FRAMES = {"⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"};
    private static final Duration DELAY = Duration.ofMillis(150);
    private static final Duration FRAME = Duration.ofMillis(80);
    private static final String ERASE = "\r\u001b[K";

    private final PrintWriter out;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Thread turning;
    private boolean drawn;
    private String label = "";

    Spinner(PrintWriter out) {
        this.out = out;
    }

    /** Begins to turn after a moment; what is quick shows no spinner. */
    void start(String newLabel) {
        lock.lock();
        try {
            label = newLabel;
            if (turning == null) {
                turning = Thread.ofVirtual().name("turbo-spinner").start(this::turn);
            }
        } finally {
            lock.unlock();
        }
    }

    private void turn() {
        try {
            Thread.sleep(DELAY);
            for (int i = 0; draw(FRAMES[i % FRAMES.length]); i++) {
                Thread.sleep(FRAME);
            }
        } catch (InterruptedException e) {
            // stopped
        }
    }

    private boolean draw(String frame) {
        lock.lock();
        try {
            if (!Thread.currentThread().equals(turning)) {
                return false;
            }
            out.print(ERASE + frame + (label.isEmpty() ? "" : " " + Printable.of(label)));
            out.flush();
            drawn = true;
            return true;
        } finally {
            lock.unlock();
        }
    }

    void stop() {
        lock.lock();
        try {
            if (turning != null) {
                turning.interrupt();
                turning = null;
            }
            if (drawn) {
                out.print(ERASE);
                out.flush();
                drawn = false;
            }
        } finally {
            lock.unlock();
        }
    }
}
