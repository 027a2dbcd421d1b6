package dev.turbochat.memory.redis;

import dev.turbochat.error.ConfigurationException;
import dev.turbochat.memory.redis.Redis.Answer;
import dev.turbochat.memory.redis.RedisFailure.RedisNotDurable;
import dev.turbochat.memory.redis.RedisFailure.RedisSilent;
import dev.turbochat.memory.redis.RedisOptions.Durability;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.output.ArrayOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.ProtocolKeyword;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Has the servers say that what they stored is as safe as the options ask for: WAITAOF where there is one (Redis 7.2), else
 * WAIT, on the connection that the write was sent on. A thread-safe part of {@link RedisMemory}.
 */
final class Confirming {
    private static final Pattern VERSION = Pattern.compile("(?:redis|valkey)_version:(\\d+)\\.(\\d+)");
    private static final int OLDEST = 6_02;
    private static final int WITH_WAITAOF = 7_02;
    private static final ProtocolKeyword WAITAOF = keyword("WAITAOF");

    private final Redis redis;
    private final Durability durability;
    private final Duration patience;

    /** Set by {@link #check}. */
    private volatile boolean hasWaitAof;

    Confirming(Redis redis, RedisOptions options) {
        this.redis = redis;
        this.durability = options.durability();
        this.patience = options.waits().answer().dividedBy(2);
    }

    /**
     * Refuses a server that cannot do what is asked for.
     *
     * @throws ConfigurationException if it cannot
     */
    void check(StatefulRedisConnection<byte[], byte[]> connection) {
        int version = version(connection);
        if (version < OLDEST) {
            throw new ConfigurationException("Redis at " + redis + " is version " + shown(version)
                    + ", which is too old for sessions; use 6.2 or newer.");
        }
        hasWaitAof = version >= WITH_WAITAOF;
        if (durability == Durability.FSYNC && !hasWaitAof) {
            throw new ConfigurationException("Redis at " + redis + " is version " + shown(version)
                    + ", which cannot confirm that an append is on its disk (durability=fsync); use 7.2 or newer, or"
                    + " durability=memory or durability=replicated.");
        }
        if (durability == Durability.MEMORY || (durability == Durability.REPLICATED && !hasWaitAof)) {
            return;
        }
        try {
            waitAof(connection, 0);
        } catch (CompletionException e) {
            if (e.getCause() instanceof RedisCommandExecutionException) {
                throw new ConfigurationException(
                        "Redis at " + redis + " keeps no append-only file, which durability="
                                + (durability == Durability.FSYNC ? "fsync" : "replicated")
                                + " needs; set 'appendonly yes' in its settings, or use durability=memory.",
                        e.getCause());
            }
            throw e;
        }
    }

    private static int version(StatefulRedisConnection<byte[], byte[]> connection) {
        String info;
        try {
            info = connection.async().info("server").toCompletableFuture().join();
        } catch (CompletionException e) {
            return OLDEST; // this user may not ask: then the oldest is the safest guess
        }
        Matcher version = VERSION.matcher(info);
        int newest = OLDEST - 1;
        while (version.find()) { // Valkey says both, and as which Redis it counts
            newest = Math.max(newest, Integer.parseInt(version.group(1)) * 100 + Integer.parseInt(version.group(2)));
        }
        return newest;
    }

    private static String shown(int version) {
        return version / 100 + "." + version % 100;
    }

    /**
     * Waits until what was written is safe.
     *
     * @throws RedisNotDurable if it is not in time
     */
    void confirm(Answer answer) {
        try {
            switch (durability) {
                case MEMORY -> {
                    return;
                }
                case FSYNC -> {
                    if (waitAof(answer.connection(), 0).getFirst() < 1) {
                        throw new RedisNotDurable(redis.toString(), "it is not on its disk yet");
                    }
                }
                case REPLICATED -> confirmReplicated(answer.connection());
            }
        } catch (CompletionException e) {
            throw new RedisSilent(redis.toString(), "whether it is safe is not known", e.getCause());
        }
    }

    private void confirmReplicated(StatefulRedisConnection<byte[], byte[]> connection) {
        if (!hasWaitAof) {
            long replicas = connection
                    .async()
                    .waitForReplication(1, patience.toMillis())
                    .toCompletableFuture()
                    .join();
            if (replicas < 1) {
                throw new RedisNotDurable(redis.toString(), "no replica has it");
            }
            return;
        }
        List<Long> disks = waitAof(connection, 1);
        if (disks.get(0) < 1 || disks.get(1) < 1) {
            throw new RedisNotDurable(
                    redis.toString(), disks.get(1) < 1 ? "no replica has it on its disk" : "it is not on its disk yet");
        }
    }

    /** On how many disks what was written is: the server's own, and replicas'. */
    private List<Long> waitAof(StatefulRedisConnection<byte[], byte[]> connection, int replicas) {
        CommandArgs<byte[], byte[]> arguments =
                new CommandArgs<>(ByteArrayCodec.INSTANCE).add(1).add(replicas).add(patience.toMillis());
        return connection
                .async()
                .dispatch(WAITAOF, new ArrayOutput<>(ByteArrayCodec.INSTANCE), arguments)
                .toCompletableFuture()
                .join()
                .stream()
                .map(count -> (Long) count)
                .toList();
    }

    private static ProtocolKeyword keyword(String name) {
        return new ProtocolKeyword() {
            @Override
            public byte[] getBytes() {
                return name.getBytes(StandardCharsets.US_ASCII);
            }

            @Override
            public String toString() {
                return name;
            }
        };
    }
}
