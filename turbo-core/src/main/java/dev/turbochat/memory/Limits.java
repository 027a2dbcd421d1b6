package dev.turbochat.memory;

import dev.turbochat.error.MemoryException;
import java.util.List;

/**
 * How much a session may hold, in bytes.
 *
 * @param line the longest line; the body of an entry with a longer one is kept beside the journal
 * @param body the longest JSON of a body, or of a delivery
 * @param warning from here on a journal, what is kept beside it included, is reported as large
 * @param journal the most that a journal, what is kept beside it included, may hold
 */
public record Limits(int line, int body, long warning, long journal) {
    private static final int MIB = 1 << 20;

    /** A line of 1 MiB, a body of 16 MiB, a warning at 5 MiB, a journal of 50 MiB. */
    public static final Limits STANDARD = new Limits(MIB, 16 * MIB, 5L * MIB, 50L * MIB);

    /**
     * Refuses what is too large for any entry.
     *
     * @param what the entry, as a message names it
     * @throws MemoryException.PayloadTooLarge if it is
     */
    public void checkBody(String session, String what, long bytes) {
        if (bytes > body) {
            throw new MemoryException.PayloadTooLarge(session, what, bytes, body);
        }
    }

    /**
     * Refuses an append that makes a journal too large. What ends a run, or takes one back, always fits: a run that came
     * too far can still say so.
     *
     * @param bytes how large the journal would be
     * @throws MemoryException.JournalFull if that is too large
     */
    public void checkJournal(String session, List<Entry> entries, long bytes) {
        if (bytes > journal
                && !entries.stream()
                        .allMatch(entry ->
                                entry.body() instanceof Body.RunEnded || entry.body() instanceof Body.Rewound)) {
            throw new MemoryException.JournalFull(session, bytes, journal);
        }
    }
}
