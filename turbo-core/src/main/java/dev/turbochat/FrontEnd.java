package dev.turbochat;

import dev.turbochat.step.Input;
import java.util.Optional;

/**
 * Whoever answers a run and shows what it says: a terminal, a page, a test's script.
 *
 * <p>All calls for one run come from the run's own thread, one after the other.
 */
@FunctionalInterface
public interface FrontEnd {
    /**
     * Waits for the answer to a question.
     *
     * @return the answer, or empty if none will come any more: the session then sleeps until it is run again
     * @throws InterruptedException if the run is being closed, or the question's deadline has come
     */
    Optional<Input> answer(Question question) throws InterruptedException;

    /** Shows what happens. Called often while an answer streams: it must be quick, and must not throw. */
    default void show(Event event) {}
}
