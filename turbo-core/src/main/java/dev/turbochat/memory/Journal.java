package dev.turbochat.memory;

import dev.turbochat.error.BackendException;
import dev.turbochat.error.MemoryException;
import dev.turbochat.error.SessionException;
import dev.turbochat.memory.Memory.Opening;
import dev.turbochat.memory.Memory.Token;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A session's journal in the hands of its owner: numbers entries, gathers those that can wait, and has them stored.
 *
 * <p>What can be derived again (a message that the program emits) may ride with the next append; {@link #flush} is
 * called before anything leaves. Used by one thread at a time. Whoever opened it closes it.
 */
public final class Journal implements AutoCloseable {
    private static final int MAX_ID_BYTES = 128;
    private static final int TRIES = 3;

    /** The wake time of a session that a host drives: at once, if it dies. */
    private static final Instant HOSTED = Instant.EPOCH;

    private final Memory memory;
    private final String session;
    private final UUID incarnation;
    private final Token token;
    private final @Nullable List<Delivery> inbox;
    private List<Entry> entries;
    private List<Entry> waiting = List.of(); // made anew for each append: most of the time nothing waits
    private List<String> taken = List.of();
    private volatile long stored;
    private long appends;
    private @Nullable Entry timer;
    private final Deliveries deliveries = new Deliveries();
    private volatile List<String> left = List.of();
    private @Nullable Entry storedTimer;

    private boolean hosted;

    /** Whether a host's run is neither over nor asleep. */
    private volatile boolean underWay;

    private boolean parked;
    private @Nullable Instant rested;
    private boolean closed;

    /** An append that may or may not be stored: until that is known it is repeated, and grows no more. */
    private Memory.@Nullable Append unanswered;

    /** Whether that takes the place of the whole journal. */
    private boolean anew;

    private Journal(Memory memory, String session, Opening.Granted granted) {
        this.memory = memory;
        this.session = session;
        this.incarnation = granted.incarnation();
        this.token = granted.token();
        this.inbox = granted.inbox();
        this.entries = granted.entries();
        this.stored = granted.entries().getLast().seq() + 1;
        this.timer = Logs.timer(granted.entries());
        granted.entries().forEach(entry -> Logs.addDelivery(deliveries, entry));
        this.storedTimer = timer;
    }

    /** {@link #open(Memory, String, String, Duration, Consumer)} that tells nobody that it waits. */
    public static Journal open(Memory memory, String session, String owner, Duration patience)
            throws InterruptedException {
        return open(memory, session, owner, patience, busy -> {});
    }

    /**
     * Takes a session, waiting for another owner to let go of it.
     *
     * <p>An owner that has died where nobody can see it holds the session until its lease ends: that is waited for, however
     * short the patience, unless the owner gives a sign of life. With no patience at all nothing is waited for.
     *
     * @param owner who is asking, in words for people
     * @param patience the longest wait for an owner that lives
     * @param held is told once, if it takes longer than a moment
     * @throws SessionException.BadSessionId if the id cannot be one
     * @throws SessionException.SessionBusy if it is still somebody else's after that time
     */
    public static Journal open(
            Memory memory, String session, String owner, Duration patience, Consumer<Opening.Busy> held)
            throws InterruptedException {
        bytes(session);
        Waiting waiting = new Waiting(patience);
        while (true) {
            switch (memory.open(session, owner)) {
                case Opening.Granted granted -> {
                    return new Journal(memory, session, granted);
                }
                case Opening.Busy busy -> {
                    if (waiting.isOver(busy)) {
                        throw new SessionException.SessionBusy(session, busy.owner(), waiting.most());
                    }
                    waiting.pause(busy, held);
                }
            }
        }
    }

    /**
     * Takes a session for a host, which is about to carry it on ({@link #hosted}), and waits for nobody.
     *
     * @throws SessionException.BadSessionId if the id cannot be one
     * @throws SessionException.SessionBusy if it is somebody else's
     */
    public static Journal openHosted(Memory memory, String session, String owner) {
        bytes(session);
        return switch (memory.open(session, owner, HOSTED)) {
            case Opening.Granted granted -> new Journal(memory, session, granted);
            case Opening.Busy busy -> throw new SessionException.SessionBusy(session, busy.owner(), Duration.ZERO);
        };
    }

    /**
     * A session's id in UTF-8.
     *
     * @throws SessionException.BadSessionId if it cannot be one
     */
    public static byte[] bytes(String session) {
        byte[] bytes = session.getBytes(StandardCharsets.UTF_8);
        if (!new String(bytes, StandardCharsets.UTF_8).equals(session)) {
            throw new SessionException.BadSessionId(session, "it holds half a character (a lone surrogate)");
        }
        if (bytes.length == 0) {
            throw new SessionException.BadSessionId(session, "it is empty");
        }
        if (bytes.length > MAX_ID_BYTES) {
            throw new SessionException.BadSessionId(session, "it has " + bytes.length + " bytes");
        }
        return bytes;
    }

    /**
     * Makes a new session of entries of another: a fork, an import. It has an incarnation of its own.
     *
     * @param entries the journal, or a beginning of it, its header included
     * @throws SessionException.SessionExists if there is such a session
     * @throws SessionException.BadSessionId if the id cannot be one
     */
    public static void create(Memory memory, String session, List<Entry> entries) throws InterruptedException {
        try (Journal journal = open(memory, session, "a copy", Duration.ZERO)) {
            if (journal.entries().size() > 1) {
                throw new SessionException.SessionExists(session);
            }
            long shift = entries.getFirst().seq(); // of a journal that has begun anew
            for (Entry entry : entries.subList(1, entries.size())) {
                Entry.Position position = entry.position();
                journal.add(
                        position.run(),
                        position.branch(),
                        position.ordinal(),
                        entry.ref() == Entry.NO_REF ? Entry.NO_REF : entry.ref() - shift,
                        entry.attempt(),
                        entry.body() instanceof Body.Rewound(long to) ? new Body.Rewound(to - shift) : entry.body());
            }
            journal.flush();
        }
    }

    /**
     * Begins the journal anew: what the session needs to go on takes the place of all that it holds.
     *
     * @param run the number of the run that begins
     * @return the new entries, the header included
     * @throws MemoryException.NotOwner if the session is somebody else's by now
     * @throws MemoryException.SessionGone if it was deleted
     * @throws BackendException if they could not be stored; the journal is the old one, or the new one
     */
    public List<Entry> beginAnew(Body.Carried carried, int run, Body.RunStarted started) {
        flush();
        long base = stored;
        add(0, "", 0, Entry.NO_REF, 1, new Body.Header(Entry.FORMAT, session));
        add(0, "", 0, Entry.NO_REF, 1, carried);
        add(run, "", 0, Entry.NO_REF, 1, started);
        anew = true;
        storeWaiting(base, null);
        return entries;
    }

    /**
     * Takes the session back to an entry: what stands behind it counts no more, though it stays in the journal.
     *
     * @throws IllegalArgumentException if there is no such entry, or it counts no more itself
     */
    public void rewind(long to) {
        rewind(to, false);
    }

    /**
     * {@link #rewind(long)} that may keep what was put in from outside behind the entry: it is put in again.
     *
     * @throws IllegalArgumentException if there is no such entry, or it counts no more itself
     */
    public void rewind(long to, boolean keepsPosted) {
        List<Entry> counting = Entry.inForce(entries());
        if (counting.stream().noneMatch(entry -> entry.seq() == to)) {
            throw new IllegalArgumentException("Session '" + session + "' has no entry " + to
                    + " to go back to; 'turbo sessions show' lists those it has.");
        }
        add(0, "", 0, Entry.NO_REF, 1, new Body.Rewound(to));
        for (Entry entry : counting) {
            if (keepsPosted && entry.seq() > to && entry.body() instanceof Body.Posted) {
                add(entry.position().run(), "", entry.position().ordinal(), Entry.NO_REF, 1, entry.body());
            }
        }
        flush();
    }

    /**
     * From here on somebody should look after the session at once if this owner dies, or closes this before the run has ended
     * or sleeps: a host is to carry it on.
     */
    public void hosted() {
        hosted = true;
        underWay = true;
    }

    /** From here on nobody should look after the session by himself: its program cannot go on. */
    public void park() {
        park(null);
    }

    /** {@link #park()} for a while: then somebody should again. */
    public void park(@Nullable Instant until) {
        parked = true;
        rested = until;
    }

    /**
     * Says that the run waits for input, or for its timer, and may well be let go of.
     *
     * @param deliveries what stays in the inbox: nobody need look after the session because of it
     */
    public void sleeps(List<String> deliveries) {
        left = List.copyOf(deliveries);
        underWay = false;
    }

    /** Whether the journal holds what was delivered under this id, stored or not yet. */
    public boolean holds(String delivery) {
        return deliveries.holds(delivery);
    }

    /** Whether the journal holds what was delivered under this id, and it is stored. May be called by any thread. */
    public boolean stores(String delivery) {
        return deliveries.stores(delivery);
    }

    /** The ids of all that was delivered and stands in the journal, the latest last. */
    public List<String> deliveries() {
        return deliveries.all();
    }

    /**
     * @throws MemoryException.NotOwner if the session is somebody else's by now, as far as can be known without an append
     */
    public void checkOwned() {
        if (!memory.owns(session, token)) {
            throw new MemoryException.NotOwner(session, "its ownership has passed on");
        }
    }

    /** Which taking of the session this is. */
    public long epoch() {
        return token.epoch();
    }

    /** The session's id. */
    public String session() {
        return session;
    }

    /** This creation of the session. */
    public UUID incarnation() {
        return incarnation;
    }

    /** The entries that were stored when the journal was opened, or begun anew. */
    public List<Entry> entries() {
        return entries;
    }

    /** What waited in the inbox when the journal was opened, or waits there now. */
    public List<Delivery> inbox() {
        return inbox == null ? memory.inbox(session) : inbox;
    }

    /** The number of the first entry that is not stored yet. May be called by any thread. */
    public long stored() {
        return stored;
    }

    /** The number that the next entry will have. */
    public long next() {
        return stored + (unanswered == null ? 0 : unanswered.entries().size()) + waiting.size();
    }

    /**
     * Adds an entry, to be stored with the next {@link #flush}.
     *
     * @return the entry as it will be stored
     */
    public Entry add(int run, String branch, int ordinal, long ref, int attempt, Body body) {
        Entry.Stamp stamp = waiting.isEmpty()
                ? new Entry.Stamp(incarnation, token.epoch(), nextAppend(), Instant.now())
                : waiting.getLast().stamp();
        waiting = waiting.isEmpty() ? new ArrayList<>(2) : waiting;
        Entry entry = new Entry(new Entry.Position(next(), run, branch, ordinal), stamp, ref, attempt, body);
        waiting.add(entry);
        timer = Logs.timer(timer, entry);
        String delivery = Logs.delivery(body);
        if (delivery != null) {
            deliveries.add(delivery, false);
        }
        return entry;
    }

    /** Takes a delivery out of the inbox with the next {@link #flush}: what was added holds it. */
    public void take(String delivery) {
        taken = taken.isEmpty() ? new ArrayList<>() : taken;
        taken.add(delivery);
    }

    private long nextAppend() {
        return unanswered == null ? appends + 1 : appends + 2;
    }

    /**
     * Has everything stored that was added; when it returns, it is. After a failure the next call begins with what failed.
     *
     * @throws MemoryException.NotOwner if the session is somebody else's by now
     * @throws MemoryException.SessionGone if it was deleted
     * @throws MemoryException.Refused if it is too large: it is dropped, with what was added after it, and the journal goes
     *     on with what is stored
     * @throws BackendException if it could not be stored
     */
    public void flush() {
        storeUnanswered();
        if (!waiting.isEmpty()) {
            storeWaiting(stored, null);
        }
    }

    /**
     * {@link #flush} of what may stand in the journal only if nothing was delivered before that the owner does not know of.
     *
     * @param known the ids of what may wait in the inbox
     * @return whether it is stored; if not, it is dropped
     */
    public boolean flushUnlessOthersWait(List<String> known) {
        storeUnanswered();
        return waiting.isEmpty() || storeWaiting(stored, known);
    }

    /** Has stored what may not be: whatever has come into the inbox since, as more may have been added behind it. */
    private void storeUnanswered() {
        if (unanswered != null) {
            unanswered = unanswered.unconditional();
            store(unanswered);
        }
    }

    private boolean storeWaiting(long length, @Nullable List<String> known) {
        Memory.Append append =
                new Memory.Append(session, incarnation, token, length, nextAppend(), waiting, taken, wake(), known);
        unanswered = append;
        waiting = List.of();
        taken = List.of();
        return store(append);
    }

    private @Nullable Instant wake() {
        return hosted ? HOSTED : due(timer);
    }

    /** When the run goes on by itself; null if it waits for nothing, or for input alone. */
    private static @Nullable Instant due(@Nullable Entry timer) {
        return timer != null && timer.body() instanceof Body.TimerSet set ? set.due() : null;
    }

    /** Whether it is stored; if not, it is dropped, since others wait in the inbox. */
    private boolean store(Memory.Append append) {
        return switch (appended(append)) {
            case OK, ALREADY -> {
                entries = anew ? append.entries() : entries;
                anew = false;
                stored = append.expectedLength() + append.entries().size();
                appends++;
                unanswered = null;
                for (Entry entry : append.entries()) {
                    storedTimer = Logs.timer(storedTimer, entry);
                    if (entry.body() instanceof Body.RunEnded) {
                        underWay = false;
                    }
                }
                deliveries.stored(append.entries());
                yield true;
            }
            case WAITING -> {
                dropUnstored();
                yield false;
            }
            case CONFLICT -> throw new MemoryException.NotOwner(session, "its journal has grown");
            case FENCED -> throw new MemoryException.NotOwner(session, "its ownership has passed on");
            case GONE -> throw new MemoryException.SessionGone(session);
        };
    }

    /** Repeats an append whose outcome is unknown: the same append id makes the repeat harmless. */
    private Memory.Appended appended(Memory.Append append) {
        for (int tries = 1; ; tries++) {
            try {
                return anew ? memory.replace(append) : memory.append(append);
            } catch (MemoryException.Refused e) { // nothing of it is stored, however often it was tried
                dropUnstored();
                throw e;
            } catch (BackendException e) {
                if (!e.passing() || tries == TRIES) {
                    throw e;
                }
            }
        }
    }

    private void dropUnstored() {
        unanswered = null;
        anew = false;
        waiting = List.of();
        taken = List.of();
        timer = storedTimer;
        deliveries.dropUnstored();
    }

    /** Lets go of the session; what was added and not flushed is dropped. Safe to call twice. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            List<String> known = Stream.concat(left.stream(), taken.stream()).toList();
            Instant wake = underWay ? HOSTED : due(storedTimer); // what was added and not stored does not count
            memory.release(session, token, parked ? rested : wake, known);
        }
    }
}
