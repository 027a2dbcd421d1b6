package dev.turbochat;

import dev.turbochat.error.ProgramException;
import dev.turbochat.memory.Body;
import dev.turbochat.memory.Entry;
import dev.turbochat.memory.Journal;
import dev.turbochat.step.Type;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A run's part of the journal, read to its recorded end and then written on.
 *
 * <p>Replay is this: the program takes its steps in the same order as before, each step finds the entry that it left,
 * and the entry's result is its result. The first step that finds none is live, and so is every one after it. A step
 * that finds an entry of another shape has diverged: the program is not the one that wrote the journal.
 */
final class Tape {
    private static final Logger LOG = LoggerFactory.getLogger(Tape.class);

    /** How many entries wait for the next append at the most. */
    private static final int MOST_WAITING = 256;

    private final Journal journal;
    private final List<Entry> recorded;
    private final int run;
    private int position;
    private int ordinal;
    private boolean drawn;

    /**
     * @param recorded the entries of the run so far, its start included; empty for a new run
     */
    Tape(Journal journal, int run, List<Entry> recorded) {
        this.journal = journal;
        this.run = run;
        this.recorded = recorded;
    }

    /** Whether recorded entries are left. */
    boolean isReplaying() {
        return position < recorded.size();
    }

    /** The next recorded entry, without taking it; null at the end. */
    @Nullable
    Entry peek() {
        return isReplaying() ? recorded.get(position) : null;
    }

    /** Whether the next recorded entry is of this kind and name. */
    boolean finds(Body body) {
        Entry entry = peek();
        return entry != null
                && entry.body().getClass() == body.getClass()
                && entry.body().name().equals(body.name());
    }

    /** Takes the next recorded entry if it is of this kind; null at the end, or if it is of another kind. */
    @Nullable
    Entry takeIf(Class<? extends Body> kind) {
        Entry entry = peek();
        return entry != null && kind.isInstance(entry.body()) ? pass(entry) : null;
    }

    /**
     * Takes the entry that a step left.
     *
     * @param attempted what the step would write now, or as much of it as is known
     * @return the entry, or null if the recording has ended and the step is live
     * @throws ProgramException.Diverged if the entry is another step's
     */
    @Nullable
    Entry take(String branch, Body attempted) {
        Entry entry = peek();
        if (entry == null) {
            return null;
        }
        Body body = entry.body();
        if (body.getClass() != attempted.getClass()
                || !body.name().equals(attempted.name())
                || !entry.position().branch().equals(branch)) {
            throw diverged(entry, word(attempted, branch));
        }
        if (!body.equals(attempted) && (body instanceof Body.Said || body instanceof Body.Noticed)) {
            LOG.warn(
                    "Session '{}': the text of entry {} differs from what the program says now; the recorded one stands.",
                    journal.session(),
                    entry.seq());
        }
        return pass(entry);
    }

    private Entry pass(Entry entry) {
        position++;
        ordinal = entry.position().ordinal() + 1;
        return entry;
    }

    /** The divergence of a program that takes something else than what is recorded here. */
    ProgramException.Diverged diverged(Entry recorded, String attempted) {
        return new ProgramException.Diverged(
                journal.session(),
                recorded.seq(),
                word(recorded.body(), recorded.position().branch()),
                attempted);
    }

    /** The divergence of a program that wants another type of the value that is recorded here. */
    ProgramException.Diverged diverged(Entry recorded, Type<?> type) {
        String word = word(recorded.body(), recorded.position().branch());
        return diverged(recorded, word + " with a value of type " + type);
    }

    /** Writes down a step that needs nothing but to be known; it is stored with the next flush. */
    Entry add(String branch, Body body) {
        return add(branch, Entry.NO_REF, 1, body);
    }

    /**
     * Writes down the result of an intent, or a repeated intent.
     *
     * @throws ProgramException.Diverged if recorded entries are left: nothing is written in front of them
     */
    Entry add(String branch, long ref, int attempt, Body body) {
        Entry entry = peek();
        if (entry != null) {
            throw diverged(entry, word(body, branch));
        }
        if (journal.next() - journal.stored() >= MOST_WAITING) {
            flush(); // what a program only says is not gathered without end
        }
        drawn |= body instanceof Body.Drawn || body instanceof Body.VersionTaken;
        return journal.add(run, branch, ordinal++, ref, attempt, body);
    }

    /**
     * Writes down what was delivered, with the entry that holds it: it leaves the inbox.
     *
     * @param delivery its id; null if it has none
     */
    Entry add(String branch, long ref, int attempt, Body body, @Nullable String delivery) {
        Entry entry = add(branch, ref, attempt, body);
        if (delivery != null) {
            journal.take(delivery);
        }
        return entry;
    }

    /** Whether the journal holds what was delivered under this id. */
    boolean holds(@Nullable String delivery) {
        return delivery != null && journal.holds(delivery);
    }

    /** The number of the entry that will stand behind all that is recorded. */
    long last() {
        return journal.next();
    }

    /** The number of the entry that will be added next, for what is shown before it is written. */
    long next() {
        Entry entry = peek();
        return entry == null ? journal.next() : entry.seq();
    }

    /** The idempotency key of an effect whose first intent has this number: no other effect's, in no other session. */
    String key(long seq) {
        return journal.incarnation() + ":" + seq;
    }

    /** Has everything stored that was added. */
    void flush() {
        journal.flush();
        drawn = false;
    }

    /** Has stored what could not be derived again: before anything that may depend on it is shown to anybody. */
    void flushDrawn() {
        if (drawn) {
            flush();
        }
    }

    /**
     * Ends the replay of a program that takes no further step.
     *
     * @param how how it ended, in words
     * @throws ProgramException.Diverged if entries are left that it did not come to
     */
    void checkEnd(String how) {
        Entry entry = peek();
        if (entry != null) {
            throw diverged(entry, "no step: it has " + how);
        }
    }

    private static String word(Body body, String branch) {
        String name = body.name().isEmpty() ? "" : " '" + body.name() + "'";
        return body.getClass().getSimpleName() + name + (branch.isEmpty() ? "" : " in aside " + branch);
    }
}
