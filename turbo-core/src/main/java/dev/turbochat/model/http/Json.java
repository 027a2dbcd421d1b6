package dev.turbochat.model.http;

import java.io.OutputStream;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import okio.Buffer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.async.ByteArrayFeeder;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.core.exc.UnexpectedEndOfInputException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * JSON as providers read and write it.
 *
 * <p>Where speed matters it is read token by token. Such reading uses one parser for all events of a stream: it is fed the bytes of each, and costs nothing but the strings
 * that are asked for. The parser never waits; JSON that ends too early is an {@link UnexpectedEndOfInputException}.
 */
public final class Json {
    private static final JsonFactory FACTORY = new JsonFactory();
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private Json() {}

    /** A generator into a buffer, to be closed before the buffer is read. */
    public static JsonGenerator writer(Buffer buffer) {
        OutputStream out = buffer.outputStream();
        return FACTORY.createGenerator(ObjectWriteContext.empty(), out);
    }

    /** A parser to be fed with {@link #feed}. */
    public static JsonParser parser() {
        return FACTORY.createNonBlockingByteArrayParser(ObjectReadContext.empty());
    }

    /**
     * Gives the parser one document and goes to its first token.
     *
     * @param bytes must stay as they are until the document is read to its end
     */
    public static JsonToken feed(JsonParser parser, byte[] bytes, int length) {
        ((ByteArrayFeeder) parser.nonBlockingInputFeeder()).feedInput(bytes, 0, length);
        return next(parser);
    }

    /** Checks that nothing is left of the document. */
    public static void end(JsonParser parser) {
        if (parser.nextToken() != JsonToken.NOT_AVAILABLE) {
            throw new StreamReadException(parser, "There is more after the end of the JSON");
        }
    }

    /** The next token. */
    public static JsonToken next(JsonParser parser) {
        JsonToken token = parser.nextToken();
        if (token == null || token == JsonToken.NOT_AVAILABLE) {
            throw new UnexpectedEndOfInputException(parser, token, "The JSON ends too early");
        }
        return token;
    }

    /** Goes to the end of the value that has just begun. */
    public static void skip(JsonParser parser) {
        int depth = 0;
        for (JsonToken token = parser.currentToken(); ; token = next(parser)) {
            if (token.isStructStart()) {
                depth++;
            } else if (token.isStructEnd()) {
                depth--;
            }
            if (depth == 0) {
                return;
            }
        }
    }

    /**
     * Writes a value that JSON can hold: null, text, a finite number, a boolean, a map with text keys, a list, an array
     * of objects, or what is JSON already.
     *
     * @throws IllegalArgumentException if it is, or holds, something else
     */
    public static void value(JsonGenerator out, String field, @Nullable Object value) {
        switch (value) {
            case null -> out.writeNull();
            case CharSequence text -> out.writeString(wellFormed(text.toString()));
            case Boolean flag -> out.writeBoolean(flag);
            case Integer number -> out.writeNumber(number);
            case Long number -> out.writeNumber(number);
            case Short number -> out.writeNumber(number);
            case Byte number -> out.writeNumber(number.intValue());
            case BigInteger number -> out.writeNumber(number);
            case BigDecimal number -> out.writeNumber(number);
            case Double number when Double.isFinite(number) -> out.writeNumber(number);
            case Float number when Float.isFinite(number) -> out.writeNumber(number);
            case JsonNode node -> out.writeRawValue(wellFormed(node.toString()));
            case Raw raw -> out.writeRawValue(wellFormed(raw.json()));
            case Map<?, ?> map -> {
                out.writeStartObject();
                map.forEach((key, inner) -> {
                    out.writeName(wellFormed(String.valueOf(key)));
                    value(out, field, inner);
                });
                out.writeEndObject();
            }
            case Iterable<?> list -> {
                out.writeStartArray();
                list.forEach(inner -> value(out, field, inner));
                out.writeEndArray();
            }
            case Object[] array -> {
                out.writeStartArray();
                for (Object inner : array) {
                    value(out, field, inner);
                }
                out.writeEndArray();
            }
            default ->
                throw new IllegalArgumentException("Field '" + field + "' was given a value of "
                        + value.getClass().getName()
                        + " that JSON cannot hold; use text, finite numbers, booleans, maps and lists.");
        }
    }

    /** A text that is JSON already, to be written as it is. */
    public record Raw(String json) {}

    /** The field of an object, to which more can be added; they are written in the order in which they were. */
    public static Map<String, Object> fields(String name, Object value) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put(name, value);
        return fields;
    }

    /** The fields of an object. */
    public static Map<String, Object> fields(String name, Object value, String second, Object secondValue) {
        Map<String, Object> fields = fields(name, value);
        fields.put(second, secondValue);
        return fields;
    }

    /** The fields of an object. */
    public static Map<String, Object> fields(
            String name, Object value, String second, Object secondValue, String third, Object thirdValue) {
        Map<String, Object> fields = fields(name, value, second, secondValue);
        fields.put(third, thirdValue);
        return fields;
    }

    /** A JSON object in a buffer, of values that JSON can hold. */
    public static Buffer object(Map<String, ?> fields) {
        Buffer buffer = new Buffer();
        try (JsonGenerator out = writer(buffer)) {
            out.writeStartObject();
            fields.forEach((name, value) -> {
                out.writeName(wellFormed(name));
                value(out, name, value);
            });
            out.writeEndObject();
        }
        return buffer;
    }

    /**
     * The document as a tree, numbers to the last digit.
     *
     * @throws UnexpectedEndOfInputException if it ends too early
     * @throws JacksonException if it is not JSON, or no object
     */
    public static JsonNode tree(byte[] json, int length) {
        JsonNode tree;
        try {
            tree = MAPPER.readTree(json, 0, length);
        } catch (JacksonException e) {
            check(json, length);
            throw e;
        }
        if (tree.isMissingNode()) {
            throw new UnexpectedEndOfInputException(null, null, "The JSON ends too early");
        }
        if (!tree.isObject()) {
            throw new StreamReadException(null, "An object was expected");
        }
        return tree;
    }

    /** Reads a document for nothing but what is wrong with it: this parser tells what is cut from what is no JSON. */
    private static void check(byte[] json, int length) {
        try (JsonParser parser = parser()) {
            feed(parser, json, length);
            skip(parser);
        }
    }

    /** The text of a tool call's arguments as an object: itself, or an object that holds it where the model blundered. */
    public static Object arguments(String text) {
        if (text.isBlank()) {
            return Map.of();
        }
        return isObject(text) ? new Raw(text) : Map.of("invalid_arguments", text);
    }

    /** Whether a text is one JSON object, and nothing else. */
    public static boolean isObject(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        try (JsonParser parser = parser()) {
            if (bytes.length == 0 || feed(parser, bytes, bytes.length) != JsonToken.START_OBJECT) {
                return false;
            }
            skip(parser);
            end(parser);
            return true;
        } catch (JacksonException e) {
            return false;
        }
    }

    /** The value that has just begun, as JSON text; the parser then stands at its end. */
    public static String raw(JsonParser parser) {
        StringWriter text = new StringWriter();
        try (JsonGenerator out = FACTORY.createGenerator(ObjectWriteContext.empty(), text)) {
            out.copyCurrentStructureExact(parser);
        }
        return text.toString();
    }

    /** The text with U+FFFD for every half of a surrogate pair that stands alone; UTF-8 cannot hold those. */
    public static String wellFormed(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isSurrogate(c)) {
                if (Character.isHighSurrogate(c)
                        && i + 1 < text.length()
                        && Character.isLowSurrogate(text.charAt(i + 1))) {
                    i++;
                } else {
                    return mended(text);
                }
            }
        }
        return text;
    }

    private static String mended(String text) {
        return text.codePoints()
                .map(point -> point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE ? 0xFFFD : point)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }
}
