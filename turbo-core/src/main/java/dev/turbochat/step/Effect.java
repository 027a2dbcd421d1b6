package dev.turbochat.step;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * Does something to the world outside, once for the conversation: its value is recorded and returned at every replay.
 *
 * <p>The value is the JSON round trip of what the body returns, live as well as in replay.
 *
 * @param name what the effect is known by in the journal
 * @param type the type of its value
 * @param body what is done; it may throw anything, and may not emit steps
 * @param <T> the type of its value
 */
public record Effect<T extends @Nullable Object>(String name, Type<?> type, Callable<T> body) implements Step<T> {}
