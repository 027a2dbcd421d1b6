package dev.turbochat.step;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A tool as a step carries it: what the model is told of it, and how it is called. {@code Tool} in {@code
 * dev.turbochat.tool} makes them of records and methods.
 *
 * <p>Thread-safe: one tool serves any number of conversations, and several calls of one answer at once.
 */
public interface AnyTool {
    /** What the model is told of it. */
    ToolSpec spec();

    /** Whether a call that was cut off by a crash may be made again; if not, the model is told that its outcome is unknown. */
    boolean isIdempotent();

    /** How long a call may take, more than zero. */
    Duration timeout();

    /**
     * Takes a call's arguments in, without doing anything yet.
     *
     * @param arguments an object
     * @throws IllegalArgumentException if they do not fit; the model is told the message
     */
    Ready prepare(JsonNode arguments);

    /** A call whose arguments fit. */
    interface Ready {
        /** Whether a human is asked first. */
        boolean needsApproval();

        /**
         * Makes the call, on a thread of its own, which is interrupted when its time is over or the answer is stopped.
         *
         * @return a text, a part or a list of parts, or anything that JSON can hold
         * @throws Exception if it fails; the model is told the message
         */
        @Nullable
        Object run(Run run) throws Exception;
    }

    /** What a call may use while it runs. Thread-safe. */
    interface Run {
        /** The same for all attempts at this call, and no other call's: for services that take an idempotency key. */
        String key();

        /** Tells the user how far it is; neither the model nor the journal is told. */
        void progress(String text);
    }
}
