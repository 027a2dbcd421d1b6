package dev.turbochat.step;

import java.util.Objects;

/**
 * Asks the user for something that no journal, log or event ever holds in clear, unless the program itself says it,
 * returns it or has an effect return it.
 */
public record GetSecret(String prompt) implements Step<String> {
    /**
     * @throws NullPointerException if there is no prompt
     */
    public GetSecret {
        Objects.requireNonNull(
                prompt, "A GetSecret was made without its prompt; give it one, if need be an empty one.");
    }
}
