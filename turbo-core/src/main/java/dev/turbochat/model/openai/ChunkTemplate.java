package dev.turbochat.model.openai;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A chunk that is known to say nothing but a piece of text, for reading others that differ from it in that piece alone.
 *
 * <p>The chunks of a stream mostly do. Such a chunk needs no parser: what stands before and behind its text is compared with
 * what is known, and if the text between has no quote, no escape and no control character, the chunk would be parsed
 * as the known one was.
 *
 * <p>OpenAI ends each chunk with a member of random letters, so that its size does not tell how long its text is (<a
 * href="https://platform.openai.com/docs/api-reference/chat-streaming/streaming">the reference</a>: {@code obfuscation}).
 * They may be others. Not thread-safe.
 */
final class ChunkTemplate {
    private static final byte[] PADDING = ",\"obfuscation\":\"".getBytes(StandardCharsets.US_ASCII);

    private byte[] known = {};
    private int length; // without padding
    private int head = Integer.MAX_VALUE; // how many bytes stand before the text, the opening quote included
    private int tail; // how many stand behind it
    private int index;

    /**
     * Learns a chunk, if its text is written without escapes and in one string.
     *
     * @param newIndex whose text it is
     * @param text all that the chunk says
     * @param end where the last string of its text ends, before the closing quote
     */
    void learn(byte[] json, int newLength, int newIndex, String text, int end) {
        int from = end;
        while (from > 0 && json[from - 1] != '"') {
            from--;
        }
        int unpadded = unpadded(json, newLength);
        if (end > unpadded || !text.equals(text(json, from, end))) {
            return;
        }
        if (known.length < newLength) {
            known = new byte[2 * newLength];
        }
        System.arraycopy(json, 0, known, 0, newLength);
        length = unpadded;
        index = newIndex;
        head = from;
        tail = unpadded - end;
    }

    /** Whose text it is. */
    int index() {
        return index;
    }

    /** The text of a chunk that differs from the one that was learnt in nothing else; null if this one is another. */
    @Nullable
    String text(byte[] json, int itsLength) {
        int unpadded = unpadded(json, itsLength);
        int end = unpadded - tail;
        return end >= head
                        && Arrays.equals(json, 0, head, known, 0, head)
                        && Arrays.equals(json, end, unpadded, known, length - tail, length)
                ? text(json, head, end)
                : null;
    }

    /** The length of a chunk up to its random letters; all of it if it has none. */
    private static int unpadded(byte[] json, int length) {
        int from = length - 2;
        if (from < 0 || json[from] != '"' || json[from + 1] != '}') {
            return length;
        }
        while (from > 0 && isLetterOrDigit(json[from - 1])) {
            from--;
        }
        int name = from - PADDING.length;
        return name >= 0 && Arrays.equals(json, name, from, PADDING, 0, PADDING.length) ? from : length;
    }

    private static boolean isLetterOrDigit(byte sign) {
        return (sign >= 'a' && sign <= 'z') || (sign >= 'A' && sign <= 'Z') || (sign >= '0' && sign <= '9');
    }

    /** What a JSON string of these bytes holds; null if that takes more than decoding them. */
    private static @Nullable String text(byte[] json, int from, int to) {
        int all = 0;
        for (int i = from; i < to; i++) {
            byte each = json[i];
            if (each == '"' || each == '\\' || (each >= 0 && each < ' ')) {
                return null;
            }
            all |= each;
        }
        String text = new String(json, from, to - from, StandardCharsets.UTF_8);
        return all >= 0 || text.indexOf('\uFFFD') < 0 ? text : null; // the parser knows what is wrong with the bytes
    }
}
