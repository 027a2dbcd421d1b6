package dev.turbochat.model.anthropic;

import dev.turbochat.model.http.Answer;
import dev.turbochat.model.http.Candidate;
import dev.turbochat.model.http.Dialogue;
import dev.turbochat.model.http.Json;
import dev.turbochat.model.http.Refusal;
import dev.turbochat.model.http.Signed;
import dev.turbochat.step.Usage;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Reads an event of a stream, or a whole message, as the
 * <a href="https://platform.claude.com/docs/en/build-with-claude/streaming">documentation of streaming</a> has them.
 *
 * <p>Takes texts, thoughts with their signatures, tool calls, the reason of the end, the usage and errors; passes over all
 * else, known or not. Not thread-safe.
 */
final class EventReader implements Dialogue.Reader {
    private final Answer answer;
    private final @Nullable String answerTool;
    private final Map<Integer, String> types = new HashMap<>(); // of the blocks that have begun
    private final Map<String, Long> counted = new HashMap<>();
    private boolean thinks; // a thought has begun

    /**
     * @param answerTool the tool whose arguments are the text of the answer; null if there is none
     */
    EventReader(Answer answer, @Nullable String answerTool) {
        this.answer = answer;
        this.answerTool = answerTool;
    }

    @Override
    public @Nullable Refusal read(byte[] json, int length) {
        JsonNode event = Json.tree(json, length);
        switch (event.path("type").asString("")) {
            case "message_start" -> usage(event.path("message").path("usage"));
            case "content_block_start" -> begin(index(event), event.path("content_block"));
            case "content_block_delta" -> delta(index(event), event.path("delta"));
            case "content_block_stop" -> end(index(event));
            case "message_delta" -> {
                usage(event.path("usage"));
                end(event.path("delta"));
            }
            case "message_stop" -> answer.done();
            case "ping" -> {
                if (thinks) { // and may not say what
                    answer.live();
                }
            }
            case "message" -> message(event);
            default -> {
                Refusal refusal = event.path("error").isObject() ? Refusal.of(json, length) : null;
                return refusal == null || refusal.isEmpty() ? null : refusal;
            }
        }
        return null;
    }

    private static int index(JsonNode event) {
        return event.path("index").asInt(0);
    }

    private Candidate candidate() {
        return answer.candidate(0);
    }

    private void message(JsonNode message) {
        int index = 0;
        for (JsonNode block : message.path("content")) {
            begin(index, block);
            end(index++);
        }
        usage(message.path("usage"));
        end(message);
    }

    private void begin(int index, JsonNode block) {
        String type = block.path("type").asString("");
        if (type.equals("tool_use") && block.path("name").asString("").equals(answerTool)) {
            type = "answer";
        }
        types.put(index, type);
        thinks = type.equals("thinking");
        answer.live();
        switch (type) {
            case "text" -> candidate().text(block.path("text").asString(""));
            case "thinking" -> {
                candidate().reasoning(block.path("thinking").asString(""));
                sign(block.path("signature").asString(""));
            }
            case "redacted_thinking" -> {
                candidate().closeThought();
                candidate()
                        .signature(Signed.by(
                                MessageBlocks.REDACTED, block.path("data").asString("")));
            }
            case "tool_use" ->
                candidate()
                        .call(index)
                        .id(block.path("id").asString(""))
                        .name(block.path("name").asString(""))
                        .arguments(arguments(block.path("input")));
            case "answer" -> candidate().text(arguments(block.path("input")));
            default -> {} // what the vendor's own tools do
        }
    }

    /** In a stream they begin as an empty object, and come piece by piece. */
    private static String arguments(JsonNode input) {
        return input.isEmpty() ? "" : input.toString();
    }

    private void sign(String signature) {
        if (!signature.isEmpty()) {
            candidate().signature(candidate().hasSignature() ? signature : Signed.by(MessageBlocks.SIGNED, signature));
        }
    }

    private void delta(int index, JsonNode delta) {
        answer.live();
        switch (delta.path("type").asString("")) {
            case "text_delta" -> candidate().text(delta.path("text").asString(""));
            case "thinking_delta" ->
                candidate().reasoning(delta.path("thinking").asString(""));
            case "signature_delta" -> sign(delta.path("signature").asString(""));
            case "input_json_delta" -> {
                String piece = delta.path("partial_json").asString("");
                switch (types.getOrDefault(index, "")) {
                    case "tool_use" -> candidate().call(index).arguments(piece);
                    case "answer" -> candidate().text(piece);
                    default -> {} // for a tool of the vendor's own
                }
            }
            default -> {}
        }
    }

    private void end(int index) {
        String type = types.getOrDefault(index, "");
        thinks = false;
        if (type.equals("tool_use")) {
            candidate().closeCall(index);
        } else if (type.endsWith("thinking")) {
            candidate().closeThought();
        }
    }

    private void end(JsonNode message) {
        String reason = message.path("stop_reason").asString("");
        if (!reason.isEmpty()) {
            candidate().end(reason, meaning(reason));
        }
    }

    private static Answer.End meaning(String reason) {
        return switch (reason) {
            case "end_turn", "stop_sequence", "tool_use" -> Answer.End.COMPLETE;
            case "max_tokens", "model_context_window_exceeded", "pause_turn" -> Answer.End.LENGTH;
            case "refusal" -> Answer.End.FILTERED;
            default -> Answer.End.FAILED; // it may well be cut
        };
    }

    /** The tokens: some are told at the beginning, some at the end, some at both, and then the later count. */
    private void usage(JsonNode usage) {
        if (!usage.isObject()) {
            return;
        }
        usage.properties().forEach(field -> {
            if (field.getValue().isIntegralNumber()) {
                counted.put(field.getKey(), field.getValue().asLong());
            }
        });
        JsonNode thinking = usage.path("output_tokens_details").path("thinking_tokens");
        if (thinking.isIntegralNumber()) {
            counted.put("thinking_tokens", thinking.asLong());
        }
        long cached = count("cache_read_input_tokens");
        long written = count("cache_creation_input_tokens");
        answer.usage(new Usage(
                count("input_tokens") + cached + written,
                count("output_tokens"),
                cached,
                written,
                count("thinking_tokens")));
    }

    private long count(String field) {
        return counted.getOrDefault(field, 0L);
    }
}
