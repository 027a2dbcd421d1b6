package dev.turbochat;

import dev.turbochat.step.Type;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.NullNode;

/** Values of programs as JSON and back. */
final class Json {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private Json() {}

    /**
     * @throws JacksonException if JSON cannot hold the value
     */
    static JsonNode of(@Nullable Object value) {
        return value == null ? NullNode.getInstance() : MAPPER.valueToTree(value);
    }

    /** The value as JSON, or null if JSON cannot hold it. */
    static @Nullable JsonNode ifPossible(@Nullable Object value) {
        if (value == null) {
            return null;
        }
        try {
            return of(value);
        } catch (JacksonException e) {
            return null;
        }
    }

    /**
     * @throws JacksonException if the JSON is not that of a value of this type
     */
    @SuppressWarnings({"unchecked", "NullAway", "TypeParameterUnusedInFormals"}) // JSON null is null, whatever the type
    static <T extends @Nullable Object> T to(Type<?> type, JsonNode json) {
        return json.isNull() ? null : (T) MAPPER.treeToValue(json, MAPPER.constructType(type.reflected()));
    }

    /** In which field two values differ first, in words; empty if they are the same. */
    static String difference(JsonNode had, JsonNode given) {
        if (had.toString().equals(given.toString())) { // as text: 1 is 1, whether it was an int or a long
            return "";
        }
        if (had.isObject() && given.isObject()) {
            for (String field : given.propertyNames()) {
                String inner = difference(had.path(field), given.path(field));
                if (!inner.isEmpty()) {
                    return "'" + field + "' was " + had.path(field) + " and is now " + given.path(field);
                }
            }
        }
        return "it was " + had + " and is now " + given;
    }
}
