package dev.turbochat.planted;

import dev.turbochat.planted.step.Low;

/** Uses what stands below it, as it may. */
public record High(Low low) {}
