package dev.turbochat.examples;

import dev.turbochat.Chat;
import dev.turbochat.Option;
import dev.turbochat.Recipe;
import org.jspecify.annotations.Nullable;

/** An endless conversation, remembered over restarts. */
public final class Talk implements Recipe<Talk.Options> {
    /** What the model is told to be. */
    public record Options(
            @Option(value = "What the model is told to be", defaultValue = "You are a helpful assistant.")
            String system) {}

    /** The whole program. */
    static void talk(Chat chat, String system) {
        chat.system(system);
        while (true) {
            chat.hear();
            chat.generate();
        }
    }

    @Override
    public String name() {
        return "chat";
    }

    @Override
    public String description() {
        return "A conversation with the model";
    }

    @Override
    public Class<Options> options() {
        return Options.class;
    }

    @Override
    public @Nullable Object run(Chat chat, Options options) {
        talk(chat, options.system());
        return null;
    }
}
