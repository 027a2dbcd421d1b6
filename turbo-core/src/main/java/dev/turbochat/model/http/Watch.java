package dev.turbochat.model.http;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches the time of one exchange and ends it when a limit is passed.
 *
 * <p>One daemon thread, started at the first call, watches all exchanges. It looks at them when a limit could have passed, and
 * if none has, comes back when one could: a call costs an entry in a set and a token a write of the time, no timer is set for
 * either, and nobody is woken.
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

    private static final Logger LOG = LoggerFactory.getLogger(Watch.class);
    private static final Duration LONGEST_TAIL = Duration.ofSeconds(5);
    private static final long PAUSED = -1;

    private final Limits limits;
    private final boolean streamed;
    private final long start = System.nanoTime();
    private final AtomicReference<@Nullable Wait> expired = new AtomicReference<>();
    private final ReentrantLock ending = new ReentrantLock();
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
        Watcher.ALL.add(this);
        Watcher.lookWithin(remaining(wait));
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
        Watcher.lookWithin(remaining(next));
    }

    /**
     * Ends the exchange if a limit has passed.
     *
     * @return how many nanoseconds there are until one can have; at least 1
     */
    private long look() {
        Wait current = wait;
        long remaining = remaining(current);
        if (remaining > 0) {
            return remaining;
        }
        expire(nanos(limits.total()) - now() <= 0 ? Wait.WHOLE : current);
        return Long.MAX_VALUE;
    }

    private void expire(Wait passed) {
        ending.lock();
        try {
            if (!closed) {
                closed = true;
                expired.compareAndSet(null, passed);
                end.run();
            }
        } finally {
            ending.unlock();
            Watcher.ALL.remove(this);
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
        Watcher.ALL.remove(this);
        ending.lock(); // so that nothing is ended any more when this returns
        try {
            closed = true;
        } finally {
            ending.unlock();
        }
    }

    /** The one thread, made when it is first needed; it goes when nothing has been watched for a minute. */
    private static final class Watcher {
        static final Set<Watch> ALL = ConcurrentHashMap.newKeySet();
        private static final long IDLE = TimeUnit.MINUTES.toNanos(1);
        private static final AtomicBoolean RUNNING = new AtomicBoolean();
        private static volatile @Nullable Thread thread;

        /** When it looks again, by {@link System#nanoTime}, unless somebody wakes it; meaningless while it looks. */
        private static volatile long next;

        private static volatile boolean looking;

        /** Whether it is to look once more before it waits. */
        private static volatile boolean again;

        /** Sees to it that it looks no later than in so many nanoseconds. */
        static void lookWithin(long nanos) {
            if (RUNNING.compareAndSet(false, true)) {
                start();
            } else if (looking || System.nanoTime() + nanos - next < 0) {
                again = true; // the permit alone might be used up by a lock that it waits for meanwhile
                LockSupport.unpark(thread);
            }
        }

        private static void start() {
            boolean started = false;
            try {
                Thread made =
                        Thread.ofPlatform().daemon().name("turbo-model-watch").unstarted(Watcher::run);
                thread = made;
                made.start();
                started = true;
            } finally {
                if (!started) {
                    RUNNING.set(false);
                }
            }
        }

        private static void run() {
            while (true) {
                again = false;
                looking = true; // whoever comes from here on wakes it again, and all who came before are seen
                long nanos = IDLE;
                for (Watch watch : ALL) {
                    nanos = Math.min(nanos, look(watch));
                }
                next = System.nanoTime() + nanos;
                looking = false;
                if (!again) {
                    LockSupport.parkNanos(nanos);
                }
                if (ALL.isEmpty() && System.nanoTime() - next >= 0) {
                    RUNNING.set(false);
                    if (ALL.isEmpty() || !RUNNING.compareAndSet(false, true)) {
                        return;
                    }
                    thread = Thread.currentThread();
                }
            }
        }

        /** Whatever goes wrong with one, the others are watched on. */
        private static long look(Watch watch) {
            try {
                return watch.look();
            } catch (Throwable t) {
                LOG.warn("A call of a model could not be ended in time: {}", t.toString());
                return IDLE;
            }
        }
    }
}
