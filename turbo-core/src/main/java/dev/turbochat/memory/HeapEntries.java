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

    private @Nullable Entry last;

    void addAll(List<Entry> entries) {
        kept.ensureCapacity(kept.size() + entries.size());
        entries.forEach(this::add);
    }

    void add(Entry entry) {
        kept.add(last != null && isNext(last, entry) ? bare(entry.body()) : entry);
        last = entry;
    }

    void clear() {
        kept.clear();
        last = null;
    }

    boolean isEmpty() {
        return last == null;
    }

    /** The number of the entry that comes next. */
    long next() {
        return last == null ? 0 : last.seq() + 1;
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

    private static boolean isNext(Entry before, Entry entry) {
        Position place = before.position();
        Position next = entry.position();
        return next.seq() == place.seq() + 1
                && next.run() == place.run()
                && next.ordinal() == place.ordinal() + 1
                && next.branch().equals(place.branch())
                && entry.ref() == Entry.NO_REF
                && entry.attempt() == 1
                && entry.stamp().equals(before.stamp());
    }
}
