package dev.turbochat.testkit;

import static dev.turbochat.testkit.ModelWire.cut;
import static dev.turbochat.testkit.ModelWire.quote;
import static java.util.Map.entry;

import dev.turbochat.model.Completion;
import dev.turbochat.model.Model;
import dev.turbochat.model.anthropic.AnthropicModel;
import dev.turbochat.step.Message;
import dev.turbochat.step.Part;
import dev.turbochat.step.ToolCall;
import dev.turbochat.step.Usage;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Messages, as Anthropic's documentation of streaming, of tools and of thinking shows them. */
final class AnthropicWire implements ModelWire {
    @Override
    public Model model(String baseUrl, String key, boolean streamed) {
        return AnthropicModel.at(baseUrl, "claude-opus-5").key(key).stream(streamed);
    }

    @Override
    public Set<Capability> capabilities() {
        return EnumSet.complementOf(EnumSet.of(Capability.SEED, Capability.PENALTIES, Capability.SIGNED_CALLS));
    }

    @Override
    public String signed(String signature) {
        return "anthropic:" + signature;
    }

    private static String event(String type, String rest) {
        return "event: " + type + "\ndata: {\"type\": \"" + type + "\"" + rest + "}\n\n";
    }

    private static String usage(Usage usage) {
        long fresh = usage.prompt() - usage.cached() - usage.written();
        return "{\"input_tokens\":" + fresh + ",\"cache_creation_input_tokens\":" + usage.written()
                + ",\"cache_read_input_tokens\":" + usage.cached()
                + ",\"cache_creation\":{\"ephemeral_5m_input_tokens\":"
                + usage.written()
                + ",\"ephemeral_1h_input_tokens\":0},\"output_tokens\":1,\"service_tier\":\"standard\"}";
    }

    private static String outputUsage(Usage usage) {
        return "{\"output_tokens\": " + usage.completion() + ",\"output_tokens_details\":{\"thinking_tokens\":"
                + usage.reasoning() + "}}";
    }

    private static String start(String usage) {
        return event(
                "message_start",
                ", \"message\": {\"id\": \"msg_1nZdL29xx5MUA1yADyHTEsnR8uuvGzszyy\", \"type\": \"message\", \"role\":"
                        + " \"assistant\", \"content\": [], \"model\": \"claude-opus-5\", \"stop_reason\": null,"
                        + " \"stop_sequence\": null, \"usage\": " + usage + "}");
    }

    private static String blockStart(int index, String block) {
        return event("content_block_start", ", \"index\": " + index + ", \"content_block\": " + block);
    }

    private static String delta(int index, String delta) {
        return event("content_block_delta", ", \"index\": " + index + ", \"delta\": " + delta);
    }

    private static String stop(int index) {
        return event("content_block_stop", ", \"index\": " + index);
    }

    private static String end(String word, String usage) {
        return event(
                "message_delta",
                ", \"delta\": {\"stop_reason\": " + quote(word) + ", \"stop_sequence\": null}, \"usage\": " + usage);
    }

    private static String bare(String signature) {
        return signature.substring("anthropic:".length());
    }

    @Override
    public List<String> stream(Completion answer, int pieces) {
        Message.Assistant message = answer.candidates().getFirst();
        List<String> events = new ArrayList<>();
        events.add(start(usage(answer.usage())));
        events.add(event("ping", ""));
        int index = 0;
        for (Part part : message.parts()) {
            if (part instanceof Part.Reasoning(String text, String signature)) {
                events.add(blockStart(index, "{\"type\": \"thinking\", \"thinking\": \"\", \"signature\": \"\"}"));
                for (String piece : cut(text, pieces)) {
                    events.add(delta(index, "{\"type\": \"thinking_delta\", \"thinking\": " + quote(piece) + "}"));
                }
                events.add(
                        delta(index, "{\"type\": \"signature_delta\", \"signature\": " + quote(bare(signature)) + "}"));
            } else if (part instanceof Part.Text(String text)) {
                events.add(blockStart(index, "{\"type\": \"text\", \"text\": \"\"}"));
                for (String piece : cut(text, pieces)) {
                    events.add(delta(index, "{\"type\": \"text_delta\", \"text\": " + quote(piece) + "}"));
                }
            }
            events.add(stop(index++));
        }
        for (ToolCall call : message.calls()) {
            events.add(blockStart(
                    index,
                    "{\"type\": \"tool_use\", \"id\": " + quote(call.id()) + ", \"name\": " + quote(call.name())
                            + ", \"input\": {}}"));
            events.add(delta(index, "{\"type\": \"input_json_delta\", \"partial_json\": \"\"}"));
            for (String piece : cut(call.arguments(), pieces)) {
                events.add(delta(index, "{\"type\": \"input_json_delta\", \"partial_json\": " + quote(piece) + "}"));
            }
            events.add(stop(index++));
        }
        events.add(end(message.calls().isEmpty() ? "end_turn" : "tool_use", outputUsage(answer.usage())));
        events.add(event("message_stop", ""));
        return events;
    }

    @Override
    public int eventsBehindTheEnd() {
        return 1;
    }

    @Override
    public String document(Completion answer) {
        Message.Assistant message = answer.candidates().getFirst();
        List<String> blocks = new ArrayList<>();
        for (Part part : message.parts()) {
            if (part instanceof Part.Reasoning(String text, String signature)) {
                blocks.add("{\"type\":\"thinking\",\"thinking\":" + quote(text) + ",\"signature\":"
                        + quote(bare(signature)) + "}");
            } else if (part instanceof Part.Text(String text)) {
                blocks.add("{\"type\":\"text\",\"text\":" + quote(text) + ",\"citations\":null}");
            }
        }
        for (ToolCall call : message.calls()) {
            blocks.add("{\"type\":\"tool_use\",\"id\":" + quote(call.id()) + ",\"name\":" + quote(call.name())
                    + ",\"input\":" + call.arguments() + "}");
        }
        Usage usage = answer.usage();
        return "{\"id\":\"msg_013Zva2CMHLNnXjNJJKqJ2EF\",\"type\":\"message\",\"role\":\"assistant\",\"model\":"
                + "\"claude-opus-5\",\"content\":[" + String.join(",", blocks) + "],\"stop_reason\":\""
                + (message.calls().isEmpty() ? "end_turn" : "tool_use") + "\",\"stop_sequence\":null,\"usage\":"
                + usage(usage)
                        .replace(
                                "\"output_tokens\":1",
                                outputUsage(usage)
                                        .substring(1, outputUsage(usage).length() - 1))
                + "}";
    }

    @Override
    public List<String> noise() {
        return List.of(
                ": keep-alive\n\n",
                event("ping", ""),
                event("surprise", ", \"deep\": [[{}]]"),
                delta(99, "{\"type\": \"citations_delta\", \"citation\": {\"type\": \"char_location\"}}"),
                delta(99, "{\"type\": \"surprise_delta\", \"text\": 7}"),
                "data: {\"new\": null, \"error\": null}\n\n");
    }

    @Override
    public Map<String, String> failuresInside() {
        return Map.of(
                error("overloaded_error", "Overloaded"),
                "Unavailable",
                error("api_error", "Internal server error"),
                "Unavailable",
                error("rate_limit_error", "Slow down"),
                "RateLimited",
                "data: " + body("overloaded_error", "Overloaded") + "\n\n",
                "Unavailable");
    }

    private static String error(String type, String message) {
        return "event: error\ndata: " + body(type, message) + "\n\n";
    }

    private static String body(String type, String message) {
        return "{\"type\": \"error\", \"error\": {\"type\": \"" + type + "\", \"message\": \"" + message
                + "\"}, \"request_id\": \"req_011CSHoEeqs5C35K2UUqR7Fy\"}";
    }

    @Override
    public List<Failure> failures() {
        return List.of(
                new Failure(400, body("invalid_request_error", "max_tokens: Field required"), "BadRequest"),
                new Failure(
                        400,
                        body("invalid_request_error", "prompt is too long: 200001 tokens > 200000 maximum"),
                        "ContextTooLong"),
                new Failure(
                        400,
                        body("invalid_request_error", "Your credit balance is too low to access the Anthropic API."),
                        "RateLimited"),
                new Failure(401, body("authentication_error", "invalid x-api-key"), "AuthenticationFailed"),
                new Failure(402, body("billing_error", "Check your billing"), "RateLimited"),
                new Failure(403, body("permission_error", "Not allowed"), "AuthenticationFailed"),
                new Failure(404, body("not_found_error", "model: claude-0"), "BadRequest"),
                new Failure(413, body("request_too_large", "Request exceeds the maximum size"), "ContextTooLong"),
                new Failure(429, body("rate_limit_error", "Slow down"), "RateLimited"),
                new Failure(500, body("api_error", "Internal server error"), "Unavailable"),
                new Failure(504, body("timeout_error", "Timed out"), "Unavailable"),
                new Failure(529, body("overloaded_error", "Overloaded"), "Unavailable"));
    }

    @Override
    public Map<String, String> endings() {
        Map<String, String> endings = new LinkedHashMap<>();
        endings.put("end_turn", "COMPLETE");
        endings.put("stop_sequence", "COMPLETE");
        endings.put("max_tokens", "LENGTH");
        endings.put("model_context_window_exceeded", "LENGTH");
        endings.put("pause_turn", "LENGTH");
        endings.put("refusal", "Filtered");
        endings.put("surprise", "Unavailable");
        return endings;
    }

    @Override
    public List<String> streamEnding(String text, String word) {
        return List.of(
                start("{\"input_tokens\": 1, \"output_tokens\": 1}"),
                blockStart(0, "{\"type\": \"text\", \"text\": \"\"}"),
                delta(0, "{\"type\": \"text_delta\", \"text\": " + quote(text) + "}"),
                stop(0),
                end(word, "{\"output_tokens\": 1}"),
                event("message_stop", ""));
    }

    @Override
    public String keyHeader() {
        return "x-api-key";
    }

    @Override
    public Map<Place, String> places() {
        return Map.ofEntries(
                entry(Place.SYSTEM, "/system/0/text"),
                entry(Place.USER, "/messages/0/content/0/text"),
                entry(Place.TEMPERATURE, "/temperature"),
                entry(Place.MAX_TOKENS, "/max_tokens"),
                entry(Place.STOP, "/stop_sequences/0"),
                entry(Place.TOOL_NAME, "/tools/0/name"),
                entry(Place.TOOL_SCHEMA, "/tools/0/input_schema"),
                entry(Place.CHOSEN_TOOL, "/tool_choice/name"),
                entry(Place.SINGLE_CALLS, "/tool_choice/disable_parallel_tool_use"),
                entry(Place.CALL_ID, "/messages/1/content/2/id"),
                entry(Place.CALL_NAME, "/messages/1/content/2/name"),
                entry(Place.CALL_ARGUMENTS, "/messages/1/content/2/input"),
                entry(Place.RESULT_ID, "/messages/2/content/0/tool_use_id"),
                entry(Place.RESULT_TEXT, "/messages/2/content/0/content/0/text"),
                entry(Place.THOUGHT_SIGNATURE, "/messages/1/content/0/signature"),
                entry(Place.IMAGE_BYTES, "/messages/0/content/1/source/data"),
                entry(Place.IMAGE_URL, "/messages/0/content/2/source/url"),
                entry(Place.SCHEMA, "/output_config/format/schema"),
                entry(Place.EFFORT, "/output_config/effort"),
                entry(Place.CACHE_MARK, "/system/0/cache_control/ttl"));
    }
}
