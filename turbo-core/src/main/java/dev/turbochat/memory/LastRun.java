package dev.turbochat.memory;

import java.util.List;
import java.util.Optional;

/**
 * What a journal says about the last run in it.
 *
 * @param index where it begins among the entries that count
 * @param started with what it was started
 * @param isUnderWay whether it has not ended
 */
public record LastRun(int index, Body.RunStarted started, boolean isUnderWay) {

    /** The last run of a journal; empty if there was none yet. */
    public static Optional<LastRun> of(List<Entry> journal) {
        List<Entry> entries = Entry.inForce(journal);
        boolean ended = false;
        for (int i = entries.size() - 1; i >= 0; i--) {
            switch (entries.get(i).body()) {
                case Body.RunEnded ignored -> ended = true;
                case Body.RunStarted started -> {
                    return Optional.of(new LastRun(i, started, !ended));
                }
                default -> {} // a step of the run, or what came after it
            }
        }
        return Optional.empty();
    }

    /** The run that goes on; empty if the last one has ended, or there was none yet. */
    public static Optional<LastRun> underWay(List<Entry> journal) {
        return of(journal).filter(LastRun::isUnderWay);
    }
}
