package dev.turbochat.model;

import dev.turbochat.step.Message;
import dev.turbochat.step.ResponseSchema;
import dev.turbochat.step.Settings;
import dev.turbochat.step.ToolSpec;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is sent to a model.
 *
 * @param messages in order, system messages, examples and pins included
 * @param settings the step's over the runner's
 * @param tools the tools that the model may want called
 * @param schema what the answer is to fit, where the model can be held to it; null for an answer in plain text
 */
public record Prompt(
        List<Message> messages,
        Settings settings,
        List<ToolSpec> tools,
        @Nullable ResponseSchema schema) {
    public Prompt {
        messages = List.copyOf(messages);
        tools = List.copyOf(tools);
    }

    /** A prompt without tools, for an answer in plain text. */
    public Prompt(List<Message> messages, Settings settings) {
        this(messages, settings, List.of(), null);
    }

    /** A prompt of these messages with nothing set. */
    public static Prompt of(Message... messages) {
        return new Prompt(List.of(messages), Settings.none());
    }

    /** A copy with other messages. */
    public Prompt messages(List<Message> newMessages) {
        return new Prompt(newMessages, settings, tools, schema);
    }

    /** A copy with other settings. */
    public Prompt settings(Settings newSettings) {
        return new Prompt(messages, newSettings, tools, schema);
    }

    /** A copy with these tools. */
    public Prompt tools(List<ToolSpec> newTools) {
        return new Prompt(messages, settings, newTools, schema);
    }

    /** A copy whose answer is to fit this. */
    public Prompt schema(@Nullable ResponseSchema newSchema) {
        return new Prompt(messages, settings, tools, newSchema);
    }

    /** What is not there is not named. */
    @Override
    public String toString() {
        return "Prompt[messages=" + messages + ", settings=" + settings + (tools.isEmpty() ? "" : ", tools=" + tools)
                + (schema == null ? "]" : ", schema=" + schema + "]");
    }
}
