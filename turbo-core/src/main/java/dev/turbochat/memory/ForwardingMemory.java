package dev.turbochat.memory;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A memory that passes everything on to another: the base of those that change one thing about it. Thread-safe.
 *
 * <p>What is announced when a session is opened goes no further, so that there is one {@code open} to be overridden; whoever
 * wants it passed on overrides the other as well.
 */
public abstract class ForwardingMemory implements Memory {
    private final Memory memory;

    /**
     * @param memory is passed everything; closed with this
     */
    protected ForwardingMemory(Memory memory) {
        this.memory = memory;
    }

    @Override
    public Opening open(String session, String owner) {
        return memory.open(session, owner);
    }

    @Override
    public Appended append(Append append) {
        return memory.append(append);
    }

    @Override
    public Appended replace(Append append) {
        return memory.replace(append);
    }

    @Override
    public void release(String session, Token token, @Nullable Instant wake, List<String> left) {
        memory.release(session, token, wake, left);
    }

    @Override
    public boolean deliver(String session, Delivery delivery) {
        return memory.deliver(session, delivery);
    }

    @Override
    public List<Delivery> inbox(String session) {
        return memory.inbox(session);
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
    public List<String> due(Instant now, int limit) {
        return memory.due(now, limit);
    }

    @Override
    public boolean owns(String session, Token token) {
        return memory.owns(session, token);
    }

    @Override
    public Signals signals() {
        return memory.signals();
    }

    @Override
    public List<String> examine() {
        return memory.examine();
    }

    @Override
    public void close() {
        memory.close();
    }
}
