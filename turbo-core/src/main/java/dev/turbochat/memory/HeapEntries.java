package dev.turbochat.memory;

import dev.turbochat.memory.Entry.Position;
import dev.turbochat.step.Message;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The entries of one session on the heap, kept small.
 *
 * <p>Most entries are the next of the one before: the next number and step of the same run, stored in the same append. Of
 * those what happened is kept alone, a message even without its {@link Body.Said} around it, and the entry is made anew when
 * it is read. So a message that was emitted takes one reference here. Not thread-safe.
 */
final class HeapEntries {
    /** Each an {@link Entry}, or the {@link Body} of one that is the next of the one before, or the message of such a body. */
    private final ArrayList<Object> kept = new ArrayList<>(2); // the header, and what a run begins with

    /** The last one that is kept whole, and how many came since. */
    private @Nullable Entry whole;

    private int since;

    void addAll(List<Entry> entries) {
        kept.ensureCapacity(kept.size() + entries.size());
        entries.forEach(this::add);
    }

    void add(Entry entry) {
        if (whole != null && follows(whole, since + 1, entry)) {
            kept.add(bare(entry.body()));
            since++;
        } else {
            kept.add(entry);
            whole = entry;
            since = 0;
        }
    }

    void clear() {
        kept.clear();
        whole = null;
        since = 0;
    }

    boolean isEmpty() {
        return whole == null;
    }

    /** The number of the entry that comes next. */
    long next() {
        return whole == null ? 0 : whole.seq() + since + 1;
    }

    /** All entries, equal to those that were added. */
    List<Entry> all() {
        Entry[] all = new Entry[kept.size()];
        for (int i = 0; i < all.length; i++) {
            all[i] = switch (kept.get(i)) {
                case Entry entry -> entry;
                case Body body -> next(all[i - 1], body);
                case Message message -> next(all[i - 1], new Body.Said(message));
                case Object unknown -> throw new IllegalStateException("Nobody keeps a " + unknown.getClass() + ".");
            };
        }
        return List.of(all);
    }

    private static Object bare(Body body) {
        return body instanceof Body.Said(Message message) ? message : body;
    }

    private static Entry next(Entry before, Body body) {
        Position place = before.position();
        Position next = new Position(place.seq() + 1, place.run(), place.branch(), place.ordinal() + 1);
        return new Entry(next, before.stamp(), Entry.NO_REF, 1, body);
    }

    /** Whether an entry differs from this one in nothing but being so many later. */
    @SuppressWarnings("ReferenceEquality") // those of an append share one stamp
    private static boolean follows(Entry whole, int later, Entry entry) {
        Position place = whole.position();
        Position its = entry.position();
        return its.seq() == place.seq() + later
                && its.run() == place.run()
                && its.ordinal() == place.ordinal() + later
                && its.branch().equals(place.branch())
                && entry.ref() == Entry.NO_REF
                && entry.attempt() == 1
                && entry.stamp() == whole.stamp();
    }
}
