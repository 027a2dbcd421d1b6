package dev.turbochat.step;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Shows the user a text that the model never sees. */
public record Notice(String text) implements Step<@Nullable Void> {
    /**
     * @throws NullPointerException if there is no text
     */
    public Notice {
        Objects.requireNonNull(text, "A Notice was made without its text; give it one, if need be an empty one.");
    }
}
