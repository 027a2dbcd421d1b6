package dev.turbochat;

import java.time.Duration;
import java.time.Instant;

/** Sleeping until a time of day: clocks are set while one sleeps, so one looks again. */
final class Naps {
    static final Duration LONGEST = Duration.ofMinutes(1);

    private Naps() {}

    static void until(Instant time) throws InterruptedException {
        for (Duration left = Duration.between(Instant.now(), time);
                left.isPositive();
                left = Duration.between(Instant.now(), time)) {
            Thread.sleep(left.compareTo(LONGEST) < 0 ? left : LONGEST);
        }
    }
}
