package dev.turbochat.examples;

import dev.turbochat.Chat;
import dev.turbochat.Option;
import dev.turbochat.Recipe;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads a text and says it shorter: no question at all. */
public final class Summarise implements Recipe<Summarise.Options> {
    /** What is to be summarised, and how. */
    public record Options(
            @Option("The text file to summarise") Path file,

            @Option(value = "How many sentences it may take", defaultValue = "3")
            int sentences) {}

    static String summarise(Chat chat, Options options) {
        String text = chat.effect("read " + options.file(), String.class, () -> Files.readString(options.file()));
        chat.system("Summarise the user's text in at most " + options.sentences() + " sentences, in its language.");
        chat.user(text);
        return chat.generate(g -> g.temperature(0.2)).text();
    }

    @Override
    public String name() {
        return "summarise";
    }

    @Override
    public String description() {
        return "Summarises a text file";
    }

    @Override
    public Class<Options> options() {
        return Options.class;
    }

    @Override
    public Object run(Chat chat, Options options) {
        return summarise(chat, options);
    }
}
