package dev.turbochat.step;

import org.jspecify.annotations.Nullable;

/**
 * An {@link Effect} that is never carried out twice: after a crash in its middle its outcome is unknown, and the program
 * is told so.
 *
 * @param name what the effect is known by in the journal
 * @param type the type of its value
 * @param body what is done; it may throw anything, and may not emit steps
 * @param <T> the type of its value
 */
public record EffectOnce<T extends @Nullable Object>(String name, Type<?> type, Effect.Body<T> body)
        implements Step<Outcome<T>> {}
