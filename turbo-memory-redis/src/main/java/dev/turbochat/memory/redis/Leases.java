package dev.turbochat.memory.redis;

import dev.turbochat.memory.Memory.Token;
import dev.turbochat.memory.redis.Index.Mark;
import dev.turbochat.memory.redis.Redis.Answer;
import dev.turbochat.memory.redis.Redis.Call;
import dev.turbochat.memory.redis.Redis.Lane;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The sessions that a memory has taken; one thread renews their leases, all together. Thread-safe. */
final class Leases {
    private static final Logger LOG = LoggerFactory.getLogger(Leases.class);
    private static final int RENEWALS = 3;

    private final Redis redis;
    private final Duration lease;
    private final Duration ttl;
    private final Map<String, Owned> owned = new ConcurrentHashMap<>();
    private final Runnable also;
    private final ScheduledFuture<?> renewing;
    private final ScheduledExecutorService renewer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("turbo-redis-lease").factory());

    /** A session that is ours, as far as we know. Used by its owner's thread, and by the renewer. */
    static final class Owned {
        final String session;
        final String name;
        final List<byte[]> keys;
        final UUID incarnation;
        final Token token;

        /** How many entries it had when it was taken. */
        final long start;

        /** By this machine's clock: from here on it may be somebody else's. */
        private volatile long deadline;

        /** Whether the server has said that it is not ours any more: kept for what it knows. */
        volatile boolean passedOn;

        /** How many entries the server has acknowledged. */
        volatile long length;

        /** How large the journal is, in bytes. */
        volatile long bytes;

        volatile boolean warned;

        /** The wake time that the server has; nothing if none, or if it is not known. */
        volatile Optional<Instant> wake = Optional.empty();

        /** What the index was marked for when the session was taken; nothing if it was not. */
        volatile Optional<Mark> mark = Optional.empty();

        Owned(String session, String name, List<byte[]> keys, UUID incarnation, Token token, long length, long bytes) {
            this.session = session;
            this.name = name;
            this.keys = keys;
            this.incarnation = incarnation;
            this.token = token;
            this.start = length;
            this.length = length;
            this.bytes = bytes;
        }

        /** Its lease was granted or renewed by a call that began at that time of this machine. */
        void renewed(long began, Duration lease) {
            deadline = began + lease.toNanos();
        }

        boolean isOverdue() {
            return System.nanoTime() - deadline >= 0;
        }

        /** How long its lease has been over; negative while it lasts. */
        Duration overdue() {
            return Duration.ofNanos(System.nanoTime() - deadline);
        }
    }

    /**
     * @param also is done whenever leases are renewed
     */
    Leases(Redis redis, Duration lease, Duration ttl, Runnable also) {
        this.redis = redis;
        this.lease = lease;
        this.ttl = ttl;
        this.also = also;
        long every = lease.toMillis() / RENEWALS;
        this.renewing = renewer.scheduleWithFixedDelay(this::renewAll, every, every, TimeUnit.MILLISECONDS);
    }

    void add(Owned mine, long began) {
        mine.renewed(began, lease);
        owned.put(mine.session, mine);
    }

    /** What is known of a session under a token, whether or not it has passed on; null if it was not taken under that one. */
    @Nullable
    Owned find(String session, Token token) {
        Owned mine = owned.get(session);
        return mine != null && mine.token.equals(token) ? mine : null;
    }

    void remove(Owned mine) {
        owned.remove(mine.session, mine);
    }

    /** The wake times of those that have one, by name. */
    Map<String, Instant> wakes() {
        Map<String, Instant> wakes = new HashMap<>();
        all().forEach(mine -> mine.wake.ifPresent(wake -> wakes.put(mine.name, wake)));
        return wakes;
    }

    /** Those that are ours, as far as we know. */
    List<Owned> all() {
        return owned.values().stream().filter(mine -> !mine.passedOn).toList();
    }

    /**
     * Renews one lease now.
     *
     * @return the answer; nothing if the session is somebody else's
     */
    Optional<Answer> renew(Owned mine) {
        long began = System.nanoTime();
        return Optional.of(redis.run(call(mine))).filter(answer -> take(mine, began, answer));
    }

    private void renewAll() {
        try {
            also.run();
            List<Owned> all = all();
            long began = System.nanoTime();
            List<Optional<Answer>> answers =
                    redis.tryAll(all.stream().map(this::call).toList());
            for (int i = 0; i < answers.size(); i++) {
                Owned mine = all.get(i);
                answers.get(i).ifPresent(answer -> take(mine, began, answer));
            }
            long failed = answers.stream().filter(Optional::isEmpty).count();
            if (failed > 0) {
                LOG.warn("Redis at {}: {} of {} leases could not be renewed for now.", redis, failed, all.size());
            }
        } catch (RuntimeException e) {
            LOG.warn("Leases at Redis {} could not be renewed for now.", redis, e);
        }
    }

    private Call call(Owned mine) {
        return Call.of(
                Script.RENEW,
                Lane.WRITES,
                mine.keys,
                Keys.bytes(mine.token.epoch()),
                Keys.bytes(mine.token.nonce().toString()),
                Keys.bytes(lease.toMillis()),
                Keys.bytes(ttl.toMillis()));
    }

    private boolean take(Owned mine, long began, Answer answer) {
        if (answer.is("OK")) {
            mine.renewed(began, lease);
            return true;
        }
        boolean released = !mine.equals(owned.get(mine.session));
        if (!released && !mine.passedOn) {
            mine.passedOn = true;
            LOG.warn("Session '{}' is driven elsewhere now: its lease ended before it was renewed.", mine.session);
        }
        return false;
    }

    /** Renews no more. Waits for a renewal that is under way. */
    void close() {
        renewing.cancel(false);
        renewer.shutdown();
        boolean interrupted = false;
        while (!renewer.isTerminated()) {
            try {
                if (renewer.awaitTermination(1, TimeUnit.MINUTES)) {
                    break;
                }
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
