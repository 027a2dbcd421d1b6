package dev.turbochat.model;

import dev.turbochat.step.Message;
import dev.turbochat.step.Usage;
import java.util.List;

/**
 * A model's complete answer.
 *
 * @param candidates what it said, at least one
 * @param usage the tokens, or {@link Usage#NONE} where the vendor does not count
 * @param model the spec of the model that answered
 */
public record Completion(List<Message.Assistant> candidates, Usage usage, String model) {
    /**
     * @throws IllegalArgumentException if there is no candidate
     */
    public Completion {
        candidates = List.copyOf(candidates);
        if (candidates.isEmpty()) {
            throw new IllegalArgumentException("A completion was made without a candidate; give it at least one.");
        }
    }

    /** An answer of one text, uncounted. */
    public static Completion of(String text, String model) {
        return new Completion(List.of(new Message.Assistant(text)), Usage.NONE, model);
    }
}
