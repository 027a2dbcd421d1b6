package dev.turbochat;

import dev.turbochat.error.MemoryException;
import dev.turbochat.memory.Memory;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks, again and again, for sessions that nobody looks after: their timer has come, or their driver has died. */
final class Sweep implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Sweep.class);
    private static final int AT_ONCE = 100;
    private static final Duration LONGEST_CLOSE = Duration.ofSeconds(5);

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
            residents.hurry();
            lookAfterAll();
            failing = false;
        } catch (MemoryException.MemoryClosed e) {
            throw e;
        } catch (RuntimeException e) { // of whatever kind: timers hang on this thread
            if (!failing) { // once, not every second
                LOG.warn("Sessions that want to be woken cannot be looked for: {}", e.getMessage(), e);
            }
            failing = true;
        }
    }

    /** Looks after each session once, also behind those that stay due because nothing can be done for them. */
    private void lookAfterAll() throws InterruptedException {
        Set<String> seen = new HashSet<>();
        int limit = AT_ONCE;
        boolean more = true;
        while (more) {
            List<String> due = memory.due(Instant.now(), limit);
            List<String> fresh = due.stream().filter(seen::add).toList();
            more = residents.lookAfter(fresh) && due.size() == limit;
            limit = AT_ONCE + due.size() - fresh.size();
        }
    }

    @Override
    public void close() {
        thread.interrupt();
        boolean interrupted = false;
        try {
            if (thread.isAlive() && !thread.join(LONGEST_CLOSE)) {
                LOG.warn("The sweep has not ended; its memory does not answer.");
            }
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
