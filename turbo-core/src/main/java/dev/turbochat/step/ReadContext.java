package dev.turbochat.step;

/** Reads the context that the run was started with. */
public record ReadContext<T>(Class<T> type) implements Step<T> {}
