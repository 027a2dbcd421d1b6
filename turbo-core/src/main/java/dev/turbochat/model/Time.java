package dev.turbochat.model;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;

/** The time, waiting for it, and chance: what a test needs otherwise. */
interface Time {
    /** The machine's. */
    Time SYSTEM = new Time() {
        @Override
        public long nanos() {
            return System.nanoTime();
        }

        @Override
        public Instant now() {
            return Instant.now();
        }

        @Override
        public void sleep(Duration time) throws InterruptedException {
            Thread.sleep(time);
        }

        @Override
        public double random() {
            return ThreadLocalRandom.current().nextDouble();
        }
    };

    /** A clock that only its differences mean something of, and that nobody sets. */
    long nanos();

    /** The time of day, for people. */
    Instant now();

    /** Waits; an interrupt ends it at once. */
    void sleep(Duration time) throws InterruptedException;

    /** From 0 to less than 1. */
    double random();
}
