package dev.turbochat.memory.redis;

import dev.turbochat.memory.Body;
import dev.turbochat.memory.Entry;
import dev.turbochat.memory.Limits;
import dev.turbochat.memory.Memory.Append;
import dev.turbochat.memory.Memory.Appended;
import dev.turbochat.memory.redis.Leases.Owned;
import dev.turbochat.memory.redis.Redis.Answer;
import dev.turbochat.memory.redis.Redis.Call;
import dev.turbochat.memory.redis.Redis.Lane;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Stores entries. Thread-safe. */
final class Appending {
    private static final Logger LOG = LoggerFactory.getLogger(RedisMemory.class);
    private static final byte[] NONE = {};

    private final Redis redis;
    private final Keys keys;
    private final Index index;
    private final Leases leases;
    private final Confirming confirming;
    private final RedisOptions options;
    private final byte[] lease;
    private final byte[] ttl;

    Appending(Redis redis, Keys keys, Index index, Leases leases, Confirming confirming, RedisOptions options) {
        this.redis = redis;
        this.keys = keys;
        this.index = index;
        this.leases = leases;
        this.confirming = confirming;
        this.options = options;
        this.lease = Keys.bytes(options.lease().toMillis());
        this.ttl = Keys.bytes(options.ttl().toMillis());
    }

    /** See {@link dev.turbochat.memory.Memory#append} and {@link dev.turbochat.memory.Memory#replace}. */
    Appended store(Append append, boolean anew) {
        Owned mine = leases.find(append.session(), append.token());
        String name = mine == null ? keys.name(append.session()) : mine.name;
        List<byte[]> where = mine == null ? keys.session(name) : mine.keys;
        if (mine != null && mine.isOverdue() && leases.renew(mine).isEmpty()) {
            return passedOn(append, mine, Appended.FENCED);
        }
        Lines lines = Lines.of(append.session(), append.entries(), Limits.STANDARD);
        long bytes = (mine == null || anew ? 0 : mine.bytes) + lines.bytes();
        if (!anew) {
            Limits.STANDARD.checkJournal(append.session(), append.entries(), bytes);
        }
        Instant wake = append.wake();
        Optional<byte[]> made = window(mine, wake);
        while (true) {
            byte[] window =
                    made.orElseGet(() -> index.mark(name, wake == null ? Instant.EPOCH : wake, options.lease()));
            long began = System.nanoTime();
            Answer answer = redis.run(
                    new Call(Script.APPEND, Lane.WRITES, false, where, arguments(append, lines, anew, window)));
            switch (answer.text(0)) {
                case "OK", "ALREADY" -> {
                    Appended appended = Appended.valueOf(answer.text(0));
                    if (mine != null) {
                        mine.wake = Optional.ofNullable(wake);
                        if (appended == Appended.OK) {
                            mine.renewed(began, options.lease());
                        }
                    }
                    if (!confirm(appended, mine, answer)) {
                        return passedOn(append, mine, Appended.FENCED);
                    }
                    if (mine != null) {
                        mine.length = append.expectedLength() + append.entries().size();
                        mine.bytes = bytes;
                        warnIfLarge(mine);
                    }
                    return appended;
                }
                case "STALE" -> made = Optional.empty();
                case "BROKEN" -> throw Lines.broken(append.session(), answer.text(1), answer.number(2));
                case "CONFLICT" -> {
                    return conflict(append, mine, Long.parseLong(answer.text(1)));
                }
                case "FENCED", "GONE" -> {
                    return passedOn(append, mine, Appended.valueOf(answer.text(0)));
                }
                default -> {
                    return Appended.valueOf(answer.text(0));
                }
            }
        }
    }

    /** Up to when a server may write that wake time; nothing if the index has to be marked for it first. */
    private static Optional<byte[]> window(@Nullable Owned mine, @Nullable Instant wake) {
        if (wake == null || (mine != null && mine.wake.equals(Optional.of(wake)))) {
            return Optional.of(NONE); // at any time: it leads there as it is
        }
        return mine == null
                ? Optional.empty()
                : mine.mark.filter(mark -> mark.time().equals(wake)).map(mark -> Keys.bytes(mark.latest()));
    }

    /**
     * Waits until what was stored is safe. A repeat wrote nothing, so that there is nothing to be waited for on its
     * connection: then a lease is written.
     *
     * @return false if that is refused, since the session is somebody else's by now: then nothing is known
     */
    private boolean confirm(Appended appended, @Nullable Owned mine, Answer answer) {
        Optional<Answer> written =
                appended == Appended.ALREADY && mine != null && options.durability() != RedisOptions.Durability.MEMORY
                        ? leases.renew(mine)
                        : Optional.of(answer);
        written.ifPresent(confirming::confirm);
        return written.isPresent();
    }

    static void warnIfLarge(Owned mine) {
        if (!mine.warned && mine.bytes > Limits.STANDARD.warning()) {
            mine.warned = true;
            LOG.warn(
                    "The journal of session '{}' has {} bytes, and {} is the most; use continueAsNew to begin it anew.",
                    mine.session,
                    mine.bytes,
                    Limits.STANDARD.journal());
        }
    }

    private Appended conflict(Append append, @Nullable Owned mine, long length) {
        if (mine != null && length < mine.length) {
            throw new RedisFailure.RedisTailLost(redis.toString(), append.session(), length, mine.length);
        }
        return Appended.CONFLICT;
    }

    /**
     * Makes out whether a session is somebody else's by now, or was deleted, or the server has lost that it was taken: who
     * takes it after us does so in a later epoch, and who deletes it leaves a tombstone.
     */
    private Appended passedOn(Append append, @Nullable Owned mine, Appended how) {
        if (mine == null || !mine.incarnation.equals(append.incarnation())) {
            return how;
        }
        byte[] incarnation = Keys.bytes(mine.incarnation.toString());
        Answer now = redis.run(Call.of(Script.FATE, Lane.READS, keys.withTombstone(mine.name), incarnation));
        long length = Long.parseLong(now.text(0));
        long epoch = Long.parseLong(now.text(1));
        if (!now.text(2).equals(mine.incarnation.toString())) {
            if (now.number(3) == 1 || isForgotten(mine)) {
                return Appended.GONE;
            }
            throw new RedisFailure.RedisTailLost(redis.toString(), append.session(), 0, mine.length);
        }
        long left = epoch == append.token().epoch() ? Math.min(length, mine.start) : length;
        if ((epoch <= append.token().epoch() && left < mine.length) || length < mine.length) {
            throw new RedisFailure.RedisTailLost(redis.toString(), append.session(), left, mine.length);
        }
        return how;
    }

    /** Whether it is so long ago that it was ours that it may have been deleted, or have expired, without a trace. */
    private boolean isForgotten(Owned mine) {
        Duration known = options.ttl().isZero() || options.ttl().compareTo(RedisMemory.TOMBSTONE) > 0
                ? RedisMemory.TOMBSTONE
                : options.ttl();
        return mine.overdue().plus(options.lease()).compareTo(known) >= 0;
    }

    private List<byte[]> arguments(Append append, Lines lines, boolean anew, byte[] window) {
        List<byte[]> arguments = new ArrayList<>(List.of(
                Keys.bytes(append.incarnation().toString()),
                Keys.bytes(append.token().epoch()),
                Keys.bytes(append.token().nonce().toString()),
                Keys.bytes(append.expectedLength()),
                Keys.bytes(append.appendId()),
                lease,
                ttl,
                append.wake() == null ? NONE : Keys.bytes(append.wake().toString()),
                window,
                program(append, anew),
                Keys.bytes(append.entries().getLast().stamp().time().toString()),
                Keys.bytes(anew ? 1 : 0),
                Keys.bytes(append.taken().size()),
                Keys.bytes(append.known() == null ? -1 : append.known().size()),
                Keys.bytes(lines.blobs().size())));
        append.taken().forEach(id -> arguments.add(Keys.delivery(id)));
        if (append.known() != null) {
            append.known().forEach(id -> arguments.add(Keys.delivery(id)));
        }
        arguments.addAll(lines.blobs());
        arguments.addAll(lines.lines());
        return arguments;
    }

    /** A plus and the program that runs from here on; nothing if that stays as it is. */
    private static byte[] program(Append append, boolean anew) {
        for (Entry entry : append.entries().reversed()) {
            if (entry.body() instanceof Body.RunStarted started) {
                return Keys.bytes("+" + started.program());
            }
        }
        return anew ? Keys.bytes("+") : NONE;
    }
}
