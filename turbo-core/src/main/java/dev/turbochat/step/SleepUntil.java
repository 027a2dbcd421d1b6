package dev.turbochat.step;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Waits for a time; one that is past is not waited for. */
public record SleepUntil(Instant time) implements Step<@Nullable Void> {}
