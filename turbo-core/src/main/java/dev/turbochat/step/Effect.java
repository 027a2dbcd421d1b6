package dev.turbochat.step;

import org.jspecify.annotations.Nullable;

/**
 * Does something to the world outside, once for the conversation: its value is recorded and returned at every replay.
 *
 * <p>The value is the JSON round trip of what the body returns, live as well as in replay. After a crash in its middle
 * the body runs again, with the same key: at least once. {@link EffectOnce} never runs twice.
 *
 * @param name what the effect is known by in the journal
 * @param type the type of its value
 * @param body what is done; it may throw anything, and may not emit steps
 * @param <T> the type of its value
 */
public record Effect<T extends @Nullable Object>(String name, Type<?> type, Body<T> body) implements Step<T> {
    /** What an effect does. */
    @FunctionalInterface
    public interface Body<T extends @Nullable Object> {
        /**
         * Does it.
         *
         * @param key the same at every attempt at this effect, and no other effect's: for a service that takes an
         *     idempotency key
         */
        T run(String key) throws Exception;
    }
}
