package dev.turbochat;

import dev.turbochat.memory.Body;
import dev.turbochat.model.Prompt;
import dev.turbochat.step.AnyTool;
import dev.turbochat.step.Generate;
import dev.turbochat.step.Message;
import dev.turbochat.step.Settings;
import dev.turbochat.tool.Structure;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What is wanted of an answer.
 *
 * @param structure what it is to fit; null for plain text
 * @param refused the answers that did not, and what the model was told about each; no part of the conversation
 */
record Wish(@Nullable Structure<?> structure, List<Message> refused) {
    /** An answer in plain text. */
    static final Wish TEXT = new Wish(null, List.of());

    /**
     * What the model is sent.
     *
     * @param shown the messages that it is shown of the conversation
     */
    Prompt prompt(List<Message> shown, Generate step, Settings settings) {
        List<Message> messages = new ArrayList<>(shown);
        messages.addAll(refused);
        return new Prompt(messages, settings)
                .tools(step.tools().stream().map(AnyTool::spec).toList())
                .schema(structure == null ? null : structure.schema());
    }

    /** The answer as it is recorded: with its value, or why it has none. */
    Body.Generated read(Body.Generated answer) {
        boolean ended = answer.message().finish() != Message.Finish.STOPPED
                && answer.message().calls().isEmpty();
        if (structure == null || !ended) {
            return answer;
        }
        JsonNode value = null;
        String unfit = null;
        try {
            value = structure.json(answer.message().text());
        } catch (IllegalArgumentException e) {
            unfit = "Your answer does not fit. " + e.getMessage()
                    + "\nAnswer again, with JSON alone that fits this schema: "
                    + structure.schema().schema();
        }
        return new Body.Generated(
                answer.message(), answer.candidate(), answer.usage(), answer.model(), answer.silent(), value, unfit);
    }
}
