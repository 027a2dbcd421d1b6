package dev.turbochat;

import dev.turbochat.step.Step;
import org.jspecify.annotations.Nullable;

/**
 * Stands around every step that a program takes: sees it, changes it, refuses it, looks at its result.
 *
 * <pre>{@code
 * class Timing implements Interceptor {
 *     public <R> R around(Step<R> step, Chat next) {
 *         long start = System.nanoTime();
 *         try {
 *             return next.emit(step);
 *         } finally {
 *             timer.record(step.getClass().getSimpleName(), System.nanoTime() - start);
 *         }
 *     }
 * }
 * }</pre>
 *
 * <p>For the journal it is a part of the program: what it hands on is what the program has said, so that it must decide the
 * same again when a run is replayed, and the steps of a replay come by it as well. It may take steps of its own, before or
 * after, and throw what a program may throw. What a model is sent and answers is checked by a guard of the model instead
 * ({@link dev.turbochat.model.GuardedModel}).
 *
 * <p>Called on the program's thread; one that is given to a runner is used by all its sessions at once, so that it must be
 * thread-safe.
 */
public interface Interceptor {
    /**
     * Takes a step, as a rule by handing it on.
     *
     * @param next whoever takes the step after this: the next one, or the session itself
     * @return the step's result
     */
    <R extends @Nullable Object> R around(Step<R> step, Chat next);
}
