package dev.turbochat.step;

import org.jspecify.annotations.Nullable;

/**
 * What is known of something that is done at most once.
 *
 * @param <T> the type of its value
 */
public sealed interface Outcome<T extends @Nullable Object> {
    /** It was done, and this came of it. */
    record Done<T extends @Nullable Object>(T value) implements Outcome<T> {}

    /**
     * A crash came between its beginning and its end: it may have been done or not. Ask the other side, by the key, or a
     * human.
     *
     * @param key the idempotency key that it was done under
     */
    record Unknown<T extends @Nullable Object>(String key) implements Outcome<T> {}
}
