package dev.turbochat.model;

import dev.turbochat.step.Message;
import dev.turbochat.step.ResponseSchema;
import dev.turbochat.step.Setting;
import dev.turbochat.step.ToolSpec;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a model is asked, as JSON that is the same for equal prompts, and complete: the model, every message with role,
 * parts, author and tool calls, the tools, the schema, and the settings. Settings that say how long to wait, or for whom,
 * are left out, as they change nothing about the answer.
 */
final class Canonical {
    private static final List<Setting<?>> LEFT_OUT = List.of(
            Setting.CONNECT_TIMEOUT,
            Setting.FIRST_TOKEN_TIMEOUT,
            Setting.BETWEEN_TOKENS_TIMEOUT,
            Setting.TOTAL_TIMEOUT,
            Setting.SESSION);
    private static final JsonMapper MAPPER =
            JsonMapper.builder().enable(JsonNodeFeature.WRITE_PROPERTIES_SORTED).build();

    private Canonical() {}

    private record Asked(
            String model,
            List<Message> messages,
            Map<String, Object> settings,
            List<ToolSpec> tools,
            @Nullable ResponseSchema schema) {}

    /**
     * @throws tools.jackson.core.JacksonException if a setting holds what JSON cannot
     */
    static JsonNode json(String model, Prompt prompt) {
        Map<String, Object> settings = new TreeMap<>(prompt.settings().asMap());
        LEFT_OUT.forEach(setting -> settings.remove(setting.name()));
        return MAPPER.valueToTree(new Asked(model, prompt.messages(), settings, prompt.tools(), prompt.schema()));
    }

    /** The SHA-256 of that JSON, in hexadecimal digits. */
    static String hash(String model, Prompt prompt) {
        try {
            byte[] text = MAPPER.writeValueAsString(json(model, prompt)).getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Java lacks SHA-256, which every Java has; use another.", e);
        }
    }
}
