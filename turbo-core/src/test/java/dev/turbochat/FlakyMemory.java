package dev.turbochat;

import dev.turbochat.error.BackendException;
import dev.turbochat.memory.Delivery;
import dev.turbochat.memory.Entry;
import dev.turbochat.memory.ForwardingMemory;
import dev.turbochat.memory.Memory;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A memory that now and then fails: before it has done anything or after it, for a moment or for the caller's good. */
final class FlakyMemory extends ForwardingMemory {
    private final Random random;
    private final AtomicInteger openings = new AtomicInteger();
    private final AtomicInteger appends = new AtomicInteger();
    private final AtomicInteger failures = new AtomicInteger();
    private volatile int oneOf;

    /** A failure that a repeat gets over. */
    private static final class Passing extends BackendException {
        private static final long serialVersionUID = 1;

        Passing() {
            super("It failed for a moment; try again.", null);
        }

        @Override
        public boolean passing() {
            return true;
        }
    }

    FlakyMemory(Memory memory, long seed) {
        super(memory);
        this.random = new Random(seed);
    }

    /** Has one of so many calls fail; zero for none. */
    void failOneOf(int calls) {
        oneOf = calls;
    }

    private boolean fails() {
        int bound = oneOf;
        boolean fails = bound > 0 && random.nextInt(bound) == 0;
        if (fails) {
            failures.incrementAndGet();
        }
        return fails;
    }

    private BackendException failure() {
        return random.nextInt(3) > 0 ? new Passing() : new BackendException("It failed; free the disk.", null);
    }

    private <T> T before(Supplier<T> work) {
        if (fails()) {
            throw failure();
        }
        return work.get();
    }

    private <T> T beforeOrAfter(Supplier<T> work) {
        T done = before(work);
        if (fails()) {
            throw failure();
        }
        return done;
    }

    @Override
    public Opening open(String session, String owner) {
        openings.incrementAndGet();
        return before(() -> super.open(session, owner));
    }

    @Override
    public Appended append(Append append) {
        appends.incrementAndGet();
        return beforeOrAfter(() -> super.append(append));
    }

    @Override
    public Appended replace(Append append) {
        return beforeOrAfter(() -> super.replace(append));
    }

    @Override
    public void release(String session, Token token, @Nullable Instant wake, List<String> left) {
        super.release(session, token, wake, left);
        if (fails()) {
            throw failure();
        }
    }

    @Override
    public boolean deliver(String session, Delivery delivery) {
        return beforeOrAfter(() -> super.deliver(session, delivery));
    }

    @Override
    public List<Delivery> inbox(String session) {
        return before(() -> super.inbox(session));
    }

    @Override
    public List<Entry> read(String session) {
        return before(() -> super.read(session));
    }

    @Override
    public List<String> due(Instant now, int limit) {
        return before(() -> super.due(now, limit));
    }

    @Override
    public String toString() {
        return openings + " openings, " + appends + " appends, " + failures + " failures";
    }
}
