package dev.turbochat.step;

import org.jspecify.annotations.Nullable;

/** Shows the user a text that the model never sees. */
public record Notice(String text) implements Step<@Nullable Void> {}
