package dev.turbochat.model.http;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * What a server says of why it does not answer. Vendors agree only roughly on its form: {@code {"error": {"message",
 * "type", "code"}}} is the commonest, and a bare {@code message}, {@code detail} or text occur too.
 */
public final class Refusal {
    private static final int DEEPEST = 32;

    private String message = "";
    private int rank;
    private String words = "";
    private int status;
    private String place = "";
    private String delay = "";

    private Refusal() {}

    /** The refusal in these bytes, whatever they are: JSON, text, or a page that is not worth showing. */
    public static Refusal of(byte[] body, int length) {
        Refusal refusal = new Refusal();
        String text = new String(body, 0, length, StandardCharsets.UTF_8).strip();
        if (text.startsWith("<")) {
            return refusal; // a page for people, of a proxy: no word of the model's
        }
        if (!text.startsWith("{") && !text.startsWith("[")) {
            refusal.message = text;
            return refusal;
        }
        try (JsonParser parser = Json.parser()) {
            Json.feed(parser, body, length);
            refusal.read(parser, "", 0);
        } catch (JacksonException e) { // cut off at its longest, perhaps: what has been read will do
            if (refusal.message.isEmpty()) {
                refusal.message = text;
            }
        }
        return refusal;
    }

    /** The refusal that begins at the parser's current token; the parser then stands at its end. */
    public static Refusal of(JsonParser parser) {
        Refusal refusal = new Refusal();
        refusal.read(parser, "error", 0);
        return refusal;
    }

    private void read(JsonParser parser, String name, int depth) {
        JsonToken token = parser.currentToken();
        if (depth > DEEPEST) {
            Json.skip(parser);
        } else if (token == JsonToken.START_OBJECT) {
            while (Json.next(parser) != JsonToken.END_OBJECT) {
                String field = parser.currentName();
                Json.next(parser);
                read(parser, field, depth + 1);
            }
        } else if (token == JsonToken.START_ARRAY) {
            while (Json.next(parser) != JsonToken.END_ARRAY) {
                read(parser, name, depth + 1);
            }
        } else if (token == JsonToken.VALUE_STRING || token == JsonToken.VALUE_NUMBER_INT) {
            note(name, parser.getString());
        }
    }

    private void note(String name, String value) {
        switch (name) {
            case "message" -> say(4, value);
            case "msg" -> say(3, place.isEmpty() ? value : place + ": " + value);
            case "detail", "error_description" -> say(2, value);
            case "error" -> say(1, value);
            case "loc" -> place = value;
            case "retryDelay" -> delay = value;
            case "code", "type", "status", "reason" -> {
                words += value.toLowerCase(Locale.ROOT) + " ";
                if (status == 0 && value.matches("[45]\\d\\d")) {
                    status = Integer.parseInt(value);
                }
            }
            default -> {}
        }
    }

    private void say(int newRank, String text) {
        if (newRank > rank && !text.isBlank()) {
            message = text;
            rank = newRank;
        }
    }

    /** Whether it says nothing at all: a field named {@code error} that holds no error. */
    public boolean isEmpty() {
        return message.isEmpty() && words.isEmpty();
    }

    /** What it says to people, as the server wrote it; may be empty. */
    String message() {
        return message;
    }

    /** The status that it names itself, 400 to 599, or 0. */
    int status() {
        return status;
    }

    /** How long to wait, where it says so itself, as Google's do: {@code "retryDelay": "27s"}. */
    Optional<Duration> retryDelay() {
        return delay.matches("\\d{1,6}(\\.\\d{1,9})?s")
                ? Optional.of(Duration.ofNanos(
                        (long) (Double.parseDouble(delay.substring(0, delay.length() - 1)) * 1e9)))
                : Optional.empty();
    }

    /** Whether it is about an account without money. */
    boolean isUnpaid() {
        return message.toLowerCase(Locale.ROOT).contains("credit balance is too low");
    }

    /** Whether a code or type of it contains one of these words. */
    boolean isAbout(String... some) {
        for (String word : some) {
            if (words.contains(word)) {
                return true;
            }
        }
        return false;
    }

    /** Whether it is about a conversation that is too long. */
    boolean isTooLong() {
        String said = message.toLowerCase(Locale.ROOT);
        return isAbout("context_length_exceeded", "context_too_long", "exceed_context_size", "model_max_prompt_tokens")
                || said.contains("maximum context length")
                || said.contains("context length exceeded")
                || said.contains("exceeds the context")
                || said.contains("exceed context size")
                || said.contains("available context size")
                || said.contains("context window")
                || said.contains("prompt is too long")
                || said.contains("exceeds the maximum number of tokens")
                || said.contains("too many tokens in the prompt")
                || (said.contains("reduce the length of") && said.contains("messages"));
    }
}
