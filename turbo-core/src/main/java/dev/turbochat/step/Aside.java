package dev.turbochat.step;

import org.jspecify.annotations.Nullable;

/**
 * Runs a piece of conversation on messages of its own, which the messages around it never see.
 *
 * @param body the conversation; it emits to what it is given
 * @param <R> its result
 */
public record Aside<R extends @Nullable Object>(Body<R> body) implements Step<R> {
    /** A conversation on messages of its own. */
    @FunctionalInterface
    public interface Body<R extends @Nullable Object> {
        /** Runs the conversation. */
        R run(Emitter emitter) throws Exception;
    }
}
