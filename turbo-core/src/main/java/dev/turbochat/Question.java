package dev.turbochat;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a program asks, for a front end to show.
 *
 * @param session the session's id
 * @param prompt the question; empty where it is simply the user's turn
 * @param choices the answers that fit, where they can be listed; else empty
 * @param typed whether not every answer fits
 * @param secret whether the answer must not be shown while it is typed
 * @param again whether it was asked before: the answer did not fit, as was said in a notice, or was a secret, which
 *     nothing remembers
 * @param deadline when the program waits no longer; null if it waits for ever
 */
public record Question(
        String session,
        String prompt,
        List<String> choices,
        boolean typed,
        boolean secret,
        boolean again,
        @Nullable Instant deadline) {
    public Question {
        choices = List.copyOf(choices);
    }

    /** A question that any answer fits which holds something. */
    static Question untyped(String session, String prompt) {
        return new Question(session, prompt, List.of(), false, false, false, null);
    }

    /** The question as it is put after an answer that did not fit. */
    Question asAgain() {
        return new Question(session, prompt, choices, typed, secret, true, deadline);
    }

    /** The question until then. */
    Question until(Instant time) {
        return new Question(session, prompt, choices, typed, secret, again, time);
    }
}
