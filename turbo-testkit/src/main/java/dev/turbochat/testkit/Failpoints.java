package dev.turbochat.testkit;

import dev.turbochat.error.BackendException;
import dev.turbochat.memory.Body;
import dev.turbochat.memory.Delivery;
import dev.turbochat.memory.Entry;
import dev.turbochat.memory.ForwardingMemory;
import dev.turbochat.memory.Memory;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A memory that has its process die, or something befall it, at chosen places; see {@link Failpoint}.
 *
 * <pre>{@code
 * Failpoints memory = Failpoints.on(Memory.heap()).at(Failpoint.AFTER_INTENT, 2);
 * // ... a program runs until its second intent is stored; from there on the memory refuses everything
 * memory.restart();
 * // ... and here another process would carry on
 * }</pre>
 *
 * <p>Thread-safe. Closing it closes the memory under it.
 */
public final class Failpoints extends ForwardingMemory {
    private final Memory memory;

    /** The intents of effects that are done at most once: session and number. */
    private final Set<String> once = ConcurrentHashMap.newKeySet();

    private final Map<String, Held> held = new ConcurrentHashMap<>();

    /** The owners whose journal ends before where they think it does: the store tells them so at their next append. */
    private final Set<Token> losers = ConcurrentHashMap.newKeySet();

    private volatile @Nullable Failpoint down;

    /** Guards what follows. */
    private final ReentrantLock lock = new ReentrantLock();

    private final List<Trap> traps = new ArrayList<>();
    private final Map<Failpoint, Integer> reached = new EnumMap<>(Failpoint.class);
    private final Set<Place> places = new HashSet<>();

    /** What happens at a place besides what its row says. */
    @FunctionalInterface
    public interface Action {
        /** Does it; called on the thread that uses the memory. */
        void perform(Failpoint row);
    }

    /** The crash of a process that is only played: what it was about to do is not done, and it does nothing more. */
    public static final class Crashed extends BackendException {
        private static final long serialVersionUID = 1;

        Crashed(Failpoint row) {
            super("The process of this memory is dead since " + row + "; call restart() to begin another.", null);
        }
    }

    /** An append's answer that got lost. */
    private static final class AnswerLost extends BackendException {
        private static final long serialVersionUID = 1;

        AnswerLost(String session) {
            super("The answer to an append to session '" + session + "' was lost; send it again.", null);
        }

        @Override
        public boolean passing() {
            return true;
        }
    }

    /** An action at the {@code time}-th place, or at every one if that is 0. */
    private record Trap(Failpoint row, String name, int time, Action action, AtomicInteger count) {}

    /** Where a row was reached: once. */
    private record Place(Failpoint row, String session, long seq, boolean after) {}

    /** A session that is owned, with the wake time that would stand if its owner died. */
    private record Held(Token token, @Nullable Instant wake) {}

    private Failpoints(Memory memory) {
        super(memory);
        this.memory = memory;
    }

    /** This memory, with nothing the matter yet. */
    public static Failpoints on(Memory memory) {
        return new Failpoints(memory);
    }

    /** Crashes at the {@code time}-th place of this row, from 1; at rows where nobody dies, only those have their way. */
    public Failpoints at(Failpoint row, int time) {
        return at(row, "", time, row.isDeath() ? this::crash : Failpoints::nothing);
    }

    /** {@link #at(Failpoint, int)} at each place in turn. */
    public Failpoints everywhere(Failpoint row) {
        return at(row, 0);
    }

    /**
     * Does this at a place; where it returns, what the row says takes its course.
     *
     * @param name counts only places of effects of this name, or of other entries that have one; empty for all
     * @param time which of them, from 1; 0 for each in turn
     */
    public Failpoints at(Failpoint row, String name, int time, Action action) {
        lock.lock();
        try {
            traps.add(new Trap(row, name, time, action, new AtomicInteger()));
        } finally {
            lock.unlock();
        }
        return this;
    }

    /** How many places of this row were reached. */
    public int reached(Failpoint row) {
        lock.lock();
        try {
            return reached.getOrDefault(row, 0);
        } finally {
            lock.unlock();
        }
    }

    /** From here on everything is refused with {@link Crashed}, as if the process had died. */
    public void crash(Failpoint row) {
        down = row;
        throw new Crashed(row);
    }

    /** Ends this process as {@code kill -9} does; does not return. */
    public static void kill(Failpoint row) {
        try {
            new ProcessBuilder("kill", "-9", "" + ProcessHandle.current().pid()).start();
            while (true) {
                LockSupport.park(row);
            }
        } catch (IOException e) { // there is no such command: this is as near as Java comes
            Runtime.getRuntime().halt(137);
        }
    }

    /** Nothing more than what the row says. */
    private static void nothing(Failpoint row) {}

    /** Whether it has crashed and was not restarted. */
    public boolean isDown() {
        return down != null;
    }

    /** Begins anew, as the next process would: what the dead one owned is free. */
    public void restart() {
        down = null;
        held.forEach((session, owned) -> memory.release(session, owned.token(), owned.wake()));
        held.clear();
    }

    /** Has nothing befall anybody from here on. */
    void disarm() {
        lock.lock();
        try {
            traps.clear();
        } finally {
            lock.unlock();
        }
    }

    private void checkUp() {
        Failpoint row = down;
        if (row != null) {
            throw new Crashed(row);
        }
    }

    // The memory

    @Override
    public Opening open(String session, String owner) {
        checkUp();
        Opening opening = super.open(session, owner);
        if (opening instanceof Opening.Granted granted) {
            held.put(session, new Held(granted.token(), null));
        }
        return opening;
    }

    @Override
    public Appended append(Append append) {
        return store(append, false);
    }

    @Override
    public Appended replace(Append append) {
        return store(append, true);
    }

    private Appended store(Append append, boolean anew) {
        checkUp();
        if (anew) {
            reach(Failpoint.DURING_COMPACTION, append, false);
        }
        for (Failpoint row : Failpoint.values()) {
            if (row.isBefore() && row.isDeath() && concerns(row, append)) {
                reach(row, append, false);
            }
        }
        if (reach(Failpoint.OWNER_PAUSED, append, false)) {
            passOn(append.session(), append.token());
        }
        if (!losers.contains(append.token()) && reach(Failpoint.TAIL_LOST, append, false)) {
            losers.add(append.token());
            return Appended.OK;
        }
        Appended appended = anew ? super.replace(append) : super.append(append);
        if (appended != Appended.OK) {
            return appended;
        }
        held.computeIfPresent(append.session(), (session, owned) -> new Held(owned.token(), append.wake()));
        for (Entry entry : append.entries()) {
            if (entry.body() instanceof Body.Acting acting && acting.once()) {
                once.add(append.session() + " " + entry.seq());
            }
        }
        for (Failpoint row : Failpoint.values()) {
            if (!row.isBefore() && row.isDeath() && concerns(row, append)) {
                reach(row, append, true);
            }
        }
        if (anew) {
            reach(Failpoint.DURING_COMPACTION, append, true);
        }
        if (reach(Failpoint.ACKNOWLEDGEMENT_LOST, append, true)) {
            throw new AnswerLost(append.session());
        }
        return appended;
    }

    /** Has somebody else take the session and let go of it again, which ends the owner's token. */
    private void passOn(String session, Token token) {
        held.remove(session);
        memory.release(session, token, null);
        if (memory.open(session, "another owner") instanceof Opening.Granted granted) {
            memory.release(session, granted.token(), null);
        }
    }

    @Override
    public void release(String session, Token token, @Nullable Instant wake, List<String> left) {
        checkUp();
        super.release(session, token, wake, left);
        Held owned = held.get(session);
        if (owned != null && owned.token().equals(token) && held.remove(session, owned)) {
            reach(Failpoint.HIBERNATED, new Place(Failpoint.HIBERNATED, session, token.epoch(), true), List.of());
        }
    }

    @Override
    public boolean deliver(String session, Delivery delivery) {
        checkUp();
        return super.deliver(session, delivery);
    }

    @Override
    public List<Delivery> inbox(String session) {
        checkUp();
        return super.inbox(session);
    }

    @Override
    public List<Entry> read(String session) {
        checkUp();
        return super.read(session);
    }

    @Override
    public List<Summary> sessions() {
        checkUp();
        return super.sessions();
    }

    @Override
    public boolean delete(String session) {
        checkUp();
        return super.delete(session);
    }

    @Override
    public List<String> due(Instant now, int limit) {
        checkUp();
        return super.due(now, limit);
    }

    // The places

    private boolean concerns(Failpoint row, Append append) {
        return append.entries().stream()
                .anyMatch(entry -> concerns(row, entry.body(), once.contains(append.session() + " " + entry.ref())));
    }

    private static boolean concerns(Failpoint row, Body body, boolean atMostOnce) {
        boolean input = body instanceof Body.Answered
                || body instanceof Body.Refused
                || body instanceof Body.SecretGiven
                || body instanceof Body.Posted;
        boolean reply = body instanceof Body.Generated
                || body instanceof Body.GenerateFailed
                || body instanceof Body.Summarised;
        boolean value = body instanceof Body.Acted || body instanceof Body.ActFailed;
        return switch (row) {
            case INPUT_NOT_APPENDED -> input;
            case BEFORE_INTENT, AFTER_INTENT ->
                body instanceof Body.Generating || body instanceof Body.Acting || body instanceof Body.TimerSet;
            case REPLY_NOT_STORED -> reply;
            case STORED_NOT_SHOWN -> input || reply || value;
            case AT_MOST_ONCE_RAN -> value && atMostOnce;
            case IDEMPOTENT_RAN -> value && !atMostOnce;
            case TORN_TAIL, ACKNOWLEDGEMENT_LOST, OWNER_PAUSED, TAIL_LOST -> true;
            case HIBERNATED, DURING_COMPACTION -> false;
        };
    }

    private boolean reach(Failpoint row, Append append, boolean after) {
        if (append.entries().stream().anyMatch(entry -> entry.attempt() > 1)) {
            return false;
        }
        return reach(
                row,
                new Place(row, append.session(), append.expectedLength(), after),
                append.entries().stream().map(Entry::body).toList());
    }

    /** Counts a place that is a new one, and performs what was asked for there; says whether anything was. */
    private boolean reach(Failpoint row, Place place, List<Body> bodies) {
        List<Trap> sprung = new ArrayList<>();
        lock.lock();
        try {
            if (!places.add(place)) {
                return false;
            }
            reached.merge(row, 1, Integer::sum);
            for (Trap trap : traps) {
                boolean named = trap.name().isEmpty()
                        || bodies.stream().anyMatch(body -> body.name().equals(trap.name()));
                if (trap.row() == row && named && (trap.count().incrementAndGet() == trap.time() || trap.time() == 0)) {
                    sprung.add(trap);
                }
            }
        } finally {
            lock.unlock();
        }
        sprung.forEach(trap -> trap.action().perform(row));
        return !sprung.isEmpty();
    }
}
