package dev.turbochat.bench;

import dev.turbochat.Chat;
import dev.turbochat.Host;
import dev.turbochat.Runner;
import dev.turbochat.Session;
import dev.turbochat.Turn;
import dev.turbochat.error.SessionException;
import dev.turbochat.memory.Memory;
import dev.turbochat.memory.redis.RedisMemory;
import dev.turbochat.model.Completion;
import dev.turbochat.model.Model;
import dev.turbochat.step.Input;
import io.lettuce.core.api.StatefulRedisConnection;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.json.JsonMapper;

/** Opening a session of a thousand entries against reading and parsing them; and what a turn asks of the server. */
final class RedisOpenings {
    static final String TIME = "time";

    private static final String SESSION = "long";
    private static final int TURNS = 250;
    private static final int COUNTED = 7;
    private static final Duration NEVER = Duration.ofMinutes(10);
    private static final Pattern CALLS = Pattern.compile("cmdstat_evalsha:calls=(\\d+)");

    private final int port;
    private final RedisMemory memory;
    private final StatefulRedisConnection<byte[], byte[]> connection;
    private final JsonMapper mapper = JsonMapper.shared();
    private final byte[] log;

    /**
     * @param port of the server that the others are connected to
     */
    RedisOpenings(int port, RedisMemory memory, StatefulRedisConnection<byte[], byte[]> connection)
            throws InterruptedException {
        this.port = port;
        this.memory = memory;
        this.connection = connection;
        AtomicInteger left = new AtomicInteger(TURNS);
        try (Runner runner = Runner.of(answering(() -> {}), r -> r.memory(memory))) {
            runner.run(
                    SESSION,
                    RedisOpenings::talk,
                    question -> left.getAndDecrement() > 0
                            ? Optional.of(Input.text("And what do you make of this, then? Number " + left))
                            : Optional.empty());
        } catch (SessionException.SessionAsleep e) {
            // which is what was wanted
        }
        this.log = RedisAppends.keys(SESSION)[1];
    }

    private static void talk(Chat chat) {
        while (true) {
            chat.hear();
            chat.generate();
        }
    }

    private static Model answering(Runnable seen) {
        return (prompt, listener) -> {
            seen.run();
            return Completion.of("There is much to be said for it, and some against it.", "m");
        };
    }

    /** How long something takes that is done again and again; what comes after it is not counted. */
    private static Map<String, Double> timed(Duration length, Timed work) throws Exception {
        long until = System.nanoTime() + length.toNanos();
        long[] times = new long[0];
        do {
            long begun = System.nanoTime();
            AutoCloseable after = work.begin();
            times = Arrays.copyOf(times, times.length + 1);
            times[times.length - 1] = System.nanoTime() - begun;
            after.close();
        } while (System.nanoTime() - until < 0);
        Arrays.sort(times);
        return Map.of(TIME, times[times.length / 2] / 1e6);
    }

    @FunctionalInterface
    private interface Timed {
        AutoCloseable begin() throws Exception;
    }

    /** Opens the session and runs its program up to the question that it waits at. */
    Contestant turbo(Duration length) {
        Model none = answering(() -> {
            throw new IllegalStateException("A replay has called the model.");
        });
        return new Contestant("turbo: lease, read, replay up to its question", () -> {
            try (Runner runner = Runner.of(none, r -> r.memory(memory))) {
                return timed(length, () -> {
                    Session<?> session = runner.open(SESSION, dev.turbochat.Program.of(RedisOpenings::talk));
                    if (!(session.next() instanceof Turn.AwaitingInput<?>)) {
                        throw new IllegalStateException("The program did not ask.");
                    }
                    return session;
                });
            }
        });
    }

    /** Opens it without running anything. */
    Contestant memory(Duration length) {
        return new Contestant(
                "of which: lease, read, decode",
                () -> timed(length, () -> {
                    Memory.Opening.Granted granted = (Memory.Opening.Granted) memory.open(SESSION, "a benchmark");
                    return () -> memory.release(SESSION, granted.token(), null);
                }));
    }

    /** Reads the lines and parses each. */
    Contestant limit(Duration length) {
        return new Contestant(
                "LRANGE by Lettuce, each line parsed by Jackson",
                () -> timed(length, () -> {
                    for (byte[] line : lines()) {
                        if (mapper.readTree(line).path("seq").asLong() < 0) {
                            throw new IllegalStateException("That is no entry.");
                        }
                    }
                    return () -> {};
                }));
    }

    /** Reads the lines. */
    Contestant range(Duration length) {
        return new Contestant(
                "LRANGE by Lettuce",
                () -> timed(length, () -> {
                    lines();
                    return () -> {};
                }));
    }

    private List<byte[]> lines() {
        return connection.async().lrange(log, 0, -1).toCompletableFuture().join();
    }

    /** How many scripts the server has run. */
    private long calls() {
        Matcher calls = CALLS.matcher(connection.sync().info("commandstats"));
        return calls.find() ? Long.parseLong(calls.group(1)) : 0;
    }

    /**
     * The round trips of a turn up to its model call, and of the whole: its time over a slow wire, put in round trips of that.
     * And how many scripts the server has run. The least of several turns, since leases are renewed.
     */
    Contestant turns(boolean awake) {
        return new Contestant(awake ? "a session that is awake" : "one that hibernates", () -> {
            String session = (awake ? "awake " : "cold ") + System.nanoTime(); // too short a journal for a second trip
            Semaphore answered = new Semaphore(0);
            AtomicLong atModel = new AtomicLong();
            Map<String, Double> least = new HashMap<>();
            Model model = answering(() -> {
                atModel.set(System.nanoTime());
                answered.release();
            });
            try (SlowWire wire = new SlowWire(port);
                    RedisMemory far = RedisMemory.connect(wire.uri());
                    Runner runner = Runner.of(model, r -> r.memory(far).routine("talk", 1, RedisOpenings::talk))) {
                Host host =
                        runner.host(h -> h.idle(awake ? NEVER : Duration.ZERO).sweep(NEVER));
                for (int i = 0; i <= COUNTED; i++) {
                    long calls = calls();
                    long begun = System.nanoTime();
                    host.deliver(session, "talk", Input.text("hello"));
                    answered.acquire();
                    settle(wire, host, awake);
                    if (i > 0) { // the first makes the session
                        least.merge("up to the model call", roundTrips(begun, atModel.get()), Math::min);
                        least.merge("with all that follows", roundTrips(begun, wire.lastReply()), Math::min);
                        least.merge("scripts", (double) (calls() - calls), Math::min);
                    }
                }
            }
            return least;
        });
    }

    /** As many as take no longer: none takes less than its time on the wire, and all else together less than one. */
    private static double roundTrips(long begun, long ended) {
        return Math.floor((double) (ended - begun) / SlowWire.ROUND_TRIP.toNanos());
    }

    /** Waits until the server is asked nothing more. */
    private static void settle(SlowWire wire, Host host, boolean awake) throws InterruptedException {
        long quiet = 2 * SlowWire.ROUND_TRIP.toNanos();
        while (System.nanoTime() - wire.lastReply() < quiet
                || (!awake && !host.awake().isEmpty())) {
            Thread.sleep(SlowWire.ROUND_TRIP);
        }
    }
}
