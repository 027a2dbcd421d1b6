package dev.turbochat.testkit;

import static dev.turbochat.testkit.ModelWire.cut;
import static dev.turbochat.testkit.ModelWire.quote;
import static java.util.Map.entry;

import dev.turbochat.model.Completion;
import dev.turbochat.model.Model;
import dev.turbochat.model.gemini.GeminiModel;
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
import org.jspecify.annotations.Nullable;

/** Responses of generateContent, as Google's reference and its guides to functions and thinking show them. */
final class GeminiWire implements ModelWire {
    @Override
    public Model model(String baseUrl, String key, boolean streamed) {
        return GeminiModel.at(baseUrl, "gemini-test").key(key).stream(streamed);
    }

    @Override
    public Set<Capability> capabilities() {
        return EnumSet.complementOf(
                EnumSet.of(Capability.PROMPT_CACHE, Capability.WRITTEN_TOKENS, Capability.SINGLE_CALLS));
    }

    @Override
    public String signed(String signature) {
        return "gemini:" + signature;
    }

    private static String signature(@Nullable String held) {
        return held == null ? "" : ", \"thoughtSignature\": " + quote(held.substring("gemini:".length()));
    }

    private static String candidate(int index, List<String> parts, String reason) {
        return "{\"content\": {\"parts\": [" + String.join(", ", parts) + "], \"role\": \"model\"}, \"index\": " + index
                + reason + ", \"safetyRatings\": [{\"category\": \"HARM_CATEGORY_HARASSMENT\"}]}";
    }

    private static String response(String candidates, String usage) {
        return "{\"candidates\": [" + candidates + "], \"usageMetadata\": " + usage
                + ", \"modelVersion\": \"gemini-test\", \"responseId\": \"mAitaLmkHPPlz7IPvtfUqQ4\"}";
    }

    private static String event(List<String> parts, String reason, String usage) {
        return "data: " + response(candidate(0, parts, reason), usage) + "\r\n\r\n";
    }

    private static String usage(Usage usage) {
        return "{\"promptTokenCount\": " + usage.prompt() + ", \"cachedContentTokenCount\": " + usage.cached()
                + ", \"candidatesTokenCount\": " + (usage.completion() - usage.reasoning())
                + ", \"thoughtsTokenCount\": " + usage.reasoning() + ", \"totalTokenCount\": " + usage.total()
                + ", \"promptTokensDetails\": [{\"modality\": \"TEXT\", \"tokenCount\": 1}]}";
    }

    private static String text(String text) {
        return "{\"text\": " + quote(text) + "}";
    }

    private static String thought(String text, @Nullable String signature) {
        return "{\"text\": " + quote(text) + ", \"thought\": true" + signature(signature) + "}";
    }

    private static String call(ToolCall call) {
        return "{\"functionCall\": {\"id\": " + quote(call.id()) + ", \"name\": " + quote(call.name()) + ", \"args\": "
                + call.arguments() + "}" + signature(call.signature()) + "}";
    }

    @Override
    public List<String> stream(Completion answer, int pieces) {
        Message.Assistant message = answer.candidates().getFirst();
        String early = "{\"promptTokenCount\": " + answer.usage().prompt() + "}";
        List<String> events = new ArrayList<>();
        for (Part part : message.parts()) {
            if (part instanceof Part.Reasoning(String text, String signature)) {
                cut(text, pieces).forEach(piece -> events.add(event(List.of(thought(piece, null)), "", early)));
                events.add(event(List.of(thought("", signature)), "", early));
            } else if (part instanceof Part.Text(String text)) {
                cut(text, pieces).forEach(piece -> events.add(event(List.of(text(piece)), "", early)));
            }
        }
        message.calls().forEach(call -> events.add(event(List.of(call(call)), "", early)));
        events.add(event(List.of(text("")), ", \"finishReason\": \"STOP\"", usage(answer.usage())));
        return events;
    }

    @Override
    public int eventsBehindTheEnd() {
        return 0;
    }

    @Override
    public String document(Completion answer) {
        List<String> candidates = new ArrayList<>();
        for (Message.Assistant message : answer.candidates()) {
            List<String> parts = new ArrayList<>();
            for (Part part : message.parts()) {
                if (part instanceof Part.Reasoning(String text, String signature)) {
                    parts.add(thought(text, signature));
                } else if (part instanceof Part.Text(String text)) {
                    parts.add(text(text));
                }
            }
            message.calls().forEach(call -> parts.add(call(call)));
            candidates.add(candidate(candidates.size(), parts, ", \"finishReason\": \"STOP\""));
        }
        return response(String.join(", ", candidates), usage(answer.usage()));
    }

    @Override
    public List<String> noise() {
        return List.of(
                ": keep-alive\r\n\r\n",
                "event: surprise\r\ndata: {\"deep\": [[{}]], \"error\": null}\r\n\r\n",
                "data: {\"candidates\": [{\"content\": {\"parts\": [{\"executableCode\": {\"code\": \"1\"}}]}, \"new\": 1}]}"
                        + "\r\n\r\n",
                "data: {\"candidates\": [{\"content\": {}, \"finishReason\": \"FINISH_REASON_UNSPECIFIED\"}],"
                        + " \"promptFeedback\": {\"safetyRatings\": []}}\r\n\r\n");
    }

    private static String error(int code, String status, String message, String details) {
        return "{\"error\": {\"code\": " + code + ", \"message\": " + quote(message) + ", \"status\": \"" + status
                + "\", \"details\": [" + details + "]}}";
    }

    @Override
    public Map<String, String> failuresInside() {
        return Map.of(
                "data: " + error(503, "UNAVAILABLE", "The model is overloaded.", "") + "\r\n\r\n",
                "Unavailable",
                "data: " + error(429, "RESOURCE_EXHAUSTED", "Quota exceeded.", "") + "\r\n\r\n",
                "RateLimited",
                "data: {\"promptFeedback\": {\"blockReason\": \"PROHIBITED_CONTENT\"}}\r\n\r\n",
                "Filtered");
    }

    @Override
    public List<Failure> failures() {
        String key = "{\"@type\": \"type.googleapis.com/google.rpc.ErrorInfo\", \"reason\": \"API_KEY_INVALID\","
                + " \"domain\": \"googleapis.com\"}";
        return List.of(
                new Failure(400, error(400, "INVALID_ARGUMENT", "API key not valid.", key), "AuthenticationFailed"),
                new Failure(400, error(400, "INVALID_ARGUMENT", "Unknown name \"x\"", ""), "BadRequest"),
                new Failure(
                        400,
                        error(
                                400,
                                "INVALID_ARGUMENT",
                                "The input token count (1100000) exceeds the maximum number of tokens allowed"
                                        + " (1048576).",
                                ""),
                        "ContextTooLong"),
                new Failure(400, error(400, "FAILED_PRECONDITION", "Not in your country", ""), "BadRequest"),
                new Failure(403, error(403, "PERMISSION_DENIED", "Not allowed", ""), "AuthenticationFailed"),
                new Failure(404, error(404, "NOT_FOUND", "models/x is not found", ""), "BadRequest"),
                new Failure(429, error(429, "RESOURCE_EXHAUSTED", "Quota exceeded", ""), "RateLimited"),
                new Failure(500, error(500, "INTERNAL", "An internal error", ""), "Unavailable"),
                new Failure(503, error(503, "UNAVAILABLE", "The model is overloaded.", ""), "Unavailable"),
                new Failure(504, error(504, "DEADLINE_EXCEEDED", "Too late", ""), "Unavailable"));
    }

    @Override
    public Map<String, String> endings() {
        Map<String, String> endings = new LinkedHashMap<>();
        endings.put("STOP", "COMPLETE");
        endings.put("MAX_TOKENS", "LENGTH");
        for (String withheld : List.of(
                "SAFETY",
                "RECITATION",
                "LANGUAGE",
                "BLOCKLIST",
                "PROHIBITED_CONTENT",
                "SPII",
                "IMAGE_SAFETY",
                "IMAGE_PROHIBITED_CONTENT",
                "IMAGE_RECITATION")) {
            endings.put(withheld, "Filtered");
        }
        for (String malformed : List.of(
                "MALFORMED_FUNCTION_CALL",
                "UNEXPECTED_TOOL_CALL",
                "TOO_MANY_TOOL_CALLS",
                "MISSING_THOUGHT_SIGNATURE",
                "MALFORMED_RESPONSE")) {
            endings.put(malformed, "MalformedAnswer");
        }
        for (String failed : List.of("OTHER", "IMAGE_OTHER", "NO_IMAGE", "SURPRISE")) {
            endings.put(failed, "Unavailable");
        }
        return endings;
    }

    @Override
    public List<String> streamEnding(String text, String word) {
        return List.of(
                event(List.of(text(text)), "", "{}"), event(List.of(), ", \"finishReason\": " + quote(word), "{}"));
    }

    @Override
    public String keyHeader() {
        return "x-goog-api-key";
    }

    @Override
    public Map<Place, String> places() {
        return Map.ofEntries(
                entry(Place.SYSTEM, "/systemInstruction/parts/0/text"),
                entry(Place.USER, "/contents/0/parts/0/text"),
                entry(Place.TEMPERATURE, "/generationConfig/temperature"),
                entry(Place.MAX_TOKENS, "/generationConfig/maxOutputTokens"),
                entry(Place.STOP, "/generationConfig/stopSequences/0"),
                entry(Place.SEED, "/generationConfig/seed"),
                entry(Place.PENALTY, "/generationConfig/presencePenalty"),
                entry(Place.TOOL_NAME, "/tools/0/functionDeclarations/0/name"),
                entry(Place.TOOL_SCHEMA, "/tools/0/functionDeclarations/0/parametersJsonSchema"),
                entry(Place.CHOSEN_TOOL, "/toolConfig/functionCallingConfig/allowedFunctionNames/0"),
                entry(Place.CALL_ID, "/contents/1/parts/2/functionCall/id"),
                entry(Place.CALL_NAME, "/contents/1/parts/2/functionCall/name"),
                entry(Place.CALL_ARGUMENTS, "/contents/1/parts/2/functionCall/args"),
                entry(Place.CALL_SIGNATURE, "/contents/1/parts/2/thoughtSignature"),
                entry(Place.RESULT_ID, "/contents/2/parts/0/functionResponse/id"),
                entry(Place.RESULT_TEXT, "/contents/2/parts/0/functionResponse/response/output"),
                entry(Place.THOUGHT_SIGNATURE, "/contents/1/parts/0/thoughtSignature"),
                entry(Place.IMAGE_BYTES, "/contents/0/parts/1/inlineData/data"),
                entry(Place.IMAGE_URL, "/contents/0/parts/2/fileData/fileUri"),
                entry(Place.SCHEMA, "/generationConfig/responseJsonSchema"),
                entry(Place.EFFORT, "/generationConfig/thinkingConfig/thinkingLevel"));
    }
}
