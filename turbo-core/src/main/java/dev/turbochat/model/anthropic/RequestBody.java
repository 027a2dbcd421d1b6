package dev.turbochat.model.anthropic;

import dev.turbochat.model.Prompt;
import dev.turbochat.model.http.Json;
import dev.turbochat.step.ResponseSchema;
import dev.turbochat.step.Setting;
import dev.turbochat.step.Settings;
import dev.turbochat.step.ToolSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes the body of a request, as the <a href="https://platform.claude.com/docs/en/api/messages">reference of messages</a>
 * has it.
 *
 * <p>Instructions go before the messages, wherever they stand among them: the format has no other place for them. Extra
 * fields stand at the top level and win over everything else of their name.
 */
final class RequestBody {
    /** What an answer may have where nobody says it: the format wants a number. */
    private static final int MOST_TOKENS = 8192;
    /** The smallest number of tokens to think with. */
    private static final int LEAST_THOUGHT = 1024;

    private static final Duration SHORT_CACHE = Duration.ofMinutes(5);

    private final Prompt prompt;
    private final Settings settings;
    private final String model;
    private final Generation generation;
    private final @Nullable ResponseSchema byTool; // the schema, for a model that cannot be held to it otherwise
    private final Map<String, Object> body = new LinkedHashMap<>();

    RequestBody(Prompt prompt, String model) {
        this.prompt = prompt;
        this.settings = prompt.settings();
        this.model = model;
        this.generation = Generation.of(model);
        this.byTool = generation.hasSchemas() ? null : prompt.schema();
    }

    /**
     * The tool in whose place the answer is given, for a model that cannot be held to a schema otherwise; null where there
     * is none.
     */
    @Nullable
    String answerTool() {
        return byTool == null ? null : byTool.name();
    }

    Map<String, Object> make(boolean stream) {
        Map<String, Object> cache = cacheControl();
        body.put("model", model);
        body.put("max_tokens", settings.get(Setting.MAX_TOKENS).orElse(MOST_TOKENS));
        thinking();
        MessageBlocks blocks = new MessageBlocks(prompt.messages(), cache);
        if (!blocks.instructions().isEmpty()) {
            body.put("system", blocks.instructions());
        }
        body.put("messages", blocks.messages());
        if (stream) {
            body.put("stream", true);
        }
        settings.get(Setting.TEMPERATURE).ifPresent(value -> body.put("temperature", value));
        settings.get(Setting.TOP_P).ifPresent(value -> body.put("top_p", value));
        settings.get(Setting.STOP).ifPresent(value -> body.put("stop_sequences", value));
        settings.get(Setting.USER).ifPresent(value -> body.put("metadata", Json.fields("user_id", value)));
        tools(blocks.instructions().isEmpty() ? cache : Map.of());
        schema();
        body.putAll(settings.get(Setting.EXTRA).orElse(Map.of()));
        return body;
    }

    /** The mark of a place up to which the prompt is kept; empty where it is not. */
    private Map<String, Object> cacheControl() {
        return settings.get(Setting.PROMPT_CACHE)
                .map(time -> time.compareTo(SHORT_CACHE) > 0
                        ? Json.fields("type", "ephemeral", "ttl", "1h")
                        : Json.fields("type", "ephemeral"))
                .orElse(Map.of());
    }

    private void thinking() {
        String effort = settings.get(Setting.REASONING_EFFORT).orElse("");
        if (effort.equals("none")) {
            body.put("thinking", Json.fields("type", "disabled"));
        } else if (!effort.isEmpty() && generation.thinksAdaptively()) {
            body.put("thinking", Json.fields("type", "adaptive", "display", "summarized"));
            output("effort", effort.equals("minimal") ? "low" : effort);
        } else if (!effort.isEmpty()) {
            budget(effort);
        }
    }

    private void budget(String effort) {
        int budget = switch (effort) {
            case "minimal" -> LEAST_THOUGHT;
            case "low" -> 2 * LEAST_THOUGHT;
            case "medium" -> 8 * LEAST_THOUGHT;
            default -> 24 * LEAST_THOUGHT;
        };
        int most = settings.get(Setting.MAX_TOKENS).orElse(MOST_TOKENS + budget);
        if (most > LEAST_THOUGHT) { // with fewer there is no room for a thought
            body.put("max_tokens", most);
            body.put("thinking", Json.fields("type", "enabled", "budget_tokens", Math.min(budget, most - 1)));
        }
    }

    private void tools(Map<String, Object> cache) {
        List<Map<String, Object>> tools = new ArrayList<>();
        for (ToolSpec tool : prompt.tools()) {
            tools.add(tool(tool.name(), tool.description(), tool.parameters()));
        }
        ResponseSchema schema = byTool;
        if (schema != null) {
            tools.add(tool(schema.name(), "Takes the answer.", schema.schema()));
        }
        if (tools.isEmpty()) {
            return;
        }
        if (!cache.isEmpty()) {
            tools.getLast().put("cache_control", cache);
        }
        body.put("tools", tools);
        Map<String, Object> choice = schema != null
                ? prompt.tools().isEmpty() ? named(schema.name()) : choice("any")
                : settings.get(Setting.TOOL_CHOICE).map(RequestBody::chosen).orElseGet(LinkedHashMap::new);
        if (!settings.get(Setting.PARALLEL_TOOL_CALLS).orElse(true) && !"none".equals(choice.get("type"))) {
            choice.putIfAbsent("type", "auto");
            choice.put("disable_parallel_tool_use", true);
        }
        if (!choice.isEmpty()) {
            body.put("tool_choice", choice);
        }
    }

    private static Map<String, Object> tool(String name, String description, Object schema) {
        Map<String, Object> tool = new LinkedHashMap<>();
        tool.put("name", name);
        tool.put("description", description);
        tool.put("input_schema", schema);
        return tool;
    }

    private static Map<String, Object> chosen(String choice) {
        return switch (choice) {
            case "auto", "none" -> choice(choice);
            case "required" -> choice("any");
            default -> named(choice);
        };
    }

    private static Map<String, Object> choice(String type) {
        Map<String, Object> choice = new LinkedHashMap<>();
        choice.put("type", type);
        return choice;
    }

    private static Map<String, Object> named(String tool) {
        Map<String, Object> choice = choice("tool");
        choice.put("name", tool);
        return choice;
    }

    private void schema() {
        ResponseSchema schema = prompt.schema();
        if (schema != null && byTool == null) {
            output("format", Json.fields("type", "json_schema", "schema", schema.schema()));
        }
    }

    private void output(String name, Object value) {
        Map<String, Object> output = new LinkedHashMap<>();
        if (body.get("output_config") instanceof Map<?, ?> before) {
            before.forEach((key, was) -> output.put(String.valueOf(key), was));
        }
        output.put(name, value);
        body.put("output_config", output);
    }
}
