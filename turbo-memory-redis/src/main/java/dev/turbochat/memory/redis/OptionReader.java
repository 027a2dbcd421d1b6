package dev.turbochat.memory.redis;

import dev.turbochat.error.ConfigurationException;
import dev.turbochat.memory.redis.RedisOptions.Durability;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Options as they stand in a URI. */
final class OptionReader {
    private static final Pattern TIME = Pattern.compile("(\\d{1,9})(ms|s|m|h|d)");

    private OptionReader() {}

    /**
     * The defaults with these options.
     *
     * @throws ConfigurationException if there is no such option, or it has no such value
     */
    static RedisOptions read(Map<String, String> given) {
        RedisOptions options = RedisOptions.standard();
        for (Map.Entry<String, String> option : new TreeMap<>(given).entrySet()) { // the lease before the TTL
            String value = option.getValue();
            options = switch (option.getKey()) {
                case "durability" -> options.withDurability(durability(value));
                case "lease" -> options.withLease(time("lease", value));
                case "ttl" -> options.withTtl(time("ttl", value));
                case "tenant" -> options.withTenant(value);
                case "prefix" -> options.withPrefix(value);
                case "answer" ->
                    options.withWaits(time("answer", value), options.waits().server());
                case "server" -> options.withWaits(options.waits().answer(), time("server", value));
                default ->
                    throw new ConfigurationException("A Redis memory has no option '" + option.getKey()
                            + "'; it has durability, lease, ttl, tenant, prefix, answer, server, ca, and for redis-sentinel:"
                            + " sentinelUsername and sentinelPassword.");
            };
        }
        return options;
    }

    private static Durability durability(String value) {
        return switch (value) {
            case "memory" -> Durability.MEMORY;
            case "fsync" -> Durability.FSYNC;
            case "replicated" -> Durability.REPLICATED;
            default ->
                throw new ConfigurationException("The durability '" + value
                        + "' is not one of a Redis memory; use memory, fsync or replicated.");
        };
    }

    private static Duration time(String option, String value) {
        Matcher time = TIME.matcher(value);
        if (!time.matches()) {
            throw new ConfigurationException("The option " + option + " of a Redis memory cannot be '" + value
                    + "'; write a number and ms, s, m, h or d, as in 10s.");
        }
        long number = Long.parseLong(time.group(1));
        return switch (time.group(2)) {
            case "ms" -> Duration.ofMillis(number);
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            case "h" -> Duration.ofHours(number);
            default -> Duration.ofDays(number);
        };
    }
}
