package dev.turbochat.testkit;

import static dev.turbochat.testkit.ModelWire.cut;
import static dev.turbochat.testkit.ModelWire.quote;
import static java.util.Map.entry;

import dev.turbochat.model.Completion;
import dev.turbochat.model.Model;
import dev.turbochat.model.openai.OpenAiModel;
import dev.turbochat.step.Message;
import dev.turbochat.step.Part;
import dev.turbochat.step.ToolCall;
import dev.turbochat.step.Usage;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Chat completions, as OpenAI's reference shows them, with thoughts as the servers that have them send them. */
final class OpenAiWire implements ModelWire {
    @Override
    public Model model(String baseUrl, String key, boolean streamed) {
        return OpenAiModel.at(baseUrl + "/v1", "test").key(key).stream(streamed);
    }

    @Override
    public Set<Capability> capabilities() {
        return EnumSet.complementOf(EnumSet.of(
                Capability.PROMPT_CACHE,
                Capability.WRITTEN_TOKENS,
                Capability.SIGNED_THOUGHTS,
                Capability.SIGNED_CALLS));
    }

    @Override
    public String signed(String signature) {
        throw new UnsupportedOperationException("The format has no signatures.");
    }

    private static String event(String delta, String reason) {
        return "data: {\"id\":\"chatcmpl-123\",\"object\":\"chat.completion.chunk\",\"created\":1694268190,"
                + "\"model\":\"test\",\"system_fingerprint\":\"fp_44709d6fcb\",\"choices\":[{\"index\":0,\"delta\":{"
                + delta + "},\"logprobs\":null,\"finish_reason\":" + reason + "}]}\n\n";
    }

    private static String usage(Usage usage) {
        return "{\"prompt_tokens\":" + usage.prompt() + ",\"completion_tokens\":" + usage.completion()
                + ",\"total_tokens\":" + usage.total() + ",\"prompt_tokens_details\":{\"cached_tokens\":"
                + usage.cached() + ",\"audio_tokens\":0},\"completion_tokens_details\":{\"reasoning_tokens\":"
                + usage.reasoning() + ",\"accepted_prediction_tokens\":0}}";
    }

    @Override
    public List<String> stream(Completion answer, int pieces) {
        Message.Assistant message = answer.candidates().getFirst();
        List<String> events = new ArrayList<>();
        events.add(event("\"role\":\"assistant\",\"content\":\"\"", "null"));
        for (Part part : message.parts()) {
            if (part instanceof Part.Reasoning(String text, String ignored)) {
                cut(text, pieces).forEach(piece -> events.add(event("\"reasoning_content\":" + quote(piece), "null")));
            }
        }
        cut(message.text(), pieces).forEach(piece -> events.add(event("\"content\":" + quote(piece), "null")));
        int index = 0;
        for (ToolCall call : message.calls()) {
            String begin = "\"tool_calls\":[{\"index\":" + index + ",";
            events.add(event(
                    begin + "\"id\":" + quote(call.id()) + ",\"type\":\"function\",\"function\":{\"name\":"
                            + quote(call.name()) + ",\"arguments\":\"\"}}]",
                    "null"));
            for (String piece : cut(call.arguments(), pieces)) {
                events.add(event(begin + "\"function\":{\"arguments\":" + quote(piece) + "}}]", "null"));
            }
            index++;
        }
        events.add(event("", message.calls().isEmpty() ? "\"stop\"" : "\"tool_calls\""));
        events.add("data: {\"id\":\"chatcmpl-123\",\"choices\":[],\"usage\":" + usage(answer.usage()) + "}\n\n");
        events.add("data: [DONE]\n\n");
        return events;
    }

    @Override
    public int eventsBehindTheEnd() {
        return 2;
    }

    @Override
    public String document(Completion answer) {
        List<String> choices = new ArrayList<>();
        for (Message.Assistant message : answer.candidates()) {
            String calls = message.calls().stream()
                    .map(call -> "{\"id\":" + quote(call.id()) + ",\"type\":\"function\",\"function\":{\"name\":"
                            + quote(call.name()) + ",\"arguments\":" + quote(call.arguments()) + "}}")
                    .collect(Collectors.joining(",", "[", "]"));
            String thought = message.parts().stream()
                    .map(part -> part instanceof Part.Reasoning(String text, String ignored) ? text : "")
                    .collect(Collectors.joining());
            choices.add("{\"index\":" + choices.size() + ",\"message\":{\"role\":\"assistant\",\"content\":"
                    + quote(message.text()) + ",\"reasoning_content\":" + quote(thought)
                    + ",\"refusal\":null,\"annotations\":[],\"tool_calls\":" + calls
                    + "},\"logprobs\":null,\"finish_reason\":\""
                    + (message.calls().isEmpty() ? "stop" : "tool_calls") + "\"}");
        }
        return "{\"id\":\"chatcmpl-123\",\"object\":\"chat.completion\",\"model\":\"test\",\"choices\":["
                + String.join(",", choices) + "],\"usage\":" + usage(answer.usage()) + ",\"service_tier\":\"default\"}";
    }

    @Override
    public List<String> noise() {
        return List.of(
                ": OPENROUTER PROCESSING\n\n",
                ":\n",
                "event: surprise\ndata: {\"type\":\"surprise\",\"deep\":[[{}]]}\n\n",
                "data:\n\n",
                "data: {\"choices\":null,\"usage\":null,\"error\":null}\n\n",
                "data: {\"choices\":[null,{\"delta\":null},{\"delta\":{\"content\":null,\"new\":[1]}}],\"error\":{}}\n\n",
                "id: 7\nretry: 10\n\n");
    }

    @Override
    public Map<String, String> failuresInside() {
        return Map.of(
                "data: {\"error\":{\"message\":\"The server had an error\",\"type\":\"server_error\"}}\n\n",
                "Unavailable",
                "data: {\"error\":{\"message\":\"Slow down\",\"code\":429}}\n\n",
                "RateLimited",
                "event: error\ndata: {\"message\":\"gone\"}\n\n",
                "Unavailable");
    }

    @Override
    public List<Failure> failures() {
        return List.of(
                new Failure(401, error("invalid_request_error", "invalid_api_key"), "AuthenticationFailed"),
                new Failure(403, error("forbidden", ""), "AuthenticationFailed"),
                new Failure(404, error("invalid_request_error", "model_not_found"), "BadRequest"),
                new Failure(400, error("invalid_request_error", "context_length_exceeded"), "ContextTooLong"),
                new Failure(400, error("invalid_request_error", "content_filter"), "Filtered"),
                new Failure(429, error("insufficient_quota", "insufficient_quota"), "RateLimited"),
                new Failure(500, error("server_error", ""), "Unavailable"),
                new Failure(503, "<html>overloaded</html>", "Unavailable"));
    }

    private static String error(String type, String code) {
        return "{\"error\":{\"message\":\"It is wrong\",\"type\":\"" + type + "\",\"param\":null,\"code\":\"" + code
                + "\"}}";
    }

    @Override
    public Map<String, String> endings() {
        return Map.of(
                "stop", "COMPLETE",
                "length", "LENGTH",
                "model_length", "LENGTH",
                "content_filter", "Filtered",
                "insufficient_system_resource", "Unavailable",
                "error", "Unavailable");
    }

    @Override
    public List<String> streamEnding(String text, String word) {
        return List.of(event("\"content\":" + quote(text), "null"), event("", quote(word)), "data: [DONE]\n\n");
    }

    @Override
    public String keyHeader() {
        return "authorization";
    }

    @Override
    public Map<Place, String> places() {
        return Map.ofEntries(
                entry(Place.SYSTEM, "/messages/0/content"),
                entry(Place.USER, "/messages/1/content"),
                entry(Place.TEMPERATURE, "/temperature"),
                entry(Place.MAX_TOKENS, "/max_tokens"),
                entry(Place.STOP, "/stop/0"),
                entry(Place.SEED, "/seed"),
                entry(Place.PENALTY, "/presence_penalty"),
                entry(Place.TOOL_NAME, "/tools/0/function/name"),
                entry(Place.TOOL_SCHEMA, "/tools/0/function/parameters"),
                entry(Place.CHOSEN_TOOL, "/tool_choice/function/name"),
                entry(Place.SINGLE_CALLS, "/parallel_tool_calls"),
                entry(Place.CALL_ID, "/messages/1/tool_calls/0/id"),
                entry(Place.CALL_NAME, "/messages/1/tool_calls/0/function/name"),
                entry(Place.CALL_ARGUMENTS, "/messages/1/tool_calls/0/function/arguments"),
                entry(Place.RESULT_ID, "/messages/2/tool_call_id"),
                entry(Place.RESULT_TEXT, "/messages/2/content"),
                entry(Place.IMAGE_BYTES, "/messages/0/content/1/image_url/url"),
                entry(Place.IMAGE_URL, "/messages/0/content/2/image_url/url"),
                entry(Place.SCHEMA, "/response_format/json_schema/schema"),
                entry(Place.EFFORT, "/reasoning_effort"));
    }
}
