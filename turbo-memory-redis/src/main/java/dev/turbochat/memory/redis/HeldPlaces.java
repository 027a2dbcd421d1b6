package dev.turbochat.memory.redis;

import dev.turbochat.error.MemoryException;
import dev.turbochat.memory.redis.Redis.Call;
import dev.turbochat.memory.redis.Redis.Lane;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The places that calls of this process hold. A thread, which is there while there are any, renews the leases of all of them
 * together. Thread-safe.
 */
final class HeldPlaces {
    private static final Logger LOG = LoggerFactory.getLogger(HeldPlaces.class);
    private static final int RENEWALS = 3;
    private static final int BATCH = 500;

    private final Redis redis;
    private final Gate gate;
    private final Duration lease;
    private final ReentrantLock lock = new ReentrantLock();
    private final Set<Place> held = new HashSet<>();
    private boolean renewing;

    HeldPlaces(Redis redis, Gate gate, Duration lease) {
        this.redis = redis;
        this.gate = gate;
        this.lease = lease;
    }

    /**
     * A place.
     *
     * @param end when it is over at the latest, in nanoseconds of this machine's clock
     */
    record Place(String ticket, String key, long end) {
        Duration left() {
            return Duration.ofNanos(end - System.nanoTime());
        }
    }

    /** Renews these from now on. */
    void add(Collection<Place> places) {
        if (places.isEmpty()) {
            return;
        }
        lock.lock();
        try {
            held.addAll(places);
            if (!renewing) {
                renewing = true;
                Thread.ofPlatform().daemon().name("turbo-redis-places").start(this::renewWhileHeld);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Renews the places of a ticket at these keys no more. */
    void remove(String ticket, Collection<String> keys) {
        lock.lock();
        try {
            held.removeIf(place -> place.ticket().equals(ticket) && keys.contains(place.key()));
        } finally {
            lock.unlock();
        }
    }

    private void renewWhileHeld() {
        List<Place> places = List.of();
        do {
            LockSupport.parkNanos(lease.toNanos() / RENEWALS);
            try {
                places = current();
                renew(places);
            } catch (MemoryException.MemoryClosed e) {
                places = List.of(); // they lapse
            } catch (RuntimeException e) {
                LOG.warn("Places of calls under way at Redis {} could not be renewed for now.", redis, e);
            }
        } while (!places.isEmpty());
    }

    /** Those that are held; if there are none, the thread has to end. */
    private List<Place> current() {
        lock.lock();
        try {
            held.removeIf(place -> !place.left().isPositive());
            renewing = !held.isEmpty();
            return List.copyOf(held);
        } finally {
            lock.unlock();
        }
    }

    private void renew(List<Place> places) {
        List<Call> calls = new ArrayList<>();
        for (int from = 0; from < places.size(); from += BATCH) {
            calls.add(call(places.subList(from, Math.min(from + BATCH, places.size()))));
        }
        long failed = gate.inside(() -> redis.tryAll(calls)).stream()
                .filter(answer -> answer.isEmpty())
                .count();
        if (failed > 0) {
            LOG.warn("Redis at {}: the places of calls under way could not be renewed for now.", redis);
        }
        takeBack(places);
    }

    /** What was given back while it was renewed may have come back by that. */
    private void takeBack(List<Place> renewed) {
        List<Place> gone = new ArrayList<>(renewed);
        lock.lock();
        try {
            gone.removeAll(held);
        } finally {
            lock.unlock();
        }
        gate.inside(() -> redis.tryAll(gone.stream()
                .map(place ->
                        Call.of(Script.GIVE, Lane.MODELS, List.of(Keys.bytes(place.key())), Keys.bytes(place.ticket())))
                .toList()));
    }

    private Call call(List<Place> places) {
        List<byte[]> keys = new ArrayList<>();
        List<byte[]> arguments = new ArrayList<>();
        for (Place place : places) {
            Duration left = place.left();
            keys.add(Keys.bytes(place.key()));
            arguments.add(Keys.bytes(place.ticket()));
            arguments.add(Keys.bytes(RedisLimits.micros(left.compareTo(lease) < 0 ? left : lease)));
        }
        return new Call(Script.HOLD, Lane.MODELS, true, keys, arguments);
    }
}
