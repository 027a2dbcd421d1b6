package dev.turbochat.examples;

import dev.turbochat.Chat;
import dev.turbochat.Option;
import dev.turbochat.Recipe;
import dev.turbochat.model.image.ImageFetcher;
import dev.turbochat.step.Message;
import dev.turbochat.step.Part;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Describes an image, and answers what is asked about it. */
public final class ImageDescription implements Recipe<ImageDescription.Options> {
    /** What is to be described. */
    public record Options(
            @Option("The image to describe, a file or an https address")
            String image) {}

    static void describe(Chat chat, String image) {
        Part.Image seen = chat.effect("image", Part.Image.class, () -> read(image)); // once: it may have gone tomorrow
        chat.system("You describe images to people who cannot see them. Say what you cannot make out; do not guess.");
        chat.emit(new Message.User(List.of(Part.of("What is in this image?"), seen), null));
        chat.generate();
        while (true) {
            chat.hear();
            chat.generate();
        }
    }

    /** An address is fetched here, once, within the limits that docs/images.md names. */
    private static Part.Image read(String image) throws InterruptedException {
        return image.matches("https?://.*")
                ? ImageFetcher.of().fetch(URI.create(image))
                : Part.Image.of(Path.of(image));
    }

    @Override
    public String name() {
        return "image-description";
    }

    @Override
    public String description() {
        return "Describes an image, and answers questions about it";
    }

    @Override
    public Class<Options> options() {
        return Options.class;
    }

    @Override
    public @Nullable Object run(Chat chat, Options options) {
        describe(chat, options.image());
        return null;
    }
}
