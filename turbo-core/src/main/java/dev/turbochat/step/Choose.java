package dev.turbochat.step;

import java.util.List;

/**
 * Asks the user to choose, and asks again until the answer is one of the choices.
 *
 * @param prompt the question
 * @param choices what can be chosen, at least one
 */
public record Choose(String prompt, List<String> choices) implements Step<String> {
    /**
     * @throws IllegalArgumentException if there is nothing to choose from
     */
    public Choose {
        choices = List.copyOf(choices);
        if (choices.isEmpty()) {
            throw new IllegalArgumentException(
                    "A choice was asked for with nothing to choose from; give at least one.");
        }
    }
}
