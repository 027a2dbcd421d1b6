package dev.turbochat.step;

import org.jspecify.annotations.Nullable;

/**
 * Ends the run and begins the next with a journal that holds only what is taken along: for conversations without an end.
 *
 * <p>Instructions, examples and pins are always taken along. The step does not come back.
 *
 * @param context what the next run reads as its context; null for nothing
 * @param latest how many of the latest messages are taken along, from 0; they begin with one of the user's
 */
public record ContinueAsNew(@Nullable Object context, int latest) implements Step<@Nullable Void> {
    /** How many messages are taken along where nobody says it. */
    public static final int LATEST = 20;

    /**
     * @throws IllegalArgumentException if {@code latest} is negative
     */
    public ContinueAsNew {
        if (latest < 0) {
            throw new IllegalArgumentException(
                    "A run was to go on with its latest " + latest + " messages; take along none or more.");
        }
    }
}
