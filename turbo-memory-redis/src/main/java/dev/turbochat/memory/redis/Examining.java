package dev.turbochat.memory.redis;

import dev.turbochat.memory.redis.RedisFailure.RedisRefused;
import dev.turbochat.memory.redis.RedisFailure.RedisSilent;
import dev.turbochat.memory.redis.RedisFailure.RedisUnreachable;
import dev.turbochat.memory.redis.RedisOptions.Durability;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * What is found about a server, and what should be changed about it. Asks for single settings only, so that no password
 * comes this way, and takes a refusal for an answer: it may be that this user may not ask. Used by one thread.
 */
final class Examining {
    /** Beyond that, timers that one machine sets and another wakes for are visibly late or early. */
    private static final Duration APART = Duration.ofSeconds(1);

    private final RedisAddress address;
    private final RedisAsyncCommands<byte[], byte[]> commands;
    private final Durability durability;
    private final Map<String, String> info = new HashMap<>();

    private Examining(RedisAddress address, StatefulRedisConnection<byte[], byte[]> connection, Durability durability) {
        this.address = address;
        this.commands = connection.async();
        this.durability = durability;
        ask(commands::info).stream().flatMap(String::lines).forEach(line -> {
            int colon = line.indexOf(':');
            if (colon > 0) {
                info.put(line.substring(0, colon), line.substring(colon + 1));
            }
        });
    }

    /**
     * Examines every server that has sessions.
     *
     * @throws RedisFailure if one is not there, or does not answer
     */
    static List<String> all(Servers servers, Durability durability) {
        List<String> lines = new ArrayList<>();
        try {
            servers.masters().forEach((place, link) -> {
                String of = place.isEmpty() ? "" : " of " + place;
                new Examining(servers.address(), link.connection(), durability)
                        .found()
                        .forEach((subject, what) -> lines.add(subject + of + ": " + what));
            });
        } catch (RedisFailure e) {
            throw e;
        } catch (RuntimeException e) {
            throw switch (Verdict.onConnecting(servers.address(), e)) {
                case Verdict.Refused(RedisFailure failure) -> failure;
                case Verdict.Later later ->
                    new RedisUnreachable(servers.address().toString(), later.why(), Duration.ZERO, later.cause());
                case Verdict other -> new RedisRefused(servers.address().toString(), other.toString(), e);
            };
        }
        return lines;
    }

    private Map<String, String> found() {
        Map<String, String> found = new LinkedHashMap<>();
        found.put("Server", server());
        found.put("Mode", mode());
        found.put("Persistence", persistence());
        found.put("Eviction", eviction());
        found.put("Replicas", replicas());
        found.put("Clock", clock());
        return found;
    }

    private String server() {
        String redis = info.get("redis_version");
        String valkey = info.get("valkey_version");
        if (redis == null) {
            return "its version cannot be seen (INFO is not permitted); see that it is Redis 6.2 or newer, or Valkey.";
        }
        return valkey == null ? "Redis " + redis + "." : "Valkey " + valkey + ", which counts as Redis " + redis + ".";
    }

    private String mode() {
        String mode = info.getOrDefault("redis_mode", "");
        return switch (address.kind()) {
            case CLUSTER -> "one master of a cluster.";
            case SENTINEL -> "the master '" + address.master() + "', which Sentinel watches.";
            case SINGLE ->
                switch (mode) {
                    case "cluster" -> "part of a cluster, but the address names one server; use redis-cluster:.";
                    case "sentinel" -> "a Sentinel, which stores nothing; use redis-sentinel:.";
                    default -> "one server.";
                };
        };
    }

    // Persistence

    private String persistence() {
        Optional<String> appendOnly = setting("appendonly").or(this::appendOnly);
        if (appendOnly.isEmpty()) {
            return "cannot be seen (neither CONFIG GET nor INFO is permitted); see that 'appendonly yes' is set.";
        }
        if (appendOnly.get().equals("yes")) {
            return setting("appendfsync")
                    .map(this::appendOnlyFile)
                    .orElse("an append-only file, but when it is put on the"
                            + " disk cannot be seen (CONFIG GET is not permitted); see that 'appendfsync always' or 'appendfsync"
                            + " everysec' is set.");
        }
        return setting("save")
                .map(Examining::snapshots)
                .orElse("no append-only file, and whether there are snapshots"
                        + " cannot be seen (CONFIG GET is not permitted); set 'appendonly yes'.");
    }

    private Optional<String> appendOnly() {
        return Optional.ofNullable(info.get("aof_enabled")).map(enabled -> enabled.equals("1") ? "yes" : "no");
    }

    private String appendOnlyFile(String sync) {
        return switch (sync) {
            case "always" -> "an append-only file, on the disk with every write (appendfsync always).";
            case "everysec" ->
                "an append-only file, on the disk every second (appendfsync everysec); "
                        + (durability == Durability.MEMORY
                                ? "if the last second may not be lost with the machine, set 'appendfsync always', or use"
                                        + " durability=fsync."
                                : "every append waits for that: if it takes too long, set 'appendfsync always'.");
            default ->
                "an append-only file, on the disk when the system gets to it (appendfsync " + sync
                        + "); set 'appendfsync everysec' or 'appendfsync always'.";
        };
    }

    private static String snapshots(String save) {
        return save.isBlank()
                ? "none, so that all sessions are lost when the server stops; set 'appendonly yes'."
                : "snapshots only (save " + save
                        + "), so that what came after the last is lost when the server stops; set"
                        + " 'appendonly yes'.";
    }

    // The rest

    private String eviction() {
        Optional<String> policy =
                setting("maxmemory-policy").or(() -> Optional.ofNullable(info.get("maxmemory_policy")));
        if (policy.isEmpty()) {
            return "cannot be seen (neither CONFIG GET nor INFO is permitted); see that 'maxmemory-policy noeviction' is"
                    + " set.";
        }
        return policy.get().equals("noeviction")
                ? "none (maxmemory-policy noeviction)."
                : "a server that is full removes sessions, or parts of them (maxmemory-policy " + policy.get()
                        + "); set 'maxmemory-policy noeviction'.";
    }

    private String replicas() {
        String count = info.get("connected_slaves");
        if (count == null) {
            return "cannot be seen (INFO is not permitted).";
        }
        if (info.getOrDefault("role", "master").equals("slave")) {
            return "this is one, which takes no writes; name its master, or use redis-sentinel: or redis-cluster:.";
        }
        if (count.equals("0") && durability == Durability.REPLICATED) {
            return "none, which durability=replicated waits for in vain; start one, or use another durability.";
        }
        if (count.equals("0") && address.kind() != RedisAddress.Kind.SINGLE) {
            return "none, so that nothing takes its place when it fails; start one.";
        }
        return count.equals("0") ? "none." : count + ".";
    }

    private String clock() {
        long before = System.currentTimeMillis();
        Optional<List<byte[]>> time = ask(commands::time);
        long after = System.currentTimeMillis();
        if (time.isEmpty()) {
            return "cannot be seen (TIME is not permitted).";
        }
        long there = number(time.get().get(0)) * 1_000 + number(time.get().get(1)) / 1_000;
        long apart =
                there < before ? there - before : Math.max(0, there - after); // what the way took counts for nothing
        String said = apart == 0
                ? "as this machine's"
                : Math.abs(apart) + " ms " + (apart < 0 ? "behind" : "ahead of") + " this machine's";
        return said
                + (Math.abs(apart) > APART.toMillis()
                        ? "; have all machines set theirs by the same time server (NTP)."
                        : ".");
    }

    private static long number(byte[] digits) {
        return Long.parseLong(new String(digits, StandardCharsets.US_ASCII));
    }

    /** A setting; nothing if this user may not ask, or there is none of that name. */
    private Optional<String> setting(String name) {
        return ask(() -> commands.configGet(name)).map(settings -> settings.get(name));
    }

    private <T> Optional<T> ask(Supplier<CompletionStage<T>> question) {
        try {
            return Optional.of(question.get().toCompletableFuture().join());
        } catch (RuntimeException e) {
            Throwable cause = e.getCause();
            if (cause instanceof RedisCommandExecutionException) {
                return Optional.empty();
            }
            throw new RedisSilent(address.toString(), "it was asked about itself", e);
        }
    }
}
