package dev.turbochat;

import org.jspecify.annotations.Nullable;

/**
 * A conversation as a method: what it does in order is what happens.
 *
 * <p>It may throw anything; it reaches whoever drives the run.
 *
 * @param <R> what it returns
 */
@FunctionalInterface
public interface Program<R extends @Nullable Object> {
    /** Holds the conversation. */
    R run(Chat chat) throws Exception;

    /** A routine as a program that returns nothing. */
    @SuppressWarnings("NullAway") // a Void is null
    static Program<@Nullable Void> of(Routine routine) {
        return chat -> {
            routine.run(chat);
            return null;
        };
    }
}
