package dev.turbochat.model;

import dev.turbochat.error.ModelException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * How one model fares, and whether it may be asked: a circuit breaker with its figures. Guarded by its lock.
 *
 * <p>It trips after so many failures in a row, or when too many of the latest calls failed; then it rests, and one call at
 * a time shows whether it works again. Only failures that speak of the model's health count: what is wrong with a request
 * is nobody's illness.
 *
 * <p>Failures in a row and rests are noted in the store, where other processes add theirs; figures, the share of the latest
 * calls and the one call at a time are each process's own. What others noted is heard before each call. A store that fails
 * changes nothing about what is known here.
 */
final class Vitals {
    private static final int WINDOW = 20;
    private static final int LATENCIES = 128;
    /** So often others may be sooner to note something: then what they noted holds, and this is left unsaid. */
    private static final int TRIES = 10;

    /** It may not be asked. */
    static final int REFUSED = -1;

    private static final Duration NOTED = Duration.ofDays(1);

    private final String key;
    private final FallbackModel.Options options;
    private final Time time;
    private final Rests rests;
    private final ReentrantLock changing = new ReentrantLock(); // held while the store is told
    private final ReentrantLock lock = new ReentrantLock();
    private final long[] latencies = new long[LATENCIES];
    private long requests;
    private long failures;
    private long answers;
    private int window; // of the latest calls, the newest in the lowest bit; 1 is a failure
    private int windowed;
    private int onTrial; // after so many rests; 0 if it is not
    private Health.@Nullable Failure last;
    private Illness illness = Illness.NONE;
    private String noted = ""; // what the store is known to hold
    private int changes;

    /**
     * @param key under which it rests
     */
    Vitals(String key, FallbackModel.Options options, Time time, Rests rests) {
        this.key = key;
        this.options = options;
        this.time = time;
        this.rests = rests;
    }

    /**
     * Asks to ask it; while it is on trial, nobody else may. Says so to one thread alone.
     *
     * @return which trial the call is, 0 if it is none, which is to be said at its end; {@link #REFUSED} if it may not be asked
     */
    int enter(boolean resting) {
        lock.lock();
        try {
            if (resting || (onTrial > 0 && illness.isTripped())) { // another node may have found it well meanwhile
                return REFUSED;
            }
            onTrial = illness.rests();
            requests++;
            return onTrial;
        } finally {
            lock.unlock();
        }
    }

    /** Ends a trial, unless it is another call's; the lock is held. */
    private void leave(int trial) {
        if (trial == onTrial) {
            onTrial = 0;
        }
    }

    /** Whether it rests for its failures, and nobody tries it. */
    boolean isTripped() {
        lock.lock();
        try {
            return illness.isTripped() && onTrial == 0;
        } finally {
            lock.unlock();
        }
    }

    /** How often what is known of it has changed. */
    int changes() {
        lock.lock();
        try {
            return changes;
        } finally {
            lock.unlock();
        }
    }

    /** What the store holds, read after so many changes: if there were more since, it may be out of date. */
    void heard(String note, int after) {
        lock.lock();
        try {
            if (changes == after && !note.equals(noted)) {
                become(Illness.read(note), note);
            }
        } finally {
            lock.unlock();
        }
    }

    private void become(Illness next, String note) {
        if (illness.isTripped() && !next.isTripped()) {
            window = 0;
            windowed = 0;
        }
        if (next.last() != null
                && (last == null || last.at().isBefore(next.last().at()))) {
            last = next.last();
        }
        illness = next;
        noted = note;
        changes++;
    }

    /** It answered, after so many nanoseconds. Returns whether it had been ill enough to rest. */
    boolean answered(int trial, long latency) {
        lock.lock();
        try {
            latencies[(int) (answers++ % LATENCIES)] = latency;
            leave(trial);
            record(0);
            if (illness.equals(Illness.NONE)) {
                return false;
            }
        } finally {
            lock.unlock();
        }
        Change change = change(known -> Illness.NONE);
        if (change.from().isTripped()) {
            rests.wake(key);
        }
        return change.from().isTripped();
    }

    /** It failed. Returns how long it rests for that; null if it does not. */
    @Nullable
    Duration failed(int trial, ModelException e) {
        Health.Failure failure = new Health.Failure(e.code(), e.getMessage(), time.now());
        boolean tooOften;
        lock.lock();
        try {
            failures++;
            last = failure;
            leave(trial);
            if (!isIll(e)) {
                return null;
            }
            record(1);
            tooOften = e instanceof ModelException.AuthenticationFailed
                    || (windowed == WINDOW && Integer.bitCount(window) >= options.share() * WINDOW);
        } finally {
            lock.unlock();
        }
        Change change = change(known -> known.worse(
                failure,
                known.isTripped()
                        ? known.rests() == trial // or another's trial has failed meanwhile
                        : tooOften || known.inARow() + 1 >= options.failures()));
        if (change.to().rests() == change.from().rests()) {
            return null;
        }
        Duration rest = change.to().rest(options.rest(), options.longestRest());
        rests.rest(key, rest);
        return rest;
    }

    private record Change(Illness from, Illness to) {}

    /** Changes what all know of it, and what is known here, even if nobody else can be told. */
    private Change change(UnaryOperator<Illness> change) {
        changing.lock();
        try {
            for (int tries = 1; ; tries++) {
                Illness known;
                String before;
                lock.lock();
                try {
                    known = illness;
                    before = noted;
                } finally {
                    lock.unlock();
                }
                Illness next = change.apply(known);
                String held = rests.note(key, before, next.note(), NOTED).orElse(before);
                boolean others = !held.equals(next.note()) && !held.equals(before);
                lock.lock();
                try {
                    become(others ? Illness.read(held) : next, held);
                } finally {
                    lock.unlock();
                }
                if (!others || tries == TRIES) {
                    return new Change(known, others ? known : next);
                }
            }
        } finally {
            changing.unlock();
        }
    }

    /** The call was given up by its caller: that says nothing. */
    void left(int trial) {
        lock.lock();
        try {
            leave(trial);
        } finally {
            lock.unlock();
        }
    }

    private void record(int bit) {
        window = (window << 1 | bit) & ((1 << WINDOW) - 1);
        windowed = Math.min(windowed + 1, WINDOW);
    }

    private static boolean isIll(ModelException e) {
        return e.passing()
                || e instanceof ModelException.AuthenticationFailed
                || e instanceof ModelException.MalformedAnswer;
    }

    Health snapshot(String model, Duration restsFor) {
        lock.lock();
        try {
            Health.State state = restsFor.isPositive()
                    ? Health.State.RESTING
                    : illness.isTripped() ? Health.State.ON_TRIAL : Health.State.WORKING;
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
