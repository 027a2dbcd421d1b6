package dev.turbochat.step;

import java.time.Instant;
import java.util.UUID;

/**
 * Draws a value that would be another one every time, and is recorded instead.
 *
 * @param <T> the type of the value
 */
public sealed interface Draw<T> extends Step<T> {
    /** The time. */
    record Now() implements Draw<Instant> {}

    /** A number from 0 up to 1, which is left out. */
    record Random() implements Draw<Double> {}

    /** An identifier that nobody else has. */
    record NewId() implements Draw<UUID> {}
}
