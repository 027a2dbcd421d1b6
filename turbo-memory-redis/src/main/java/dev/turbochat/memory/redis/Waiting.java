package dev.turbochat.memory.redis;

import dev.turbochat.memory.redis.RedisFailure.RedisUnreachable;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** One call's patience with a server that is away: ever longer pauses, up to a bound. Used by one thread. */
final class Waiting {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(20);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(500);

    private final String redis;
    private final Duration patience;
    private final long start = System.nanoTime();
    private Duration pause = FIRST_PAUSE;

    /**
     * @param redis what is waited for, in words for people
     * @param patience the longest wait
     */
    Waiting(String redis, Duration patience) {
        this.redis = redis;
        this.patience = patience;
    }

    /**
     * Waits a little, also on a thread that is interrupted.
     *
     * @throws RedisUnreachable if that has been enough
     */
    void pause(Verdict.Later verdict) {
        if (System.nanoTime() - start >= patience.toNanos()) {
            throw new RedisUnreachable(redis, verdict.why(), patience, verdict.cause());
        }
        new CompletableFuture<Boolean>()
                .completeOnTimeout(true, pause.toMillis(), TimeUnit.MILLISECONDS)
                .join();
        pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause.multipliedBy(2);
    }
}
