package dev.turbochat.memory.redis;

import dev.turbochat.error.BackendException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What Redis refused, or did not answer. No message holds a password. */
public abstract sealed class RedisFailure extends BackendException {
    private static final long serialVersionUID = 1;

    private RedisFailure(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** The server is not there, or is not ready; nothing was done. */
    public static final class RedisUnreachable extends RedisFailure {
        private static final long serialVersionUID = 1;

        RedisUnreachable(String redis, String why, Duration waited, @Nullable Throwable cause) {
            super(
                    "Redis at " + redis + " cannot be used: " + why
                            + (waited.isZero() ? "" : ", for " + waited.toSeconds() + " s now")
                            + "; start it, or name another.",
                    cause);
        }
    }

    /** The connection was lost, or no answer came in time: what was asked for may have been done or not. */
    public static final class RedisSilent extends RedisFailure {
        private static final long serialVersionUID = 1;

        RedisSilent(String redis, String why, @Nullable Throwable cause) {
            super(
                    "Redis at " + redis + " did not answer: " + why
                            + "; what was asked for may have been done or not. Try again.",
                    cause);
        }

        /** True: a repeat of the same call finds out. */
        @Override
        public boolean passing() {
            return true;
        }
    }

    /** The server has no more room; nothing was done. */
    public static final class RedisFull extends RedisFailure {
        private static final long serialVersionUID = 1;

        RedisFull(String redis, @Nullable Throwable cause) {
            super(
                    "Redis at " + redis
                            + " is full (maxmemory) and refused to store more; give it more memory, or delete sessions.",
                    cause);
        }
    }

    /** The server is a replica, which takes no writes; nothing was done. */
    public static final class RedisReadOnly extends RedisFailure {
        private static final long serialVersionUID = 1;

        RedisReadOnly(String redis, @Nullable Throwable cause) {
            super(
                    "Redis at " + redis
                            + " is a replica, which is read-only; name its master, or use redis-sentinel: or redis-cluster:.",
                    cause);
        }
    }

    /** The server does not let this user in, or does not let it do that; nothing was done. */
    public static final class RedisDenied extends RedisFailure {
        private static final long serialVersionUID = 1;

        RedisDenied(String redis, String why, @Nullable Throwable cause) {
            this(redis, why, "redis://user:password@host", cause);
        }

        private RedisDenied(String redis, String why, String where, @Nullable Throwable cause) {
            super(
                    "Redis at " + redis + " " + why + "; give a user and a password that may, as in " + where + ".",
                    cause);
        }

        static RedisDenied bySentinel(String redis, String why, @Nullable Throwable cause) {
            return new RedisDenied(
                    redis, "has Sentinels that " + why, "?sentinelUsername=user&sentinelPassword=password", cause);
        }
    }

    /** A key of turbo's holds something that turbo did not put there; nothing was done. */
    public static final class RedisKeyTaken extends RedisFailure {
        private static final long serialVersionUID = 1;

        RedisKeyTaken(String redis, @Nullable Throwable cause) {
            super(
                    "Redis at " + redis
                            + " holds something else at a key of turbo's (WRONGTYPE), which was left alone; remove it, or use another prefix for turbo's keys.",
                    cause);
        }
    }

    /** The server cannot write its own files and therefore refuses to store more; nothing was done. */
    public static final class RedisNotSaving extends RedisFailure {
        private static final long serialVersionUID = 1;

        RedisNotSaving(String redis, @Nullable Throwable cause) {
            super(
                    "Redis at " + redis
                            + " cannot write its files (MISCONF) and refused to store more; its log says why: free its disk.",
                    cause);
        }
    }

    /** A write was done, but fewer copies of it were made than the durability asks for. */
    public static final class RedisNotDurable extends RedisFailure {
        private static final long serialVersionUID = 1;

        RedisNotDurable(String redis, String missing) {
            super(
                    "Redis at " + redis + " did what it was told, but " + missing
                            + "; see to its replicas and its append-only file, and try again.",
                    null);
        }

        /** True: a repeat stores nothing twice, and counts again. */
        @Override
        public boolean passing() {
            return true;
        }
    }

    /** Redis came back with a shorter journal than it had acknowledged: a failover lost the rest. */
    public static final class RedisTailLost extends RedisFailure {
        private static final long serialVersionUID = 1;

        RedisTailLost(String redis, String session, long has, long had) {
            super(
                    "Redis at " + redis + " has lost what session '" + session + "' held from entry " + has + " to "
                            + (had - 1) + ", though it had acknowledged it (a failover?); this driver of it stops, and"
                            + " what it showed from there on no longer counts. Open the session again.",
                    null);
        }
    }

    /** The server refused in a way that turbo does not know. */
    public static final class RedisRefused extends RedisFailure {
        private static final long serialVersionUID = 1;

        RedisRefused(String redis, String how, @Nullable Throwable cause) {
            super("Redis at " + redis + " refused: " + how + "; see to the server, then try again.", cause);
        }
    }
}
