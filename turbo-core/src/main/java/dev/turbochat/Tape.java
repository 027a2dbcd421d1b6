package dev.turbochat;

import dev.turbochat.error.ProgramException.Diverged;
import dev.turbochat.error.ProgramException.Diverged.Difference;
import dev.turbochat.memory.Body;
import dev.turbochat.memory.Entry;
import dev.turbochat.memory.Journal;
import dev.turbochat.step.Input;
import dev.turbochat.step.Type;
import dev.turbochat.step.Version;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.NullNode;

/**
 * A run's part of the journal, read to its recorded end and then written on.
 *
 * <p>Replay is this: the program takes its steps in the same order as before, each step finds the entry that it left,
 * and the entry's result is its result. The first step that finds none is live, and so is every one after it. A step
 * that finds an entry of another shape has diverged: the program is not the one that wrote the journal. A step that only
 * says something else is an edit: the recorded words stand. Foreign entries, which no step left, are passed on the way.
 */
final class Tape {
    private static final Logger LOG = LoggerFactory.getLogger(Tape.class);
    private static final Input ANY = Input.text("");

    /** How many entries wait for the next append at the most. */
    private static final int MOST_WAITING = 256;

    private final Journal journal;
    private final List<Entry> recorded;
    private final int end;
    private final int run;
    private final Consumer<Diverged> edits;
    private Consumer<Entry> foreign = entry -> {};
    private String versions = "";
    private int position;
    private int ordinal;
    private boolean drawn;

    /**
     * @param recorded the entries of the run so far, its start included; empty for a new run
     * @param edits is told of each entry that the program says in other words
     */
    Tape(Journal journal, int run, List<Entry> recorded, Consumer<Diverged> edits) {
        this.journal = journal;
        this.run = run;
        this.recorded = recorded;
        this.edits = edits;
        int own = recorded.size();
        while (own > 0 && isForeign(recorded.get(own - 1))) {
            own--;
        }
        this.end = own;
    }

    /** What is done about an edit by default. */
    static void warn(Diverged edit) {
        LOG.warn("Session '{}': {}; the recorded one stands.", edit.session(), edit.told());
    }

    /** Has this told of every entry that no step of the program left, when the program comes by it. */
    void onForeign(Consumer<Entry> handler) {
        foreign = handler;
    }

    private static boolean isForeign(Entry entry) {
        return entry.body() instanceof Body.Posted;
    }

    /** Whether recorded entries of the program's own are left. */
    boolean isReplaying() {
        return position < end;
    }

    /** The next recorded entry that a step left, without taking it; null at the end. Passes foreign ones. */
    @Nullable
    Entry peek() {
        while (position < recorded.size() && isForeign(recorded.get(position))) {
            foreign.accept(pass(recorded.get(position)));
        }
        return position < recorded.size() ? recorded.get(position) : null;
    }

    /** Whether the next recorded entry is of this kind and name. */
    boolean finds(Body body) {
        Entry entry = peek();
        return entry != null
                && entry.body().getClass() == body.getClass()
                && entry.body().name().equals(body.name());
    }

    /** Takes the entry that says with what the run began. */
    void begin(Start start) {
        Entry entry = takeIf(Body.RunStarted.class);
        if (entry != null && entry.body() instanceof Body.RunStarted started) {
            versions = Comparison.versions(started, start);
        }
    }

    /** Takes the next recorded entry if it is of this kind; null at the end, or if it is of another kind. */
    @Nullable
    Entry takeIf(Class<? extends Body> kind) {
        Entry entry = peek();
        return entry != null && kind.isInstance(entry.body()) ? pass(entry) : null;
    }

    /**
     * Takes the answer to a question; null if the recording has ended.
     *
     * @throws Diverged if something else is recorded, or the answer to a typed question instead of an untyped one
     */
    @Nullable
    Entry takeAnswer(String branch, String prompt, boolean typed) {
        if (peek() == null) {
            return null;
        }
        Body.Answered attempted = new Body.Answered(prompt, ANY, typed ? NullNode.getInstance() : null);
        Entry entry = take(branch, attempted);
        if (!typed && entry != null && entry.body() instanceof Body.Answered answered && answered.value() != null) {
            throw diverged(entry, "untyped");
        }
        return entry;
    }

    /** Takes an answer that did not fit the question, if that is what is recorded next. */
    @Nullable
    Entry takeRefused(String branch, String prompt) {
        Body.Refused attempted = new Body.Refused(prompt, ANY, "");
        return finds(attempted) ? take(branch, attempted) : null;
    }

    /**
     * Takes the entry that a step left.
     *
     * @param attempted what the step would write now, or as much of it as is known
     * @return the entry, or null if the recording has ended and the step is live
     * @throws Diverged if the entry is another step's
     */
    @Nullable
    Entry take(String branch, Body attempted) {
        Entry entry = peek();
        if (entry == null) {
            return null;
        }
        check(entry, branch, attempted, Caller::line);
        return pass(entry);
    }

    private void check(Entry entry, String branch, Body attempted, Supplier<String> line) {
        Comparison comparison = new Comparison(entry, attempted, branch);
        comparison.shape(versions, line).ifPresent(difference -> {
            throw diverged(entry, difference);
        });
        comparison.content(versions, line).ifPresent(difference -> edits.accept(diverged(entry, difference)));
    }

    private Entry pass(Entry entry) {
        position++;
        ordinal = entry.position().ordinal() + 1;
        return entry;
    }

    private Diverged diverged(Entry entry, Difference difference) {
        return new Diverged(journal.session(), entry.seq(), difference);
    }

    /** The divergence of a program that wants another type of the value that is recorded here. */
    Diverged diverged(Entry recorded, Type<?> type) {
        return diverged(recorded, "a value of type " + Words.type(type));
    }

    private Diverged diverged(Entry entry, String wanted) {
        Body body = entry.body();
        JsonNode value = switch (body) {
            case Body.Answered answered -> answered.value();
            case Body.Acted acted -> acted.value();
            default -> null;
        };
        return diverged(
                entry,
                new Difference(
                        Words.did(body) + " (" + Words.kind(value) + ")",
                        Words.does(body) + " (" + wanted + ")" + Caller.line(),
                        "the type of the value",
                        versions,
                        false));
    }

    /** The divergence of a program that no longer has the version that was taken last. */
    Diverged diverged(Version step) {
        Entry entry = recorded.get(position - 1);
        return diverged(
                entry,
                new Difference(
                        Words.did(entry.body()),
                        "has versions " + step.oldest() + " to " + step.newest() + " of '" + step.id() + "'"
                                + Caller.line(),
                        "the version",
                        versions,
                        false));
    }

    /** Writes down a step that needs nothing but to be known; it is stored with the next flush. */
    Entry add(String branch, Body body) {
        return add(branch, Entry.NO_REF, 1, body);
    }

    /**
     * Writes down the result of an intent, or a repeated intent.
     *
     * @throws Diverged if recorded entries are left: nothing is written in front of them
     */
    Entry add(String branch, long ref, int attempt, Body body) {
        Entry entry = peek();
        if (entry != null) {
            check(entry, branch, body, Caller::line);
            if (entry.body() instanceof Body.RunEnded) { // only a check of a whole run comes here
                return pass(entry);
            }
            String does = Words.does(body) + Caller.line();
            throw diverged(entry, new Difference(Words.did(entry.body()), does, "what came before", versions, false));
        }
        if (journal.next() - journal.stored() >= MOST_WAITING) {
            flush(); // what a program only says is not gathered without end
        }
        drawn |= body instanceof Body.Drawn || body instanceof Body.VersionTaken || body instanceof Body.Posted;
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

    /**
     * Has the entry stored that was added last, and alone, unless something else than this was delivered before.
     *
     * @return whether it is stored; if not, it was never added
     */
    boolean flushUnlessOthersWait(List<String> known) {
        boolean stored = journal.flushUnlessOthersWait(known);
        ordinal -= stored ? 0 : 1;
        return stored;
    }

    /**
     * @throws dev.turbochat.error.MemoryException.NotOwner if the session is somebody else's by now
     */
    void checkOwned() {
        journal.checkOwned();
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
     * @param thrown what it threw; null if it returned
     * @throws Diverged if entries are left that it did not come to
     */
    void checkEnd(@Nullable Throwable thrown) {
        Entry entry = peek();
        if (entry != null && !(entry.body() instanceof Body.RunEnded)) {
            Body.Outcome outcome = thrown == null ? Body.Outcome.OK : Body.Outcome.ERROR;
            String error = thrown == null ? null : thrown.toString();
            String line = thrown == null ? "" : Caller.line(thrown);
            check(entry, "", new Body.RunEnded(outcome, null, null, error), () -> line);
        }
    }
}
