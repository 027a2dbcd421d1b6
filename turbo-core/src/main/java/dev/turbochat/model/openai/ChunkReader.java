package dev.turbochat.model.openai;

import dev.turbochat.model.http.Answer;
import dev.turbochat.model.http.Candidate;
import dev.turbochat.model.http.Dialogue;
import dev.turbochat.model.http.Json;
import dev.turbochat.model.http.Refusal;
import dev.turbochat.model.http.Signed;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.exc.StreamReadException;

/**
 * Reads a chunk of a stream, or a whole answer, which differ in a word: {@code delta} or {@code message}. See the
 * <a href="https://platform.openai.com/docs/api-reference/chat-streaming">reference of streamed chat completions</a>.
 *
 * <p>Takes the text, a refusal's text included, thoughts under each name that vendors have for them, tool calls, the
 * reason of the end, the usage and an error; passes over all else, known or not. Not thread-safe.
 */
final class ChunkReader implements Dialogue.Reader {
    /** The vendor's name under which what OpenRouter says of its thoughts is kept. */
    static final String DETAILS = "openrouter";

    private static final byte[] DONE = "[DONE]".getBytes(StandardCharsets.US_ASCII);

    private final JsonParser parser = Json.parser();
    private final Answer answer;
    private final CallReader calls = new CallReader(parser);
    private final boolean keepsDetails;
    private final ChunkTemplate template = new ChunkTemplate();

    private int choices; // of the chunk being read
    private boolean more; // whether it says more than a text
    private long textEnd; // where the last string of its text ends, as the parser counts; -1 if there is none
    private String text = ""; // of the choice being read
    private String thought = "";
    private String details = "";
    private @Nullable String reason;
    private int index;

    /**
     * @param keepsDetails whether {@code reasoning_details} are kept, to be sent back
     */
    ChunkReader(Answer answer, boolean keepsDetails) {
        this.answer = answer;
        this.keepsDetails = keepsDetails;
    }

    @Override
    public @Nullable Refusal read(byte[] json, int length) {
        if (Arrays.equals(json, 0, length, DONE, 0, DONE.length)) {
            answer.done();
            return null;
        }
        String known = template.text(json, length);
        if (known != null) {
            answer.candidate(template.index()).text(known);
            return null;
        }
        choices = 0;
        more = false;
        textEnd = -1;
        Refusal refusal = parse(json, length);
        if (refusal == null && choices == 1 && !more && textEnd >= 0) {
            int behind = (int) (parser.currentLocation().getByteOffset() - textEnd);
            template.learn(json, length, index, text, length - behind - 1);
        }
        return refusal;
    }

    private @Nullable Refusal parse(byte[] json, int length) {
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
                case "x_groq" -> groq(token);
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
        choices++;
        text = "";
        thought = "";
        details = "";
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
        take(answer.candidate(index));
    }

    /** Only now is it known whose all this is: the index may stand behind it. */
    private void take(Candidate candidate) {
        candidate.reasoning(thought);
        if (!details.isEmpty()) {
            candidate.signature(candidate.hasSignature() ? "," + details : Signed.by(DETAILS, details));
        }
        candidate.text(text);
        more |= !thought.isEmpty() || !details.isEmpty() || calls.hasPieces() || reason != null;
        calls.take(index, candidate);
        if (reason != null && !reason.isEmpty()) { // some servers send an empty one with every piece
            candidate.end(reason, end(reason));
        }
    }

    private static Answer.End end(String reason) {
        return switch (reason.toLowerCase(Locale.ROOT)) {
            case "content_filter", "safety" -> Answer.End.FILTERED;
            case "error", "abort", "cancelled", "insufficient_system_resource" -> Answer.End.FAILED;
            case "length", "max_tokens", "model_length" -> Answer.End.LENGTH;
            default -> Answer.End.COMPLETE;
        };
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
                case "reasoning_content", "reasoning", "thinking" -> thought(value);
                case "reasoning_details" -> details(value);
                case "tool_calls" -> calls.list(value);
                case "function_call" -> calls.one(value);
                default -> Json.skip(parser);
            }
        }
    }

    /** A thought; a server that knows two names for it sends it under both. */
    private void thought(JsonToken token) {
        if (token == JsonToken.VALUE_STRING && thought.isEmpty()) {
            thought = parser.getString();
        } else {
            Json.skip(parser);
        }
    }

    private void details(JsonToken token) {
        if (keepsDetails && token == JsonToken.START_ARRAY) {
            String list = Json.raw(parser);
            details = list.substring(1, list.length() - 1);
        } else {
            Json.skip(parser);
        }
    }

    /** A text, or a list of parts of which the ones of text and of thoughts count. */
    private void content(JsonToken token) {
        if (token == JsonToken.VALUE_STRING) {
            String piece = parser.getString();
            text = text.isEmpty() ? piece : text + piece;
            textEnd = parser.currentLocation().getByteOffset();
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
        more = true;
        while (Json.next(parser) != JsonToken.END_OBJECT) {
            String field = parser.currentName();
            JsonToken value = Json.next(parser);
            if ((field.equals("text") || field.equals("refusal")) && value == JsonToken.VALUE_STRING) {
                content(value);
            } else if (field.equals("thinking") && value == JsonToken.START_ARRAY) {
                thinking();
            } else {
                Json.skip(parser); // other types have no text of their own
            }
        }
    }

    /** A thought as Mistral sends it: a list of texts. */
    private void thinking() {
        while (Json.next(parser) != JsonToken.END_ARRAY) {
            if (parser.currentToken() != JsonToken.START_OBJECT) {
                Json.skip(parser);
                continue;
            }
            while (Json.next(parser) != JsonToken.END_OBJECT) {
                String field = parser.currentName();
                if (Json.next(parser) == JsonToken.VALUE_STRING && field.equals("text")) {
                    thought += parser.getString();
                } else {
                    Json.skip(parser);
                }
            }
        }
    }

    /** Groq's own field, in which it used to put the usage of a stream. */
    private void groq(JsonToken token) {
        if (token != JsonToken.START_OBJECT) {
            Json.skip(parser);
            return;
        }
        while (Json.next(parser) != JsonToken.END_OBJECT) {
            String field = parser.currentName();
            JsonToken value = Json.next(parser);
            if (field.equals("usage")) {
                usage(value);
            } else {
                Json.skip(parser);
            }
        }
    }

    private void usage(JsonToken token) {
        if (token == JsonToken.START_OBJECT) {
            more = true;
            answer.usage(new UsageReader().read(parser));
        } else {
            Json.skip(parser);
        }
    }

    @Override
    public void close() {
        parser.close();
    }
}
