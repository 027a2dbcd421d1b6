package dev.turbochat.model;

import dev.turbochat.step.ToolCall;
import java.time.Duration;
import java.util.List;

/**
 * Something that answers a prompt: a vendor's model, a decorator around another, a test's script.
 *
 * <p>Thread-safe. A call blocks until the answer is complete and tells the listener of it piece by piece; an interrupt
 * ends it at once, with the connection closed. Whoever opened what lies under a model closes it; a model itself holds
 * nothing open.
 */
@FunctionalInterface
public interface Model {
    /**
     * Answers a prompt.
     *
     * @param listener told of the text as it comes, on the calling thread; with several candidates it is told nothing
     * @return the whole answer, with at least one candidate
     * @throws dev.turbochat.error.ModelException if there is no complete answer
     * @throws InterruptedException if the thread is interrupted; what had come until then the listener has
     */
    Completion complete(Prompt prompt, Listener listener) throws InterruptedException;

    /** What the model calls itself where people read it: its spec. */
    default String name() {
        return getClass().isHidden() ? "a model" : getClass().getSimpleName(); // a lambda has no name
    }

    /** How this model, or each of those that it chooses from, has fared; empty where nobody keeps count. */
    default List<Health> health() {
        return List.of();
    }

    /** Told of an answer as it comes. What wraps another passes all of it on. */
    @FunctionalInterface
    interface Listener {
        /** Cares for nothing. */
        Listener NONE = text -> {};

        /** The next piece of the answer's text; never empty. */
        void text(String piece);

        /** The next piece of what the model thinks before it answers; never empty, and no part of the answer. */
        default void reasoning(String piece) {}

        /** A tool call that has come whole; the answer holds it, too. */
        default void call(ToolCall call) {}

        /**
         * The model, or another one in its place, is asked again: nothing of an answer has come so far.
         *
         * @param attempt which attempt comes now, from 2
         * @param wait how long it waits before that; zero if it does not
         * @param why what went wrong
         */
        default void retrying(int attempt, Duration wait, String why) {}
    }
}
