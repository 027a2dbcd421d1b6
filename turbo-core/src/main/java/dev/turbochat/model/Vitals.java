package dev.turbochat.model;

import dev.turbochat.error.ModelException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * How one model fares, and whether it may be asked: a circuit breaker with its figures. Guarded by its lock.
 *
 * <p>It trips after so many failures in a row, or when too many of the latest calls failed; then it rests, and one call at
 * a time shows whether it works again. Only failures that speak of the model's health count: what is wrong with a request
 * is nobody's illness.
 */
final class Vitals {
    private static final int WINDOW = 20;
    private static final int LATENCIES = 128;

    private final FallbackModel.Options options;
    private final Time time;
    private final ReentrantLock lock = new ReentrantLock();
    private final long[] latencies = new long[LATENCIES];
    private long requests;
    private long failures;
    private long answers;
    private int inARow;
    private int window; // of the latest calls, the newest in the lowest bit; 1 is a failure
    private int windowed;
    private boolean tripped;
    private boolean onTrial;
    private Duration rest;
    private Health.@Nullable Failure last;

    Vitals(FallbackModel.Options options, Time time) {
        this.options = options;
        this.time = time;
        this.rest = options.rest();
    }

    /** Whether it may be asked; while it is on trial, nobody else may. Says so to one thread alone. */
    boolean enter(boolean resting) {
        lock.lock();
        try {
            if (resting || onTrial) {
                return false;
            }
            onTrial = tripped;
            requests++;
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Whether it rests for its failures, and nobody tries it. */
    boolean isTripped() {
        lock.lock();
        try {
            return tripped && !onTrial;
        } finally {
            lock.unlock();
        }
    }

    /** It answered, after so many nanoseconds. Returns whether it had been ill. */
    boolean answered(long latency) {
        lock.lock();
        try {
            latencies[(int) (answers++ % LATENCIES)] = latency;
            boolean recovered = tripped;
            tripped = false;
            onTrial = false;
            inARow = 0;
            if (recovered) {
                window = 0;
                windowed = 0;
                rest = options.rest();
            } else {
                record(0);
            }
            return recovered;
        } finally {
            lock.unlock();
        }
    }

    /** It failed. Returns how long it is to rest for that; null if it is not. */
    @Nullable
    Duration failed(ModelException e) {
        lock.lock();
        try {
            failures++;
            last = new Health.Failure(e.code(), e.getMessage(), time.now());
            boolean trial = onTrial;
            onTrial = false;
            if (!isIll(e)) {
                return null;
            }
            inARow++;
            record(1);
            if (trial) {
                rest = min(rest.multipliedBy(2), options.longestRest());
            } else if (tripped || !isTooMuch(e)) {
                return null;
            }
            tripped = true;
            return rest;
        } finally {
            lock.unlock();
        }
    }

    /** The call was given up by its caller: that says nothing. */
    void left() {
        lock.lock();
        try {
            onTrial = false;
        } finally {
            lock.unlock();
        }
    }

    private void record(int bit) {
        window = (window << 1 | bit) & ((1 << WINDOW) - 1);
        windowed = Math.min(windowed + 1, WINDOW);
    }

    private boolean isTooMuch(ModelException e) {
        return e instanceof ModelException.AuthenticationFailed
                || inARow >= options.failures()
                || (windowed == WINDOW && Integer.bitCount(window) >= options.share() * WINDOW);
    }

    private static boolean isIll(ModelException e) {
        return e.passing()
                || e instanceof ModelException.AuthenticationFailed
                || e instanceof ModelException.MalformedAnswer;
    }

    private static Duration min(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    Health snapshot(String model, Duration restsFor) {
        lock.lock();
        try {
            Health.State state = restsFor.isPositive()
                    ? Health.State.RESTING
                    : tripped ? Health.State.ON_TRIAL : Health.State.WORKING;
            long[] sorted = Arrays.copyOf(latencies, (int) Math.min(answers, LATENCIES));
            Arrays.sort(sorted);
            return new Health(
                    model, state, requests, failures, last, quantile(sorted, 0.5), quantile(sorted, 0.95), restsFor);
        } finally {
            lock.unlock();
        }
    }

    private static Duration quantile(long[] sorted, double share) {
        return sorted.length == 0
                ? Duration.ZERO
                : Duration.ofNanos(sorted[(int) Math.ceil(share * sorted.length) - 1]);
    }
}
