package dev.turbochat.model;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Limits and rests of one process. Guarded by one lock; what has expired is swept away now and then. */
final class HeapLimits implements LimitStore {
    private static final int SWEEP_EVERY = 1_000;

    private final Time time;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Deque<Place>> places = new HashMap<>();
    private final Map<String, Long> rests = new HashMap<>();
    private final Map<String, Note> notes = new HashMap<>();
    private long tickets;

    HeapLimits(Time time) {
        this.time = time;
    }

    /** A place that is taken until then, in nanoseconds of the clock. */
    private record Place(String ticket, long until) {}

    /** What is noted until then. */
    private record Note(String text, long until) {}

    @Override
    public Answer take(List<Limit> limits) {
        lock.lock();
        try {
            long now = time.nanos();
            sweep(now);
            Answer.Refused refused = null;
            for (Limit limit : limits) {
                Duration wait = wait(limit, now);
                if (wait != null && (refused == null || wait.compareTo(refused.retryIn()) > 0)) {
                    refused = new Answer.Refused(limit, wait);
                }
            }
            if (refused != null) {
                return refused;
            }
            String ticket = Long.toString(++tickets);
            for (Limit limit : limits) {
                Place place = new Place(ticket, now + limit.per().toNanos());
                places.computeIfAbsent(limit.key(), key -> new ArrayDeque<>()).addLast(place);
            }
            return new Answer.Taken(ticket);
        } finally {
            lock.unlock();
        }
    }

    /** How long until there is a place; null if there is one. */
    private @Nullable Duration wait(Limit limit, long now) {
        Deque<Place> taken = places.get(limit.key());
        if (taken == null) {
            return null;
        }
        taken.removeIf(place -> place.until() - now <= 0);
        if (taken.size() < limit.most()) {
            return null;
        }
        return taken.stream()
                .map(place -> Duration.ofNanos(place.until() - now))
                .sorted()
                .skip(taken.size() - limit.most())
                .findFirst()
                .orElseThrow();
    }

    private void sweep(long now) {
        if (tickets % SWEEP_EVERY == 0) {
            places.values().forEach(taken -> taken.removeIf(place -> place.until() - now <= 0));
            places.values().removeIf(Deque::isEmpty);
            rests.values().removeIf(until -> until - now <= 0);
            notes.values().removeIf(note -> note.until() - now <= 0);
        }
    }

    @Override
    public void giveBack(String ticket, Collection<Limit> limits) {
        lock.lock();
        try {
            for (Limit limit : limits) {
                places.computeIfPresent(limit.key(), (key, taken) -> {
                    taken.removeIf(place -> place.ticket().equals(ticket));
                    return taken.isEmpty() ? null : taken;
                });
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void rest(String key, Duration length) {
        lock.lock();
        try {
            long until = time.nanos() + length.toNanos();
            rests.merge(key, until, (had, given) -> given - had > 0 ? given : had);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void wake(String key) {
        lock.lock();
        try {
            rests.remove(key);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Map<String, Duration> resting(Collection<String> keys) {
        return Standing.resting(standing(keys));
    }

    @Override
    public Map<String, Standing> standing(Collection<String> keys) {
        lock.lock();
        try {
            long now = time.nanos();
            Map<String, Standing> standing = new HashMap<>();
            for (String key : keys) {
                long left = Math.max(0, rests.getOrDefault(key, now) - now);
                standing.put(key, new Standing(Duration.ofNanos(left), noted(key, now)));
            }
            return standing;
        } finally {
            lock.unlock();
        }
    }

    private String noted(String key, long now) {
        Note note = notes.get(key);
        return note == null || note.until() - now <= 0 ? "" : note.text();
    }

    @Override
    public String note(String key, String before, String now, Duration kept) {
        lock.lock();
        try {
            long at = time.nanos();
            String had = noted(key, at);
            if (!had.equals(before)) {
                return had;
            }
            if (now.isEmpty()) {
                notes.remove(key);
            } else {
                notes.put(key, new Note(now, at + kept.toNanos()));
            }
            return now;
        } finally {
            lock.unlock();
        }
    }
}
