package dev.turbochat.step;

import org.jspecify.annotations.Nullable;

/** Empties the messages: the model starts afresh, the journal keeps what was. */
public record Clear() implements Step<@Nullable Void> {}
