package dev.turbochat;

import java.time.Duration;
import java.util.List;

/**
 * Every sentence that turbo itself says to a user; override what should sound different, or speak another language.
 *
 * <p>Implementations are stateless. A choice's own words come from the program.
 */
public interface Sentences {
    /** The sentences as they come. */
    Sentences ENGLISH = new Sentences() {};

    /** An answer held nothing. */
    default String empty() {
        return "Please write something.";
    }

    /** An answer has more than so many bytes of UTF-8. */
    default String tooLong(int limit) {
        return "Please write less: " + limit + " characters are the most.";
    }

    /**
     * Another driver has the session, and is waited for.
     *
     * @param owner who, as far as is known
     * @param patience how long that may take; zero if nobody knows
     */
    default String held(String owner, Duration patience) {
        return "Waiting for " + owner + ", who has this session"
                + (patience.isZero() ? "." : ", for " + (patience.toSeconds() + 1) + " s at the most.");
    }

    /** An answer is none of the choices. */
    default String notAChoice(String answer, List<String> choices) {
        return "Please choose one of: " + String.join(", ", choices) + ".";
    }

    /** An answer is not a whole number, or is too large for one. */
    default String notAWholeNumber(String answer) {
        return "Please answer with a whole number, such as 42.";
    }

    /** An answer is not a number. */
    default String notANumber(String answer) {
        return "Please answer with a number, such as 3.5.";
    }

    /** An answer is not a date. */
    default String notADate(String answer) {
        return "Please answer with a date, such as 2026-03-31.";
    }

    /** An answer is neither yes nor no. */
    default String notYesOrNo(String answer) {
        return "Please answer yes or no.";
    }

    /** The answers together are not accepted, for a reason that the program gives. */
    default String notAccepted(String reason) {
        return "That does not fit: " + reason + ". Let's try again.";
    }

    /** What counts as yes, the first of them shown as the choice; compared without regard to case. */
    default List<String> yes() {
        return List.of("yes", "y", "true", "yeah", "yep", "sure", "ok");
    }

    /** What counts as no, likewise. */
    default List<String> no() {
        return List.of("no", "n", "false", "nope", "nah");
    }

    /** A model wants a tool called that a human has to allow; the arguments are JSON. */
    default String mayCall(String tool, String arguments) {
        return "The model wants to call '" + tool + "' with " + arguments + ". Allow it?";
    }

    /** The model's answer was cut at its limit of tokens. */
    default String cutAtLimit() {
        return "The answer was cut off at its limit of tokens.";
    }
}
