package dev.turbochat.tool;

import java.lang.reflect.Type;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Values of a type as a model writes them: the schema it is told, and the way back. Thread-safe.
 *
 * @param <A> the type
 */
final class Arguments<A> {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(
                    DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES,
                    DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .annotationIntrospector(new SealedTypes())
            .build();

    private final JavaType type;
    private final ObjectNode schema;

    private Arguments(Type type) {
        this.type = MAPPER.constructType(type);
        this.schema = Schemas.of(type);
    }

    /**
     * @throws IllegalArgumentException if no schema can be made of the type
     */
    static <A> Arguments<A> of(Class<A> type) {
        return new Arguments<>(type);
    }

    static Arguments<?> of(Type type) {
        return new Arguments<>(type);
    }

    ObjectNode schema() {
        return schema;
    }

    /**
     * The value.
     *
     * @throws IllegalArgumentException if it does not fit, in a sentence for the model
     */
    @SuppressWarnings("unchecked") // of the type that it was made for
    A read(JsonNode json) {
        Object value = readAny(json);
        if (value == null) {
            throw new IllegalArgumentException("There are no arguments; give them.");
        }
        return (A) value;
    }

    /** {@link #read}; null, or an empty optional, for what is not there. */
    @Nullable
    Object readAny(JsonNode json) {
        if (json.isMissingNode()) {
            return type.hasRawClass(Optional.class) ? Optional.empty() : null;
        }
        Schemas.check(schema, json);
        try {
            return MAPPER.treeToValue(json, type);
        } catch (DatabindException e) {
            throw new IllegalArgumentException(where(e) + reason(e), e);
        } catch (JacksonException e) {
            throw new IllegalArgumentException(e.getOriginalMessage(), e);
        }
    }

    private static String where(DatabindException e) {
        StringBuilder path = new StringBuilder();
        e.getPath().forEach(step -> {
            if (step.getPropertyName() == null) {
                path.append('[').append(step.getIndex()).append(']');
            } else {
                path.append(path.isEmpty() ? "" : ".").append(step.getPropertyName());
            }
        });
        return path.isEmpty() ? "" : "'" + path + "': ";
    }

    /** What a type's own constructor said, or Jackson. */
    private static String reason(DatabindException e) {
        Throwable cause = e.getCause();
        return cause instanceof IllegalArgumentException && cause.getMessage() != null
                ? cause.getMessage()
                : e.getOriginalMessage();
    }
}
