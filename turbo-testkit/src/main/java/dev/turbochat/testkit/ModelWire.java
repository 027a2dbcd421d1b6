package dev.turbochat.testkit;

import dev.turbochat.model.Completion;
import dev.turbochat.model.Model;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A vendor's format as its documentation has it, told apart from the model that speaks it: what a server sends, and where
 * in a request what is asked for stands.
 */
public interface ModelWire {
    /** What a model and its format can do. */
    enum Capability {
        /** Several answers of one call. */
        CANDIDATES("Several candidates"),
        /** Tools, their calls and their results. */
        TOOLS("Tools, several calls at once"),
        /** A setting that says which tools may be called. */
        TOOL_CHOICE("Choice of tools"),
        /** A setting that allows one call at a time only. */
        SINGLE_CALLS("One call at a time"),
        /** Images as bytes. */
        IMAGE_BYTES("Images by their bytes"),
        /** Images by their address. */
        IMAGE_URLS("Images by URL"),
        /** Answers that fit a JSON schema. */
        SCHEMA("Answers by a JSON schema"),
        /** Tokens counted. */
        USAGE("Tokens counted"),
        /** Tokens from the vendor's cache counted. */
        CACHED_TOKENS("Cached tokens counted"),
        /** Tokens put into the vendor's cache counted. */
        WRITTEN_TOKENS("Tokens put into the cache counted"),
        /** Marks of what the vendor is to keep. */
        PROMPT_CACHE("Prompt cache marked"),
        /** What a model thinks, told to the listener. */
        THOUGHTS("Thoughts heard"),
        /** Thoughts sent back to the vendor. */
        SIGNED_THOUGHTS("Signed thoughts sent back"),
        /** Calls sent back with what belongs to them. */
        SIGNED_CALLS("Signed calls sent back"),
        /** Thoughts counted. */
        REASONING_TOKENS("Thoughts counted"),
        /** A setting that says how much is thought. */
        EFFORT("Effort of thinking"),
        /** Equal seeds. */
        SEED("Seed"),
        /** Penalties on tokens that have come. */
        PENALTIES("Penalties");

        private final String words;

        Capability(String words) {
            this.words = words;
        }

        /** The words that documentation has for it. */
        public String words() {
            return words;
        }
    }

    /** What stands somewhere in a request; the value is a JSON pointer, or several of them. */
    enum Place {
        SYSTEM,
        USER,
        TEMPERATURE,
        MAX_TOKENS,
        STOP,
        SEED,
        PENALTY,
        TOOL_NAME,
        TOOL_SCHEMA,
        CHOSEN_TOOL,
        SINGLE_CALLS,
        CALL_ID,
        CALL_NAME,
        CALL_ARGUMENTS,
        CALL_SIGNATURE,
        RESULT_ID,
        RESULT_TEXT,
        THOUGHT_SIGNATURE,
        IMAGE_BYTES,
        IMAGE_URL,
        SCHEMA,
        EFFORT,
        CACHE_MARK
    }

    /**
     * A refusal as the vendor documents it.
     *
     * @param status the HTTP status
     * @param body the body
     * @param failure the simple name of the {@link dev.turbochat.error.ModelException} that it is
     */
    record Failure(int status, String body, String failure) {}

    /**
     * The model under test.
     *
     * @param baseUrl where its server is
     * @param key the key that it sends
     * @param streamed whether its answers are streamed
     */
    Model model(String baseUrl, String key, boolean streamed);

    /** What it can do; the contract tests no more, and no less. */
    Set<Capability> capabilities();

    /** A signature as messages hold it, of what the vendor sends. */
    String signed(String signature);

    /**
     * A stream of an answer: its events, each with all that belongs to it, the text and the arguments of calls in pieces of
     * so many characters.
     */
    List<String> stream(Completion answer, int pieces);

    /** How many of the events of a stream must have come for the answer to be whole, counted from the end: 0 for all. */
    int eventsBehindTheEnd();

    /** The same answer in one piece. */
    String document(Completion answer);

    /** Events, comments and fields that mean nothing, and may come at any time. */
    List<String> noise();

    /** Events by which a server that has begun to answer says that it fails, with what that is. */
    Map<String, String> failuresInside();

    /** Failures by status and body. */
    List<Failure> failures();

    /** The vendor's words for the end of an answer that has a text, each with the finish, or the failure, that it is. */
    Map<String, String> endings();

    /** The end of a stream by a word of {@link #endings}. */
    List<String> streamEnding(String text, String word);

    /** The header in which the key goes, in lower case. */
    String keyHeader();

    /** Where things stand in a request; of a capability that is not there, nothing. */
    Map<Place, String> places();

    /** A JSON string; half a surrogate pair is escaped, all else stands for itself. */
    static String quote(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean pair = Character.isHighSurrogate(c)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1));
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (pair) {
                quoted.append(c).append(text.charAt(++i));
            } else if (c < ' ' || Character.isSurrogate(c)) {
                quoted.append(String.format("\\u%04x", (int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }

    /** The pieces of a text, each of so many characters; the last may be shorter. */
    static List<String> cut(String text, int length) {
        List<String> pieces = new ArrayList<>();
        for (int from = 0; from < text.length(); from += length) {
            pieces.add(text.substring(from, Math.min(text.length(), from + length)));
        }
        return pieces;
    }
}
