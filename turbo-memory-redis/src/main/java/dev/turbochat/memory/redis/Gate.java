package dev.turbochat.memory.redis;

import dev.turbochat.error.MemoryException;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;

/** Lets calls pass until it is closed; closing waits for those that are under way. Thread-safe. */
final class Gate {
    private final String memory;
    private final ReentrantReadWriteLock underWay = new ReentrantReadWriteLock();

    private volatile boolean closed;

    /**
     * @param memory what it is the gate of, in words for people
     */
    Gate(String memory) {
        this.memory = memory;
    }

    /**
     * Does something while it is open.
     *
     * @throws MemoryException.MemoryClosed if it is not
     */
    <T> T inside(Supplier<T> work) {
        underWay.readLock().lock();
        try {
            if (closed) {
                throw new MemoryException.MemoryClosed(memory);
            }
            return work.get();
        } finally {
            underWay.readLock().unlock();
        }
    }

    /** Closes it; false if it was closed before. */
    boolean close() {
        underWay.writeLock().lock();
        try {
            boolean first = !closed;
            closed = true;
            return first;
        } finally {
            underWay.writeLock().unlock();
        }
    }
}
