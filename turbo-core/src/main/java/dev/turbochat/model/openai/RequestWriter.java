package dev.turbochat.model.openai;

import dev.turbochat.model.Prompt;
import dev.turbochat.model.http.Json;
import dev.turbochat.step.Message;
import dev.turbochat.step.ResponseSchema;
import dev.turbochat.step.Setting;
import dev.turbochat.step.ToolSpec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import okio.Buffer;
import tools.jackson.core.JsonGenerator;

/**
 * Writes the body of a request, as the
 * <a href="https://platform.openai.com/docs/api-reference/chat/create">reference of chat completions</a> has it.
 *
 * <p>Extra fields stand at the top level and win over everything else of their name.
 */
final class RequestWriter {
    /** Models that refuse {@code max_tokens}, wherever they are served. */
    private static final Pattern REASONING = Pattern.compile("(.*/)?(o[134](-.*)?|gpt-[5-9].*)");
    /** What OpenAI keeps a prompt for by itself, at the longest. */
    private static final Duration KEPT_ANYWAY = Duration.ofHours(1);

    private final Prompt prompt;
    private final String model;
    private final boolean stream;
    private final Quirks quirks;
    private final Map<String, Object> extra;
    private final Buffer buffer = new Buffer();
    private final JsonGenerator out = Json.writer(buffer);

    RequestWriter(Prompt prompt, String model, boolean stream, Quirks quirks) {
        this.prompt = prompt;
        this.model = model;
        this.stream = stream;
        this.quirks = quirks;
        this.extra = prompt.settings().get(Setting.EXTRA).orElse(Map.of());
    }

    /**
     * The whole body.
     *
     * @throws IllegalArgumentException if a setting holds what JSON cannot
     */
    Buffer write() {
        try (out) {
            out.writeStartObject();
            field("model", model);
            if (begin("messages")) {
                new MessageWriter(out, quirks).write(messages());
            }
            if (stream) {
                field("stream", true);
                field("stream_options", Json.fields("include_usage", true));
            }
            settings();
            tools();
            format();
            extra.forEach((name, value) -> {
                out.writeName(Json.wellFormed(name));
                Json.value(out, name, value);
            });
            out.writeEndObject();
        }
        return buffer;
    }

    private void settings() {
        setting(Setting.TEMPERATURE);
        setting(Setting.TOP_P);
        prompt.settings()
                .get(Setting.MAX_TOKENS)
                .ifPresent(most ->
                        field(REASONING.matcher(model).matches() ? "max_completion_tokens" : "max_tokens", most));
        setting(Setting.STOP);
        setting(Setting.SEED);
        setting(Setting.N);
        setting(Setting.PRESENCE_PENALTY);
        setting(Setting.FREQUENCY_PENALTY);
        setting(Setting.LOGIT_BIAS);
        setting(Setting.REASONING_EFFORT);
        setting(Setting.USER);
        setting(Setting.RESPONSE_FORMAT);
        prompt.settings()
                .get(Setting.PROMPT_CACHE)
                .filter(time -> quirks.spelling().containsKey("prompt_cache") && time.compareTo(KEPT_ANYWAY) > 0)
                .ifPresent(time -> field("prompt_cache", "24h"));
    }

    private void setting(Setting<?> setting) {
        prompt.settings().get(setting).ifPresent(value -> field(setting.name(), value));
    }

    private void tools() {
        if (prompt.tools().isEmpty()) {
            return;
        }
        if (begin("tools")) {
            out.writeStartArray();
            prompt.tools().forEach(this::tool);
            out.writeEndArray();
        }
        prompt.settings().get(Setting.TOOL_CHOICE).ifPresent(choice -> field("tool_choice", choice(choice)));
        setting(Setting.PARALLEL_TOOL_CALLS);
    }

    private void tool(ToolSpec tool) {
        out.writeStartObject();
        out.writeStringProperty("type", "function");
        out.writeObjectPropertyStart("function");
        out.writeStringProperty("name", tool.name());
        out.writeStringProperty("description", Json.wellFormed(tool.description()));
        out.writeName("parameters");
        Json.value(out, "parameters", tool.parameters());
        out.writeEndObject();
        out.writeEndObject();
    }

    private static Object choice(String choice) {
        return List.of("auto", "none", "required").contains(choice)
                ? choice
                : Json.fields("type", "function", "function", Json.fields("name", choice));
    }

    private void format() {
        ResponseSchema schema = prompt.schema();
        if (schema == null || prompt.settings().get(Setting.RESPONSE_FORMAT).isPresent()) {
            return;
        }
        field(
                "response_format",
                quirks.schemas()
                        ? Json.fields(
                                "type",
                                "json_schema",
                                "json_schema",
                                Json.fields(
                                        "name", schema.name(), "schema", schema.schema(), "strict", schema.strict()))
                        : Json.fields("type", "json_object"));
    }

    private List<Message> messages() {
        ResponseSchema schema = prompt.schema();
        if (schema == null || quirks.schemas()) {
            return prompt.messages();
        }
        Message told = new Message.System(
                "Answer with one JSON object that fits this JSON schema, and nothing else: " + schema.schema());
        return Stream.concat(prompt.messages().stream(), Stream.of(told)).toList();
    }

    private void field(String name, Object value) {
        if (begin(name)) {
            Json.value(out, name, value);
        }
    }

    /** Writes the name of a field as the vendor spells it; false if it is not to be sent. */
    private boolean begin(String name) {
        String spelt = quirks.spelling().getOrDefault(name, name);
        if (spelt.isEmpty() || extra.containsKey(spelt)) {
            return false;
        }
        out.writeName(spelt);
        return true;
    }
}
