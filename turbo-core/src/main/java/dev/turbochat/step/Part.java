package dev.turbochat.step;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
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

        /** Written out for the same reason as that of {@link Message.System}. */
        @Override
        public int hashCode() {
            return text.hashCode();
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

        /** The largest file that {@link #of(Path)} takes, in bytes: 20 MiB, which is more than vendors do. */
        public static final int LARGEST = 20 << 20;

        /**
         * The image in a file: PNG, JPEG, GIF or WebP, told by its content, whatever it is called.
         *
         * <p>A program that may be replayed reads a file as an effect, so that it is read once:
         * {@code chat.effect("photo", Part.Image.class, () -> Part.Image.of(file))}.
         *
         * @throws IllegalArgumentException if it is another kind of file, is cut off, or is larger than {@link #LARGEST}
         * @throws UncheckedIOException if it cannot be read
         */
        public static Image of(Path file) {
            String subject = "Image file '" + file + "'";
            byte[] bytes;
            try (InputStream in = Files.newInputStream(file)) {
                bytes = in.readNBytes(LARGEST + 1);
            } catch (NoSuchFileException e) {
                throw new UncheckedIOException(subject + " is not there; check the path.", e);
            } catch (IOException e) {
                throw new UncheckedIOException(
                        subject + " cannot be read (" + e.getMessage() + "); check its rights.", e);
            }
            if (bytes.length > LARGEST) {
                throw new IllegalArgumentException(
                        subject + " is larger than " + (LARGEST >> 20) + " MiB; make it smaller.");
            }
            return of(bytes, ImageHead.of(bytes, subject).mediaType());
        }

        /**
         * The image in these bytes: PNG, JPEG, GIF or WebP, told by their content.
         *
         * @throws IllegalArgumentException if they are no such image, or are cut off
         */
        public static Image of(byte[] bytes) {
            return of(bytes, ImageHead.of(bytes).mediaType());
        }

        /** The image in these bytes, unread. {@code mediaType} is for example {@code image/png}. */
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
