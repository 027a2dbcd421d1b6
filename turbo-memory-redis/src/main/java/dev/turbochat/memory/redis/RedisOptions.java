package dev.turbochat.memory.redis;

import static java.util.Objects.requireNonNull;

import dev.turbochat.error.ConfigurationException;
import java.time.Duration;
import java.util.regex.Pattern;

/**
 * How sessions lie in Redis, and how long is waited for it. Immutable.
 *
 * @param durability what an append has survived when it returns; {@link Durability#MEMORY} by default
 * @param space under which names
 * @param lease how long a session stays its owner's without a sign of life, renewed every third of it; 10 s by default
 * @param waits how long is waited for the server
 * @param ttl after how long without a write a session is forgotten; zero, the default, for never
 */
public record RedisOptions(Durability durability, Space space, Duration lease, Waits waits, Duration ttl) {
    private static final Duration SHORTEST = Duration.ofMillis(100);

    /** What an append has survived when it returns. */
    public enum Durability {
        /** What the server's own settings promise. */
        MEMORY,
        /** The end of the server's machine: it is in the append-only file, on the disk. Redis 7.2 or newer. */
        FSYNC,
        /** The end of one machine: a replica has it, too; from Redis 7.2 on both have it on the disk. */
        REPLICATED
    }

    /**
     * Under which names sessions lie.
     *
     * @param prefix what all keys begin with; {@code turbo} by default
     * @param tenant whose sessions they are: two tenants' sessions of the same id are different ones; empty by default
     */
    public record Space(String prefix, String tenant) {
        private static final Pattern PREFIX = Pattern.compile("[A-Za-z0-9_.:-]{1,64}");

        /**
         * @throws ConfigurationException if the prefix is not 1 to 64 letters, digits and {@code _ . : -}
         */
        public Space {
            requireNonNull(tenant);
            if (!PREFIX.matcher(prefix).matches()) {
                throw new ConfigurationException("The prefix of keys '" + prefix
                        + "' cannot be used; take 1 to 64 letters, digits and _ . : - for it.");
            }
        }
    }

    /**
     * How long is waited.
     *
     * @param answer for the answer to one command; 5 s by default
     * @param server for a server that is away, or is not ready, before a call fails; 20 s by default
     */
    public record Waits(Duration answer, Duration server) {
        /**
         * @throws ConfigurationException if an answer has less than 100 ms
         */
        public Waits {
            requireNonNull(server);
            atLeastShortest("time for an answer", answer);
        }
    }

    /**
     * @throws ConfigurationException if the lease is shorter than 100 ms, or the TTL is not longer than the lease
     */
    public RedisOptions {
        requireNonNull(durability);
        requireNonNull(space);
        requireNonNull(waits);
        atLeastShortest("lease", lease);
        if (!ttl.isZero() && ttl.compareTo(lease) <= 0) {
            throw new ConfigurationException("A time to live of " + ttl.toMillis()
                    + " ms is too short; it has to be longer than the lease, which is " + lease.toMillis() + " ms.");
        }
    }

    private static void atLeastShortest(String what, Duration duration) {
        if (duration.compareTo(SHORTEST) < 0) {
            throw new ConfigurationException("A " + what + " of " + duration.toMillis() + " ms is too short; use "
                    + SHORTEST.toMillis() + " ms or more.");
        }
    }

    /** The defaults. */
    public static RedisOptions standard() {
        return new RedisOptions(
                Durability.MEMORY,
                new Space("turbo", ""),
                Duration.ofSeconds(10),
                new Waits(Duration.ofSeconds(5), Duration.ofSeconds(20)),
                Duration.ZERO);
    }

    public RedisOptions withDurability(Durability newDurability) {
        return new RedisOptions(newDurability, space, lease, waits, ttl);
    }

    public RedisOptions withPrefix(String prefix) {
        return new RedisOptions(durability, new Space(prefix, space.tenant()), lease, waits, ttl);
    }

    public RedisOptions withTenant(String tenant) {
        return new RedisOptions(durability, new Space(space.prefix(), tenant), lease, waits, ttl);
    }

    public RedisOptions withLease(Duration newLease) {
        return new RedisOptions(durability, space, newLease, waits, ttl);
    }

    public RedisOptions withWaits(Duration answer, Duration server) {
        return new RedisOptions(durability, space, lease, new Waits(answer, server), ttl);
    }

    public RedisOptions withTtl(Duration newTtl) {
        return new RedisOptions(durability, space, lease, waits, newTtl);
    }
}
