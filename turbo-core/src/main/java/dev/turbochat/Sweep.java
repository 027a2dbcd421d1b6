package dev.turbochat;

import dev.turbochat.error.MemoryException;
import dev.turbochat.memory.Memory;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks, again and again, for sessions that nobody looks after: their timer has come, or their driver has died. */
final class Sweep implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Sweep.class);
    private static final int AT_ONCE = 100;

    private final Memory memory;
    private final Residents residents;
    private final Duration pause;
    private final Thread thread;
    private boolean failing;

    Sweep(Memory memory, Residents residents, Duration pause) {
        this.memory = memory;
        this.residents = residents;
        this.pause = pause;
        this.thread = Thread.ofVirtual().name("turbo sweep").unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    private void run() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                sweep();
                Thread.sleep(pause);
            }
        } catch (InterruptedException | MemoryException.MemoryClosed e) {
            LOG.debug("The sweep has ended.");
        }
    }

    private void sweep() throws InterruptedException {
        try {
            boolean more = true;
            while (more) {
                List<String> due = memory.due(Instant.now(), AT_ONCE);
                more = due.size() == AT_ONCE && residents.lookAfter(due) > 0;
                if (due.size() < AT_ONCE) {
                    residents.lookAfter(due);
                }
            }
            failing = false;
        } catch (MemoryException.MemoryClosed e) {
            throw e;
        } catch (MemoryException e) {
            if (!failing) { // once, not every second
                LOG.warn("Sessions that want to be woken cannot be looked for: {}", e.getMessage());
            }
            failing = true;
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
