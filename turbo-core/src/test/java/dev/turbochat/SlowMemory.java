package dev.turbochat;

import dev.turbochat.memory.Entry;
import dev.turbochat.memory.Memory;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** Takes its time to open a session. */
record SlowMemory(Memory memory, CountDownLatch opening, CountDownLatch proceed) implements Memory {
    SlowMemory(Memory memory) {
        this(memory, new CountDownLatch(1), new CountDownLatch(1));
    }

    @Override
    public Opening open(String session, String owner) {
        opening.countDown();
        try {
            proceed.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        return memory.open(session, owner);
    }

    @Override
    public Appended append(Append append) {
        return memory.append(append);
    }

    @Override
    public void release(String session, Token token) {
        memory.release(session, token);
    }

    @Override
    public List<Entry> read(String session) {
        return memory.read(session);
    }

    @Override
    public List<Summary> sessions() {
        return memory.sessions();
    }

    @Override
    public boolean delete(String session) {
        return memory.delete(session);
    }

    @Override
    public List<String> due(java.time.Instant now, int limit) {
        return memory.due(now, limit);
    }

    @Override
    public void close() {}
}
