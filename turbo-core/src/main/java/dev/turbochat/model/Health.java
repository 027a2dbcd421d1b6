package dev.turbochat.model;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How a model has fared, as {@link Model#health} tells it: a snapshot.
 *
 * @param model its spec
 * @param state whether it is asked
 * @param requests how often it was asked
 * @param failures how often it failed, whatever the reason
 * @param lastFailure the latest failure; null if there was none
 * @param median the time to the first token, or to an answer that came in one piece, that half of the latest 128 answers
 *     kept; zero if there was none
 * @param slow the time that 95 of 100 of them kept
 * @param restsFor how long it is left alone yet; zero if it is not
 */
public record Health(
        String model,
        State state,
        long requests,
        long failures,
        @Nullable Failure lastFailure,
        Duration median,
        Duration slow,
        Duration restsFor) {

    /** Whether a model is asked. */
    public enum State {
        /** It is. */
        WORKING,
        /** It is left alone for a while: it failed too often, or wants it so. */
        RESTING,
        /** It has rested, and the next call shows whether it works again. */
        ON_TRIAL
    }

    /**
     * A failure.
     *
     * @param code the code of the exception
     * @param message its message
     * @param at when it was
     */
    public record Failure(String code, String message, Instant at) {}
}
