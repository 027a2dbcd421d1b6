package dev.turbochat.model.openai;

import dev.turbochat.model.http.Json;
import dev.turbochat.model.http.Refusal;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.exc.StreamReadException;

/**
 * Reads a chunk of a stream, or a whole answer, which differ in a word: {@code delta} or {@code message}. See the
 * <a href="https://platform.openai.com/docs/api-reference/chat-streaming">reference of streamed chat completions</a>.
 *
 * <p>Takes the text, a refusal's text included, the reason of the end, the usage and an error; passes over all else,
 * known or not. Not thread-safe.
 */
final class ChunkReader implements AutoCloseable {
    private final JsonParser parser = Json.parser();
    private final Answer answer;

    private @Nullable String text; // of the choice being read
    private @Nullable String reason;
    private int index;

    ChunkReader(Answer answer) {
        this.answer = answer;
    }

    /**
     * Reads one document into the answer.
     *
     * @return the error that the server speaks of in it; null if it does not
     * @throws tools.jackson.core.exc.UnexpectedEndOfInputException if the document ends too early
     * @throws tools.jackson.core.JacksonException if it is not JSON, or no object
     */
    @Nullable
    Refusal read(byte[] json, int length) {
        JsonToken first = Json.feed(parser, json, length);
        if (first != JsonToken.START_OBJECT) {
            Refusal listed = Refusal.of(json, length); // some vendors put an error into a list
            if (first == JsonToken.START_ARRAY && !listed.isEmpty()) {
                return listed;
            }
            throw new StreamReadException(parser, "An object was expected");
        }
        Refusal refusal = null;
        boolean bare = false; // an error that is the whole document
        while (Json.next(parser) != JsonToken.END_OBJECT) {
            String field = parser.currentName();
            JsonToken token = Json.next(parser);
            switch (field) {
                case "choices" -> choices(token);
                case "usage" -> usage(token);
                case "error" -> refusal = Refusal.of(parser);
                case "object" -> bare = token == JsonToken.VALUE_STRING && "error".equals(parser.getString());
                default -> Json.skip(parser);
            }
        }
        Json.end(parser);
        if (bare) {
            return Refusal.of(json, length);
        }
        return refusal == null || refusal.isEmpty() ? null : refusal;
    }

    private void choices(JsonToken token) {
        if (token != JsonToken.START_ARRAY) {
            Json.skip(parser);
            return;
        }
        while (Json.next(parser) != JsonToken.END_ARRAY) {
            choice();
        }
    }

    private void choice() {
        text = null;
        reason = null;
        index = 0;
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            Json.skip(parser);
            return;
        }
        while (Json.next(parser) != JsonToken.END_OBJECT) {
            String field = parser.currentName();
            JsonToken token = Json.next(parser);
            switch (field) {
                case "index" -> index = token == JsonToken.VALUE_NUMBER_INT ? parser.getValueAsInt() : 0;
                case "finish_reason" -> reason = token == JsonToken.VALUE_STRING ? parser.getString() : null;
                case "delta", "message" -> message(token);
                default -> Json.skip(parser);
            }
        }
        answer.add(index, text, reason);
    }

    private void message(JsonToken token) {
        if (token != JsonToken.START_OBJECT) {
            Json.skip(parser);
            return;
        }
        while (Json.next(parser) != JsonToken.END_OBJECT) {
            String field = parser.currentName();
            JsonToken value = Json.next(parser);
            switch (field) {
                case "content", "refusal" -> content(value);
                // A model that thinks, or calls a tool, is alive, though it says nothing yet.
                case "reasoning_content", "reasoning", "tool_calls", "function_call" -> {
                    if (value != JsonToken.VALUE_NULL
                            && (value != JsonToken.VALUE_STRING || parser.getStringLength() > 0)) {
                        answer.live();
                    }
                    Json.skip(parser);
                }
                default -> Json.skip(parser);
            }
        }
    }

    /** A text, or a list of parts of which the ones of type text count. */
    private void content(JsonToken token) {
        if (token == JsonToken.VALUE_STRING) {
            String piece = parser.getString();
            text = text == null ? piece : text + piece;
        } else if (token == JsonToken.START_ARRAY) {
            while (Json.next(parser) != JsonToken.END_ARRAY) {
                part();
            }
        } else {
            Json.skip(parser);
        }
    }

    private void part() {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            Json.skip(parser);
            return;
        }
        answer.live();
        while (Json.next(parser) != JsonToken.END_OBJECT) {
            String field = parser.currentName();
            JsonToken value = Json.next(parser);
            if ((field.equals("text") || field.equals("refusal")) && value == JsonToken.VALUE_STRING) {
                content(value); // other types, such as a thought, have no text of their own
            } else {
                Json.skip(parser);
            }
        }
    }

    private void usage(JsonToken token) {
        if (token != JsonToken.START_OBJECT) {
            Json.skip(parser);
            return;
        }
        long in = 0;
        long out = 0;
        while (Json.next(parser) != JsonToken.END_OBJECT) {
            String field = parser.currentName();
            JsonToken value = Json.next(parser);
            if (value == JsonToken.VALUE_NUMBER_INT && field.equals("prompt_tokens")) {
                in = parser.getValueAsLong();
            } else if (value == JsonToken.VALUE_NUMBER_INT && field.equals("completion_tokens")) {
                out = parser.getValueAsLong();
            } else {
                Json.skip(parser);
            }
        }
        answer.usage(in, out);
    }

    @Override
    public void close() {
        parser.close();
    }
}
