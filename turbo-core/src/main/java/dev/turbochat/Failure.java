package dev.turbochat;

import dev.turbochat.memory.Body;
import dev.turbochat.memory.Entry;
import java.util.List;
import java.util.OptionalLong;

/** Where the last run of a journal failed. */
final class Failure {
    private Failure() {}

    /**
     * The entry to go back to, so that what failed is tried again: the last before the failed step, or, if no step
     * failed, before the end of the run.
     *
     * @return its number; empty if the last run did not fail
     */
    static OptionalLong before(List<Entry> journal) {
        List<Entry> entries = Entry.inForce(journal);
        int end = entries.size() - 1;
        while (end > 0 && entries.get(end).body() instanceof Body.Posted) {
            end--;
        }
        boolean failed =
                entries.get(end).body() instanceof Body.RunEnded ended && ended.outcome() == Body.Outcome.ERROR;
        if (!failed) {
            return OptionalLong.empty();
        }
        Entry last = entries.get(end - 1);
        boolean step = last.body() instanceof Body.GenerateFailed || last.body() instanceof Body.ActFailed;
        return OptionalLong.of(step ? beforeStep(entries, last) : last.seq());
    }

    private static long beforeStep(List<Entry> entries, Entry failure) {
        long first = failure.ref();
        long before = 0;
        for (Entry entry : entries) {
            if (entry.seq() == failure.ref() && entry.ref() != Entry.NO_REF) {
                first = entry.ref(); // it was a repeated attempt
            }
        }
        for (Entry entry : entries) {
            if (entry.seq() < first) {
                before = entry.seq();
            }
        }
        return before;
    }
}
