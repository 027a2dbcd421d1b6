package dev.turbochat.step;

import org.jspecify.annotations.Nullable;

/** Takes the steps of a program and answers each with its result: the one thing that a chat can do. */
public interface Emitter {
    /**
     * Carries out a step and returns its result, blocking until there is one.
     *
     * @throws dev.turbochat.error.TurboException if the step fails or may not be taken here
     */
    <R extends @Nullable Object> R emit(Step<R> step);
}
