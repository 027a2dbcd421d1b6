package dev.turbochat.step;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What somebody answered: more than a string.
 *
 * @param text the text; may be empty where a picture says it all
 * @param parts what came besides the text, such as images; may be empty
 * @param author who wrote it, where the front end knows
 * @param id the front end's id of it: the same id twice is the same input, once
 * @param at when it was given
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Input(
        String text,
        List<Part> parts,
        @Nullable String author,
        @Nullable String id,
        Instant at) {
    public Input {
        parts = List.copyOf(parts);
    }

    /** The largest text of an input, in bytes of UTF-8: 64 KiB. */
    public static final int LARGEST = 64 * 1024;

    /** The size of the text, in bytes of UTF-8. */
    public int bytes() {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    /** An input of this text, given now. */
    public static Input text(String text) {
        return new Input(text, List.of(), null, null, Instant.now());
    }

    /** A copy with something besides the text. */
    public Input parts(List<Part> newParts) {
        return new Input(text, newParts, author, id, at);
    }

    /** A copy by this author. */
    public Input author(String newAuthor) {
        return new Input(text, parts, newAuthor, id, at);
    }

    /** A copy under the id that the front end knows it by. */
    public Input id(String newId) {
        return new Input(text, parts, author, newId, at);
    }

    /** Whether there is nothing in it: no part, and no text but white space. */
    @JsonIgnore
    public boolean isEmpty() {
        return text.isBlank() && parts.isEmpty();
    }

    /** The input as a user message. */
    public Message.User message() {
        List<Part> all = new ArrayList<>();
        if (!text.isEmpty() || parts.isEmpty()) {
            all.add(Part.of(text));
        }
        all.addAll(parts);
        return new Message.User(all, author);
    }
}
