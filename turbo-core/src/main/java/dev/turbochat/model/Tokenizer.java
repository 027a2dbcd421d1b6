package dev.turbochat.model;

import dev.turbochat.step.Message;
import dev.turbochat.step.Part;
import dev.turbochat.step.ToolCall;
import java.nio.charset.StandardCharsets;

/**
 * Counts tokens as a model does, or estimates them.
 *
 * <p>Thread-safe.
 */
public interface Tokenizer {
    /**
     * A third of the bytes of UTF-8, rounded up. English prose has a third fewer tokens than that, source text about as many;
     * long runs of digits and random letters have up to twice as many.
     */
    Tokenizer ESTIMATE = new Tokenizer() {
        @Override
        public int count(String text) {
            return Math.ceilDiv(utf8(text), 3);
        }

        @Override
        public boolean isEstimate() {
            return true;
        }
    };

    /** How many tokens a text has. */
    int count(String text);

    /** Whether the count of a text is an estimate, and not the model's own. */
    boolean isEstimate();

    /**
     * How many tokens a message takes: its texts and thoughts, its tool calls, 4 for what stands around it, 8 around each
     * tool call, and 1,600 an image, whatever its size.
     */
    default int count(Message message) {
        int tokens = 4;
        for (Part part : message.parts()) {
            tokens += switch (part) {
                case Part.Text(String text) -> count(text);
                case Part.Image ignored -> 1_600;
                case Part.Reasoning(String text, String signature) ->
                    count(text) + (signature == null ? 0 : count(signature));
            };
        }
        if (message instanceof Message.Assistant answer) {
            for (ToolCall call : answer.calls()) {
                tokens += 8 + count(call.name()) + count(call.arguments());
            }
        }
        return message instanceof Message.ToolResult ? tokens + 8 : tokens;
    }

    /**
     * That of a model, where it is known and the library for it is there (jtokkit, for OpenAI's models); {@link #ESTIMATE}
     * otherwise.
     *
     * @param spec the model's spec, such as {@code openai:gpt-4o-mini}; of a list, the first counts
     */
    static Tokenizer of(String spec) {
        return OpenAiTokenizer.of(spec.strip());
    }

    private static int utf8(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) >= 0x80) {
                return text.getBytes(StandardCharsets.UTF_8).length;
            }
        }
        return text.length();
    }
}
