package dev.turbochat.tool;

import dev.turbochat.step.ResponseSchema;
import dev.turbochat.step.Type;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * How a model answers with a value: the schema that it is held to, and the way from its answer to the value. What is no
 * object is asked for as the field {@code value} of one, since vendors want objects. Thread-safe.
 *
 * @param <T> the type of the value
 */
public final class Structure<T> {
    private static final Map<java.lang.reflect.Type, Structure<?>> KNOWN = new ConcurrentHashMap<>();
    private static final String FIELD = "value";
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS, DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final Arguments<?> arguments;
    private final boolean wrapped;
    private final ResponseSchema schema;

    private Structure(java.lang.reflect.Type type) {
        this.arguments = Arguments.of(type);
        ObjectNode own = arguments.schema();
        this.wrapped = !own.path("type").asString("").equals("object");
        ObjectNode asked = Schemas.strict(wrapped ? wrapped(own) : own);
        String name = type instanceof Class<?> known ? known.getSimpleName() : "answer";
        this.schema = new ResponseSchema(name.replaceAll("[^a-zA-Z0-9_-]", "_"), asked, Schemas.isClosed(asked));
    }

    /**
     * That of a type.
     *
     * @throws IllegalArgumentException if no schema can be made of it
     */
    @SuppressWarnings("unchecked") // each is kept under its own type
    public static <T> Structure<T> of(Type<T> type) {
        return (Structure<T>) KNOWN.computeIfAbsent(type.reflected(), Structure::new);
    }

    private static ObjectNode wrapped(ObjectNode own) {
        ObjectNode shared = JsonNodeFactory.instance.objectNode();
        ObjectNode whole = JsonNodeFactory.instance.objectNode().put("type", "object");
        whole.putObject("properties").set(FIELD, Schemas.lift(own.deepCopy(), shared));
        whole.putArray("required").add(FIELD);
        whole.put("additionalProperties", false);
        if (!shared.isEmpty()) {
            whole.set(Schemas.SHARED, shared);
        }
        return whole;
    }

    /** What the model is held to, where it can be. */
    public ResponseSchema schema() {
        return schema;
    }

    /**
     * The JSON of the value in an answer, which may stand in a fenced block, or between other words.
     *
     * @throws IllegalArgumentException if there is none, or it does not fit, in a sentence for the model
     */
    public JsonNode json(String answer) {
        JsonNode json = parse(answer);
        boolean inField = wrapped && json.isObject() && json.has(FIELD);
        JsonNode value = inField ? json.path(FIELD) : json;
        value(value);
        return value;
    }

    private static JsonNode parse(String answer) {
        String text = answer.strip();
        try {
            return MAPPER.readTree(text);
        } catch (JacksonException e) {
            int start = first(text, "{[");
            int end = Math.max(text.lastIndexOf('}'), text.lastIndexOf(']'));
            if (start < 0 || end < start) {
                throw new IllegalArgumentException("It is not JSON: " + e.getOriginalMessage(), e);
            }
            try {
                return MAPPER.readTree(text.substring(start, end + 1));
            } catch (JacksonException inner) {
                throw new IllegalArgumentException("It is not JSON: " + inner.getOriginalMessage(), inner);
            }
        }
    }

    private static int first(String text, String chars) {
        for (int i = 0; i < text.length(); i++) {
            if (chars.indexOf(text.charAt(i)) >= 0) {
                return i;
            }
        }
        return -1;
    }

    /**
     * The value of its JSON.
     *
     * @throws IllegalArgumentException if it does not fit, in a sentence for the model
     */
    @SuppressWarnings("unchecked") // of the type that it was made for
    public T value(JsonNode json) {
        @Nullable Object value = arguments.readAny(json);
        if (value == null) {
            throw new IllegalArgumentException("It is null, which is not allowed.");
        }
        return (T) value;
    }
}
