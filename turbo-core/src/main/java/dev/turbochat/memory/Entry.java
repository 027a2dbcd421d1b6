package dev.turbochat.memory;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * One entry of a session's journal: what happened, where in the conversation, and who wrote it down.
 *
 * <p>Immutable. Replay reads everything but the stamp.
 *
 * @param position where it stands
 * @param stamp who wrote it, and when
 * @param ref the seq of the intent that it answers, or of the attempt that it repeats; -1 where there is none
 * @param attempt which attempt at its step it belongs to, from 1
 * @param body what happened
 */
public record Entry(Position position, Stamp stamp, long ref, int attempt, Body body) {
    /** The format of entries that this release writes; it reads all formats up to this one. */
    public static final int FORMAT = 1;

    /** {@link #ref} of an entry that refers to no other. */
    public static final long NO_REF = -1;

    /**
     * The place of an entry.
     *
     * @param seq its number in the session, from 0, never used twice, also when the journal begins anew
     * @param run the number of its run, from 1; 0 for what belongs to none
     * @param branch the path of the aside that it belongs to; empty on the main line
     * @param ordinal the number of its step in the run, from 0
     */
    public record Position(long seq, int run, String branch, int ordinal) {}

    /**
     * Who wrote an entry.
     *
     * @param incarnation this creation of the session; deleting and creating it again makes another
     * @param epoch which taking of the session it was written under, from 1
     * @param append the number of the append within the epoch, from 1; all its entries were stored together
     * @param time when; for people, never read by replay
     */
    public record Stamp(UUID incarnation, long epoch, long append, Instant time) {}

    /** The entries of a journal that count: those that a rewind took back, and the rewinds, are left out. */
    public static List<Entry> inForce(List<Entry> journal) {
        for (Entry entry : journal) {
            if (entry.body() instanceof Body.Rewound) {
                return withoutRewound(journal);
            }
        }
        return journal;
    }

    private static List<Entry> withoutRewound(List<Entry> journal) {
        List<Entry> inForce = new ArrayList<>();
        for (Entry entry : journal) {
            if (entry.body() instanceof Body.Rewound(long to)) {
                while (inForce.getLast().seq() > to) {
                    inForce.removeLast();
                }
            } else {
                inForce.add(entry);
            }
        }
        return List.copyOf(inForce);
    }

    /** The entry's number in its session. */
    public long seq() {
        return position.seq();
    }
}
