package dev.turbochat.step;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.net.URI;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A piece of a message: text, an image, or what a model thought. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Part.Text.class, name = "text"),
    @JsonSubTypes.Type(value = Part.Image.class, name = "image"),
    @JsonSubTypes.Type(value = Part.Reasoning.class, name = "reasoning")
})
public sealed interface Part {

    /** Text; may be empty. */
    record Text(String text) implements Part {
        /**
         * @throws NullPointerException if there is no text
         */
        public Text {
            Objects.requireNonNull(text, "A text part was made without a text; give it one, if need be an empty one.");
        }
    }

    /** An image, named by an {@code http}, {@code https} or {@code data} URI. */
    record Image(URI uri) implements Part {
        /**
         * @throws IllegalArgumentException if the URI has another scheme
         */
        public Image {
            String scheme = String.valueOf(uri.getScheme());
            if (!List.of("http", "https", "data").contains(scheme)) {
                throw new IllegalArgumentException(
                        "An image was given as '" + scheme + ":'; name it by an http, https or data URI.");
            }
        }

        /** The image in these bytes. {@code mediaType} is for example {@code image/png}. */
        public static Image of(byte[] bytes, String mediaType) {
            return new Image(URI.create(
                    "data:" + mediaType + ";base64," + Base64.getEncoder().encodeToString(bytes)));
        }

        /** The scheme and size only: a whole picture is nothing to read in a log. */
        @Override
        public String toString() {
            String text = uri.toString();
            return text.length() <= 80
                    ? "Image[" + text + "]"
                    : "Image[" + text.substring(0, 40) + "..., " + text.length() + " characters]";
        }
    }

    /**
     * What a model thought before it answered: no part of the answer's text, shown to nobody as such, and sent back to the
     * vendor that wants it.
     *
     * @param text the thought; empty where the vendor keeps it to itself
     * @param signature what the vendor wants back with it, of use to nobody else; null where it wants nothing
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Reasoning(String text, @Nullable String signature) implements Part {
        /**
         * @throws NullPointerException if there is no text
         */
        public Reasoning {
            Objects.requireNonNull(text, "A thought was made without a text; give it one, if need be an empty one.");
        }

        @Override
        public String toString() {
            return "Reasoning[" + text + "]";
        }
    }

    /** A single text part. */
    static Part of(String text) {
        return new Text(text);
    }

    /** The text of all text parts, in order, without a separator; thoughts are none. */
    static String text(List<Part> parts) {
        if (parts.size() == 1 && parts.getFirst() instanceof Text(String text)) {
            return text;
        }
        return parts.stream()
                .map(part -> part instanceof Text(String text) ? text : "")
                .collect(Collectors.joining());
    }
}
