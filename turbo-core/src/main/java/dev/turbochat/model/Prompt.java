package dev.turbochat.model;

import dev.turbochat.step.Message;
import dev.turbochat.step.Settings;
import java.util.List;

/**
 * What is sent to a model.
 *
 * @param messages in order, system messages, examples and pins included
 * @param settings the step's over the runner's
 */
public record Prompt(List<Message> messages, Settings settings) {
    public Prompt {
        messages = List.copyOf(messages);
    }

    /** A prompt of these messages with nothing set. */
    public static Prompt of(Message... messages) {
        return new Prompt(List.of(messages), Settings.none());
    }
}
