package dev.turbochat.model;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/** Answers of one process, guarded by a lock; the one that was not asked for the longest time goes first. */
final class HeapCache implements ResponseCache {
    private final int most;
    private final Duration age;
    private final Time time;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Kept> answers = new LinkedHashMap<>(16, 0.75f, true);

    HeapCache(int most, Duration age, Time time) {
        if (most < 1 || !age.isPositive()) {
            throw new IllegalArgumentException("A cache was made for " + most + " answers of up to " + age
                    + "; give it room for one at least, and a time above zero.");
        }
        this.most = most;
        this.age = age;
        this.time = time;
    }

    private record Kept(Completion completion, long since) {}

    @Override
    public Optional<Completion> get(String key) {
        lock.lock();
        try {
            Kept kept = answers.get(key);
            if (kept == null) {
                return Optional.empty();
            }
            if (time.nanos() - kept.since() >= age.toNanos()) {
                answers.remove(key);
                return Optional.empty();
            }
            return Optional.of(kept.completion());
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void put(String key, Completion completion) {
        lock.lock();
        try {
            answers.put(key, new Kept(completion, time.nanos()));
            if (answers.size() > most) {
                answers.remove(answers.keySet().iterator().next());
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void clear() {
        lock.lock();
        try {
            answers.clear();
        } finally {
            lock.unlock();
        }
    }
}
