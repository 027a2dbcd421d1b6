package dev.turbochat;

import dev.turbochat.step.Type;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Values of programs as JSON and back.
 *
 * <p>A value becomes text and is read again, as a journal in a file does it: so a program sees the same live, replayed
 * from the heap, and replayed from a file. Decimals keep all their digits, and constants are known by their names.
 */
final class Json {
    private Json() {}

    /** Made when it is needed: a process that starts has its first word sooner without. */
    private static final class Jackson {
        static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                        .streamReadConstraints(StreamReadConstraints.builder()
                                .maxNumberLength(Integer.MAX_VALUE)
                                .build())
                        .build())
                .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .disable(EnumFeature.READ_ENUMS_USING_TO_STRING, EnumFeature.WRITE_ENUMS_USING_TO_STRING)
                .build();

        private Jackson() {}
    }

    /**
     * @throws JacksonException if JSON cannot hold the value
     */
    static JsonNode of(@Nullable Object value) {
        JsonNode plain = PlainRecord.write(value);
        return plain == null ? Jackson.MAPPER.readTree(Jackson.MAPPER.writeValueAsString(value)) : plain;
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
        if (json.isNull()) {
            return null;
        }
        Object plain = type.reflected() instanceof Class<?> raw ? PlainRecord.read(raw, json) : null;
        return (T)
                (plain == null
                        ? Jackson.MAPPER.treeToValue(json, Jackson.MAPPER.constructType(type.reflected()))
                        : plain);
    }

    /** A value as JSON text. */
    static String write(Object value) {
        return Jackson.MAPPER.writeValueAsString(value);
    }

    /**
     * A value that {@link #write} wrote.
     *
     * @throws JacksonException if it is something else
     */
    static <T> T read(String text, Class<T> type) {
        return Jackson.MAPPER.readValue(text, type);
    }

    /** The SHA-256 of a text's UTF-8, in hexadecimal. */
    static String sha256(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256.", e);
        }
    }

    /** In which field two values differ first, in words; empty if they are the same. */
    static String difference(JsonNode had, JsonNode given) {
        if (areEqual(had, given)) {
            return "";
        }
        if (had.isObject() && given.isObject()) {
            String field = Stream.concat(had.propertyNames().stream(), given.propertyNames().stream())
                    .filter(name -> !areEqual(had.path(name), given.path(name)))
                    .findFirst()
                    .orElseThrow();
            return "'" + field + "' was " + word(had.path(field)) + " and is now " + word(given.path(field));
        }
        return "it was " + had + " and is now " + given;
    }

    /** Whether two values are the same, or the first is an object that has all that the second one has. */
    static boolean holds(JsonNode had, JsonNode given) {
        return (had.isObject() && given.isObject())
                ? given.properties().stream().allMatch(field -> areEqual(had.path(field.getKey()), field.getValue()))
                : areEqual(had, given);
    }

    /** Numbers are equal by what they count, however they were written down. */
    private static boolean areEqual(JsonNode one, JsonNode other) {
        return one.equals(
                (a, b) -> a.isNumber() && b.isNumber()
                        ? a.decimalValue().compareTo(b.decimalValue())
                        : a.equals(b) ? 0 : 1,
                other);
    }

    private static String word(JsonNode value) {
        return value.isMissingNode() ? "absent" : value.toString();
    }
}
