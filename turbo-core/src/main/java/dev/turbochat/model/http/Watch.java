package dev.turbochat.model.http;

import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Watches the time of one exchange and ends it when a limit is passed.
 *
 * <p>One daemon thread, started at the first call, watches all exchanges. It looks at an exchange when a limit could
 * have passed, and if not, comes back when it could: a token costs a write of the time, no timer is set for it.
 *
 * <p>Thread-safe; only the calling thread of an exchange calls {@link #token}, {@link #pause} and {@link #tail}.
 */
final class Watch implements AutoCloseable {
    /** What is being waited for. */
    enum Wait {
        CONNECTION("a connection"),
        FIRST_TOKEN("the first token"),
        NEXT_TOKEN("the next token"),
        /** What may follow a finished answer. */
        TAIL("the end of the stream"),
        WHOLE("the whole answer");

        final String what;

        Wait(String what) {
            this.what = what;
        }
    }

    private static final Duration LONGEST_TAIL = Duration.ofSeconds(5);
    private static final long PAUSED = -1;

    private final Limits limits;
    private final boolean streamed;
    private final long start = System.nanoTime();
    private final AtomicReference<@Nullable Wait> expired = new AtomicReference<>();
    private final ReentrantLock arming = new ReentrantLock();
    private @Nullable ScheduledFuture<?> armed;
    private boolean closed;
    private volatile Runnable end = () -> {};

    // Nanoseconds after the start. Written before `wait` and read after it, so that a new wait never meets an old time.
    private volatile long since;
    private volatile Wait wait = Wait.CONNECTION;

    /**
     * Made, not yet watching.
     *
     * @param streamed whether tokens come one by one; if not, only the connection and the whole answer are limited
     */
    Watch(Limits limits, boolean streamed) {
        this.limits = limits;
        this.streamed = streamed;
    }

    /**
     * Starts watching.
     *
     * @param newEnd ends the exchange from another thread, without blocking
     */
    void start(Runnable newEnd) {
        end = newEnd;
        arm();
    }

    void connected() {
        if (wait == Wait.CONNECTION) {
            enter(streamed ? Wait.FIRST_TOKEN : Wait.WHOLE);
        }
    }

    boolean isConnected() {
        return wait != Wait.CONNECTION;
    }

    /** Something of the answer has come, or the listener is done with it. */
    void token() {
        if (wait == Wait.FIRST_TOKEN) {
            enter(Wait.NEXT_TOKEN);
        } else {
            since = now();
        }
    }

    /** The listener is at work: its time is not the server's. */
    void pause() {
        since = PAUSED;
    }

    /** The answer has finished; what may follow is waited for a little. */
    void tail() {
        enter(Wait.TAIL);
    }

    /** The limit that was passed; null if none was. */
    @Nullable
    Wait expired() {
        return expired.get();
    }

    Duration limit(Wait of) {
        return switch (of) {
            case CONNECTION -> limits.connect();
            case FIRST_TOKEN -> limits.firstToken();
            case NEXT_TOKEN -> limits.betweenTokens();
            case TAIL -> LONGEST_TAIL.compareTo(limits.betweenTokens()) < 0 ? LONGEST_TAIL : limits.betweenTokens();
            case WHOLE -> limits.total();
        };
    }

    private void enter(Wait next) {
        since = now();
        wait = next;
        arm();
    }

    private void arm() {
        arming.lock();
        try {
            if (closed) {
                return;
            }
            if (armed != null) {
                armed.cancel(false);
            }
            armed = Clock.THREAD.schedule(this::look, remaining(wait), TimeUnit.NANOSECONDS);
        } finally {
            arming.unlock();
        }
    }

    private void look() {
        Wait current = wait;
        if (remaining(current) > 0) {
            arm();
        } else {
            expire(nanos(limits.total()) - now() <= 0 ? Wait.WHOLE : current);
        }
    }

    private void expire(Wait passed) {
        arming.lock();
        try {
            if (!closed) {
                expired.compareAndSet(null, passed);
                end.run();
            }
        } finally {
            arming.unlock();
        }
    }

    /** Nanoseconds to the earliest moment at which a limit can have passed. */
    private long remaining(Wait of) {
        long now = now();
        long whole = nanos(limits.total()) - now;
        if (of == Wait.WHOLE) {
            return whole;
        }
        long from = since;
        return Math.min(whole, nanos(limit(of)) - (from == PAUSED ? 0 : now - from));
    }

    private long now() {
        return System.nanoTime() - start;
    }

    private static long nanos(Duration time) {
        return time.compareTo(Duration.ofDays(365)) > 0 ? TimeUnit.DAYS.toNanos(365) : time.toNanos();
    }

    @Override
    public void close() {
        arming.lock();
        try {
            closed = true;
            if (armed != null) {
                armed.cancel(false);
            }
        } finally {
            arming.unlock();
        }
    }

    /** The one thread, made when it is first needed; it goes when nothing has been watched for a minute. */
    private static final class Clock {
        static final ScheduledThreadPoolExecutor THREAD = make();

        private static ScheduledThreadPoolExecutor make() {
            ScheduledThreadPoolExecutor made = new ScheduledThreadPoolExecutor(
                    1, Thread.ofPlatform().daemon().name("turbo-model-watch").factory());
            made.setRemoveOnCancelPolicy(true);
            made.setKeepAliveTime(1, TimeUnit.MINUTES);
            made.allowCoreThreadTimeOut(true);
            return made;
        }
    }
}
