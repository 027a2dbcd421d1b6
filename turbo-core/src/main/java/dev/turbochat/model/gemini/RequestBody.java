package dev.turbochat.model.gemini;

import dev.turbochat.model.Prompt;
import dev.turbochat.model.http.Json;
import dev.turbochat.step.Setting;
import dev.turbochat.step.Settings;
import dev.turbochat.step.ToolSpec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Makes the body of a request, as the
 * <a href="https://ai.google.dev/api/generate-content">reference of generateContent</a> has it.
 *
 * <p>Instructions go before the messages, wherever they stand among them: the format has no other place for them. Extra
 * fields stand at the top level and win over everything else of their name; what an extra {@code generationConfig} does
 * not name stays.
 */
final class RequestBody {
    /** Models that are given a number of tokens to think with, and know nothing of signatures that must be there. */
    private static final Pattern BUDGETED = Pattern.compile("gemini-(1|2)\\..*");

    private final Prompt prompt;
    private final Settings settings;
    private final boolean budgeted;
    private final Map<String, Object> body = new LinkedHashMap<>();
    private final Map<String, Object> generation = new LinkedHashMap<>();

    RequestBody(Prompt prompt, String model) {
        this.prompt = prompt;
        this.settings = prompt.settings();
        this.budgeted = BUDGETED.matcher(model).matches();
    }

    Map<String, Object> make() {
        Contents contents = new Contents(prompt.messages(), !budgeted);
        if (!contents.instructions().isEmpty()) {
            body.put("systemInstruction", Json.fields("parts", contents.instructions()));
        }
        body.put("contents", contents.contents());
        tools();
        generation();
        Map<String, Object> extra = settings.get(Setting.EXTRA).orElse(Map.of());
        body.putAll(extra);
        if (extra.get("generationConfig") instanceof Map<?, ?> more) {
            more.forEach((name, value) -> generation.put(String.valueOf(name), value));
        }
        if (!generation.isEmpty()) {
            body.put("generationConfig", generation);
        }
        return body;
    }

    private void generation() {
        setting(Setting.TEMPERATURE, "temperature");
        setting(Setting.TOP_P, "topP");
        setting(Setting.MAX_TOKENS, "maxOutputTokens");
        setting(Setting.STOP, "stopSequences");
        setting(Setting.SEED, "seed");
        setting(Setting.N, "candidateCount");
        setting(Setting.PRESENCE_PENALTY, "presencePenalty");
        setting(Setting.FREQUENCY_PENALTY, "frequencyPenalty");
        settings.get(Setting.REASONING_EFFORT).ifPresent(effort -> generation.put("thinkingConfig", thinking(effort)));
        settings.get(Setting.RESPONSE_FORMAT)
                .filter(format -> "json_object".equals(format.get("type")))
                .ifPresent(format -> generation.put("responseMimeType", "application/json"));
        if (prompt.schema() != null) {
            generation.put("responseMimeType", "application/json");
            generation.put("responseJsonSchema", prompt.schema().schema());
        }
    }

    private void setting(Setting<?> setting, String name) {
        settings.get(setting).ifPresent(value -> generation.put(name, value));
    }

    /** The budgets are those that Google's own OpenAI-compatible server takes these words for. */
    private Map<String, Object> thinking(String effort) {
        if (!budgeted) {
            return Json.fields("thinkingLevel", effort.equals("none") ? "minimal" : effort, "includeThoughts", true);
        }
        int budget = switch (effort) {
            case "none" -> 0;
            case "minimal", "low" -> 1024;
            case "medium" -> 8192;
            default -> 24576;
        };
        return Json.fields("thinkingBudget", budget, "includeThoughts", budget > 0);
    }

    private void tools() {
        if (prompt.tools().isEmpty()) {
            return;
        }
        List<Map<String, Object>> functions =
                prompt.tools().stream().map(RequestBody::function).toList();
        body.put("tools", List.of(Json.fields("functionDeclarations", functions)));
        settings.get(Setting.TOOL_CHOICE)
                .ifPresent(choice -> body.put("toolConfig", Json.fields("functionCallingConfig", choice(choice))));
    }

    private static Map<String, Object> function(ToolSpec tool) {
        Map<String, Object> function = new LinkedHashMap<>();
        function.put("name", tool.name());
        function.put("description", tool.description());
        function.put("parametersJsonSchema", tool.parameters());
        return function;
    }

    private static Map<String, Object> choice(String choice) {
        return switch (choice) {
            case "auto" -> Json.fields("mode", "AUTO");
            case "none" -> Json.fields("mode", "NONE");
            case "required" -> Json.fields("mode", "ANY");
            default -> Json.fields("mode", "ANY", "allowedFunctionNames", List.of(choice));
        };
    }
}
