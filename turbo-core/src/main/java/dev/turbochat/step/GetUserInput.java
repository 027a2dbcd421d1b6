package dev.turbochat.step;

import java.util.Objects;

/**
 * Asks the user and waits for the answer, which is not added to the messages by itself.
 *
 * @param prompt what the user is asked; may be empty, where it is simply the user's turn
 * @param record whether the prompt, too, becomes an assistant message
 */
public record GetUserInput(String prompt, boolean record) implements Step<Input> {
    /**
     * @throws NullPointerException if there is no prompt
     */
    public GetUserInput {
        Objects.requireNonNull(
                prompt, "A GetUserInput was made without its prompt; give it one, if need be an empty one.");
    }

    public GetUserInput(String prompt) {
        this(prompt, false);
    }

    /** A copy that adds the prompt to the messages as the assistant's words. */
    public GetUserInput recorded() {
        return new GetUserInput(prompt, true);
    }
}
