package dev.turbochat.memory.redis;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the servers fail just now: then one call at a time finds out whether they are back, and the others do not wait
 * for that. Said once in the log when it begins, and once when it is over. Thread-safe.
 */
final class Outage {
    private static final Logger LOG = LoggerFactory.getLogger(Outage.class);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration COMPLAINTS = Duration.ofMinutes(1);

    private final String what;
    private final String redis;
    private final long pause;
    private final AtomicLong nextTry = new AtomicLong();
    private final AtomicLong complained = new AtomicLong(System.nanoTime());

    private volatile @Nullable RedisFailure failure;

    /**
     * @param what is not available then, and what that means, for the log
     * @param patience how long a try takes
     */
    Outage(String what, String redis, Duration patience) {
        this.what = what;
        this.redis = redis;
        this.pause = PAUSE.plus(patience).toNanos();
    }

    /** Why nothing is to be asked for now; null if it is. */
    @Nullable
    RedisFailure failure() {
        RedisFailure last = failure;
        if (last == null) {
            return null;
        }
        long due = nextTry.get();
        long now = System.nanoTime();
        if (now - due >= 0 && nextTry.compareAndSet(due, now + pause)) {
            return null;
        }
        return new RedisFailure.RedisUnreachable(redis, "it failed a moment ago", Duration.ZERO, last);
    }

    /** Something failed; an answer that says so is no outage, and is told in the log now and then. */
    void began(RedisFailure e) {
        long now = System.nanoTime();
        long last = complained.get();
        if (e instanceof RedisFailure.RedisUnreachable || e instanceof RedisFailure.RedisSilent) {
            nextTry.set(now + PAUSE.toNanos());
            boolean first = failure == null;
            failure = e;
            if (first) {
                LOG.warn("{}: {}", what, e.getMessage());
            }
        } else if (now - last >= 0 && complained.compareAndSet(last, now + COMPLAINTS.toNanos())) {
            LOG.warn("{}: {}", what, e.getMessage());
        }
    }

    /** Something was done. */
    void over() {
        if (failure != null) {
            failure = null;
            LOG.info("Redis at {} works again.", redis);
        }
    }
}
