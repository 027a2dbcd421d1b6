package dev.turbochat.memory.redis;

import dev.turbochat.error.MemoryException;
import dev.turbochat.memory.redis.RedisAddress.Place;
import dev.turbochat.memory.redis.RedisFailure.RedisSilent;
import dev.turbochat.memory.redis.RedisFailure.RedisUnreachable;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.cluster.SlotHash;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Has scripts done by the servers, and turns what goes wrong into failures with names.
 *
 * <p>What was refused and passes by itself (a server that loads, a failover) is sent again for a bounded time. What may
 * have been done, or not, is sent again only if that does no harm. Thread-safe; no thread's interrupt cuts a call short.
 */
final class Redis {
    private static final int BATCH = 500;
    private static final int MOVES = 5;

    private final Servers servers;
    private final String name;
    private final Duration patience;

    private final LongAdder roundTrips;
    private final AtomicBoolean closing;

    /**
     * @param patience how long is waited for a server that is not ready
     */
    Redis(Servers servers, Duration patience) {
        this(servers, servers.address().toString(), patience, new LongAdder(), new AtomicBoolean());
    }

    private Redis(Servers servers, String name, Duration patience, LongAdder roundTrips, AtomicBoolean closing) {
        this.servers = servers;
        this.name = name;
        this.patience = patience;
        this.roundTrips = roundTrips;
        this.closing = closing;
    }

    /** The same, with another patience. */
    Redis patience(Duration other) {
        return new Redis(servers, name, other, roundTrips, closing);
    }

    /** What does not wait for one another: long journals that are read, appends, and what calls of models ask for. */
    enum Lane {
        READS,
        WRITES,
        MODELS
    }

    /**
     * Something to be done by the server that the keys are at.
     *
     * @param repeatable whether it does no harm to do it twice, so that it is sent again when its outcome is not known
     */
    record Call(Script script, Lane lane, boolean repeatable, List<byte[]> keys, List<byte[]> arguments) {
        /** One that may be repeated. */
        static Call of(Script script, Lane lane, List<byte[]> keys, byte[]... arguments) {
            return new Call(script, lane, true, keys, Arrays.asList(arguments));
        }

        int slot() {
            return SlotHash.getSlot(keys.getFirst());
        }
    }

    /** An answer, and the connection that it came on: what is to be confirmed is confirmed there. */
    record Answer(List<Object> value, StatefulRedisConnection<byte[], byte[]> connection) {
        /** Whether it begins with this word. */
        boolean is(String word) {
            return text(0).equals(word);
        }

        String text(int index) {
            return Redis.text(value.get(index));
        }

        long number(int index) {
            return (Long) value.get(index);
        }

        List<?> list(int index) {
            return (List<?>) value.get(index);
        }
    }

    /** A text, or a number, in an answer; empty for nothing. */
    static String text(@Nullable Object value) {
        return switch (value) {
            case null -> "";
            case byte[] bytes -> new String(bytes, StandardCharsets.UTF_8);
            default -> value.toString();
        };
    }

    /** The place of the servers, without user and password. */
    @Override
    public String toString() {
        return name;
    }

    /** How often somebody has waited for an answer; not what is done behind everybody's back, or called out. */
    long roundTrips() {
        return roundTrips.sum();
    }

    /** From here on nobody waits for a server that is away. */
    void closing() {
        closing.set(true);
    }

    /**
     * Does one thing.
     *
     * @throws RedisFailure if it was refused, or the server is away for too long, or its outcome is not known
     * @throws MemoryException.MemoryClosed if the memory was closed before the server was ready
     */
    Answer run(Call call) {
        roundTrips.increment();
        Waiting waiting = new Waiting(name, patience);
        int moves = 0;
        while (true) {
            StatefulRedisConnection<byte[], byte[]> connection;
            Link link;
            try {
                link = servers.link(call.slot(), call.lane());
                connection = link.connection();
            } catch (RuntimeException e) {
                waitFor(Verdict.onConnecting(servers.address(), e), waiting);
                continue;
            }
            try {
                return new Answer(send(connection, call).join(), connection);
            } catch (RuntimeException e) {
                Verdict verdict = Verdict.onCall(servers.address(), e);
                if (verdict instanceof Verdict.Elsewhere(Place place, boolean once) && once) {
                    try {
                        return ask(place, call);
                    } catch (RuntimeException refused) {
                        verdict = Verdict.onCall(servers.address(), refused);
                    }
                }
                if (verdict instanceof Verdict.Elsewhere(Place place, boolean ignored)) {
                    servers.moved(call.slot(), place);
                    if (moves++ < MOVES) {
                        continue;
                    }
                    verdict = new Verdict.Later("a slot is moving to and fro", e, true);
                }
                if (verdict instanceof Verdict.Unknown(String why, Throwable cause)) {
                    link.drop(connection);
                    if (!call.repeatable()) {
                        throw new RedisSilent(toString(), why, cause);
                    }
                    verdict = new Verdict.Later(why, cause, true);
                }
                if (verdict instanceof Verdict.Later later && later.stale()) {
                    link.drop(connection);
                }
                waitFor(verdict, waiting);
            }
        }
    }

    private void waitFor(Verdict verdict, Waiting waiting) {
        switch (verdict) {
            case Verdict.Refused(RedisFailure failure) -> throw failure;
            case Verdict.Later later -> {
                if (closing.get()) {
                    throw new MemoryException.MemoryClosed(toString());
                }
                waiting.pause(later);
                if (later.stale()) {
                    refresh();
                }
            }
            case Verdict.Elsewhere elsewhere -> throw new IllegalStateException("unexpected " + elsewhere);
            case Verdict.Unknown unknown -> throw new RedisSilent(toString(), unknown.why(), unknown.cause());
        }
    }

    private void refresh() {
        try {
            servers.refresh();
        } catch (RuntimeException e) {
            return; // the next try says why
        }
    }

    private static CompletableFuture<List<Object>> send(StatefulRedisConnection<byte[], byte[]> connection, Call call) {
        if (call.script() == Script.RANGE) { // which needs no script
            byte[] list = call.keys().getFirst();
            return connection.async().lrange(list, 0, -1).toCompletableFuture().thenApply(ArrayList::new);
        }
        return connection
                .async()
                .<List<Object>>evalsha(
                        call.script().sha(),
                        ScriptOutputType.MULTI,
                        call.keys().toArray(byte[][]::new),
                        call.arguments().toArray(byte[][]::new))
                .toCompletableFuture()
                .exceptionallyCompose(e -> e instanceof RedisNoScriptException
                        ? whole(connection, call)
                        : CompletableFuture.failedFuture(e));
    }

    /** For a server that does not know the script (any more). */
    private static CompletableFuture<List<Object>> whole(
            StatefulRedisConnection<byte[], byte[]> connection, Call call) {
        return connection
                .async()
                .<List<Object>>eval(
                        call.script().text(),
                        ScriptOutputType.MULTI,
                        call.keys().toArray(byte[][]::new),
                        call.arguments().toArray(byte[][]::new))
                .toCompletableFuture();
    }

    /** Has a server do it that is about to get the slot, on a connection of our own: nothing may come between. */
    private Answer ask(Place place, Call call) {
        StatefulRedisConnection<byte[], byte[]> connection = servers.connect(
                        servers.address().to(place))
                .toCompletableFuture()
                .join();
        try {
            RedisAsyncCommands<byte[], byte[]> commands = connection.async();
            Servers.forget(commands.asking());
            return new Answer(whole(connection, call).join(), connection);
        } finally {
            Servers.forget(connection.closeAsync());
        }
    }

    /**
     * Begins to do something while something else is done.
     *
     * @return waits for its answer; there is none if it failed, or the server is away
     */
    Supplier<Optional<Answer>> begin(Call call) {
        Optional<CompletableFuture<Answer>> begun = tryToStart(call, new HashSet<>());
        return () -> begun.flatMap(answer -> ifAnswered(answer, call));
    }

    /** Does many things that may be repeated, many at a time; answers in the order of the calls. */
    List<Answer> all(List<Call> calls) {
        List<Optional<Answer>> tried = tryAll(calls);
        List<Answer> answers = new ArrayList<>(calls.size());
        for (int i = 0; i < calls.size(); i++) {
            Call call = calls.get(i);
            answers.add(tried.get(i).orElseGet(() -> run(call)));
        }
        return answers;
    }

    /** Tries many things, many at a time, and waits for no server that is away; nothing stands for what failed. */
    List<Optional<Answer>> tryAll(List<Call> calls) {
        List<Optional<Answer>> answers = new ArrayList<>(calls.size());
        Set<Link> dead = new HashSet<>();
        for (int from = 0; from < calls.size(); from += BATCH) {
            List<Call> batch = calls.subList(from, Math.min(from + BATCH, calls.size()));
            List<Optional<CompletableFuture<Answer>>> started =
                    batch.stream().map(call -> tryToStart(call, dead)).toList();
            for (int i = 0; i < batch.size(); i++) {
                Call call = batch.get(i);
                answers.add(started.get(i).flatMap(answer -> ifAnswered(answer, call)));
            }
        }
        return answers;
    }

    private Optional<CompletableFuture<Answer>> tryToStart(Call call, Set<Link> dead) {
        Link link = null;
        try {
            link = servers.link(call.slot(), call.lane());
            if (dead.contains(link)) {
                return Optional.empty();
            }
            StatefulRedisConnection<byte[], byte[]> connection = link.connection();
            return Optional.of(send(connection, call).thenApply(value -> new Answer(value, connection)));
        } catch (RuntimeException e) {
            if (link != null) {
                dead.add(link);
            }
            return Optional.empty();
        }
    }

    private Optional<Answer> ifAnswered(CompletableFuture<Answer> answer, Call call) {
        try {
            return Optional.of(answer.join());
        } catch (RuntimeException e) {
            if (Verdict.onCall(servers.address(), e) instanceof Verdict.Elsewhere(Place place, boolean once) && !once) {
                servers.moved(call.slot(), place);
            }
            return Optional.empty();
        }
    }

    /** Connects, so that what is wrong shows at once. */
    StatefulRedisConnection<byte[], byte[]> connect() {
        try {
            return servers.link(0, Lane.WRITES).connection();
        } catch (RuntimeException e) {
            throw switch (Verdict.onConnecting(servers.address(), e)) {
                case Verdict.Refused(RedisFailure failure) -> failure;
                case Verdict.Later later -> new RedisUnreachable(toString(), later.why(), Duration.ZERO, later.cause());
                case Verdict other -> new IllegalStateException("unexpected " + other, e);
            };
        }
    }
}
