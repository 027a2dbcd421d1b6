package dev.turbochat.model;

import dev.turbochat.step.Message;
import dev.turbochat.step.Part;
import dev.turbochat.step.ToolCall;

/**
 * Counts tokens as a model does, or estimates them.
 *
 * <p>Thread-safe.
 */
public interface Tokenizer {
    /**
     * A third of a token a letter, half of one a punctuation mark, two thirds a digit, two a character beyond the first
     * 65,536 such as an emoji, a third of a token a byte of UTF-8 for all others. That is more than most models count for
     * prose and source text; random letters, as in base64, have up to twice as many.
     */
    Tokenizer ESTIMATE = new Tokenizer() {
        @Override
        public int count(String text) {
            return Estimate.of(text);
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
}
