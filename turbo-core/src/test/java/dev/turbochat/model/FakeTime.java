package dev.turbochat.model;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** A clock that moves when somebody sleeps, and chance that is chosen. */
final class FakeTime implements Time {
    static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1_000_000_000L); // as it may well be
    private final long start = nanos.get();
    private final List<Duration> slept = Collections.synchronizedList(new ArrayList<>());
    private volatile double random = 1;

    @Override
    public long nanos() {
        return nanos.get();
    }

    @Override
    public Instant now() {
        return START.plusNanos(nanos.get() - start);
    }

    @Override
    public void sleep(Duration time) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        slept.add(time);
        pass(time);
    }

    @Override
    public double random() {
        return random;
    }

    void random(double value) {
        random = value;
    }

    void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    void pass(long seconds) {
        pass(Duration.ofSeconds(seconds));
    }

    /** How long was slept, in order. */
    List<Duration> slept() {
        return List.copyOf(slept);
    }

    Duration passed() {
        return Duration.ofNanos(nanos.get() - start);
    }
}
