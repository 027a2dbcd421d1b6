package dev.turbochat.model.openai;

import dev.turbochat.model.Prompt;
import dev.turbochat.model.http.Json;
import dev.turbochat.step.Message;
import dev.turbochat.step.Part;
import dev.turbochat.step.Setting;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import okio.Buffer;
import tools.jackson.core.JsonGenerator;

/**
 * Writes the body of a request, as the
 * <a href="https://platform.openai.com/docs/api-reference/chat/create">reference of chat completions</a> has it.
 *
 * <p>Extra fields stand at the top level and win over everything else of their name. A user's author is sent as
 * {@code name} if it is one by the format's rule, and left out otherwise: an author that was made to fit could be
 * somebody else.
 */
final class RequestWriter {
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_-]{1,64}");
    /** Models that refuse {@code max_tokens}, wherever they are served. */
    private static final Pattern REASONING = Pattern.compile("(.*/)?(o[134](-.*)?|gpt-5.*)");

    private final Prompt prompt;
    private final String model;
    private final boolean stream;
    private final Map<String, String> spelling;
    private final Map<String, Object> extra;
    private final Buffer buffer = new Buffer();
    private final JsonGenerator out = Json.writer(buffer);

    /**
     * @param spelling the vendor's own names of fields; empty for one that it refuses
     */
    RequestWriter(Prompt prompt, String model, boolean stream, Map<String, String> spelling) {
        this.prompt = prompt;
        this.model = model;
        this.stream = stream;
        this.spelling = spelling;
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
                messages(prompt.messages());
            }
            if (stream) {
                field("stream", true);
                field("stream_options", Map.of("include_usage", true));
            }
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
            extra.forEach((name, value) -> {
                out.writeName(Json.wellFormed(name));
                Json.value(out, name, value);
            });
            out.writeEndObject();
        }
        return buffer;
    }

    private void setting(Setting<?> setting) {
        prompt.settings().get(setting).ifPresent(value -> field(setting.name(), value));
    }

    private void field(String name, Object value) {
        if (begin(name)) {
            Json.value(out, name, value);
        }
    }

    /** Writes the name of a field as the vendor spells it; false if it is not to be sent. */
    private boolean begin(String name) {
        String spelt = spelling.getOrDefault(name, name);
        if (spelt.isEmpty() || extra.containsKey(spelt)) {
            return false;
        }
        out.writeName(spelt);
        return true;
    }

    private void messages(List<Message> messages) {
        out.writeStartArray();
        for (Message message : messages) {
            out.writeStartObject();
            out.writeStringProperty("role", message.role());
            if (message instanceof Message.User user
                    && user.author() != null
                    && NAME.matcher(user.author()).matches()
                    && !"".equals(spelling.get("name"))) {
                out.writeStringProperty("name", user.author());
            }
            if (message instanceof Message.ToolResult result) {
                out.writeStringProperty("tool_call_id", result.callId());
            }
            out.writeName("content");
            content(message.parts());
            out.writeEndObject();
        }
        out.writeEndArray();
    }

    private void content(List<Part> parts) {
        if (parts.stream().noneMatch(Part.Image.class::isInstance)) {
            out.writeString(Json.wellFormed(Part.text(parts)));
            return;
        }
        out.writeStartArray();
        for (Part part : parts) {
            if (part instanceof Part.Reasoning) {
                continue;
            }
            out.writeStartObject();
            switch (part) {
                case Part.Text(String text) -> {
                    out.writeStringProperty("type", "text");
                    out.writeStringProperty("text", Json.wellFormed(text));
                }
                case Part.Image(var uri) -> {
                    out.writeStringProperty("type", "image_url");
                    out.writeObjectPropertyStart("image_url");
                    out.writeStringProperty("url", uri.toString());
                    out.writeEndObject();
                }
                case Part.Reasoning ignored -> {}
            }
            out.writeEndObject();
        }
        out.writeEndArray();
    }
}
