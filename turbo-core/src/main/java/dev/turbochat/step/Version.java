package dev.turbochat.step;

/**
 * Asks which version of a piece of the program this run takes: the newest where it comes by for the first time, the
 * recorded one in a replay, and the oldest in the replay of a run that passed before the question was there.
 *
 * @param id what the change is known by in the journal
 * @param oldest the oldest version that the program still has
 * @param newest the newest
 */
public record Version(String id, int oldest, int newest) implements Step<Integer> {
    /**
     * @throws IllegalArgumentException if the newest is older than the oldest
     */
    public Version {
        if (newest < oldest) {
            throw new IllegalArgumentException(
                    "Version '" + id + "' goes from " + oldest + " to " + newest + "; give the oldest first.");
        }
    }
}
