package dev.turbochat.bench;

import dev.turbochat.memory.redis.RedisMemory;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Sessions in Redis: appends, opening, round trips. */
final class RedisBench {
    private static final String LIMIT = "Lettuce, async and join";

    private RedisBench() {}

    static String run(Rounds rounds) throws Exception {
        try (RedisProcess server = RedisProcess.start();
                RedisMemory memory = RedisMemory.connect(server.uri())) {
            RedisClient client = RedisClient.create(RedisURI.create("127.0.0.1", server.port()));
            try {
                StatefulRedisConnection<byte[], byte[]> connection = client.connect(ByteArrayCodec.INSTANCE);
                RedisAppends appends = new RedisAppends(memory, connection);
                return appends(rounds, server, appends, 1)
                        + appends(rounds, server, appends, 64)
                        + openings(rounds, new RedisOpenings(server.port(), memory, connection));
            } finally {
                client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
            }
        }
    }

    private static String appends(Rounds rounds, RedisProcess server, RedisAppends appends, int callers)
            throws Exception {
        Duration length = rounds.length();
        List<Contestant> contestants = new ArrayList<>(List.of(
                new Contestant("turbo", () -> Load.run(callers, length, i -> appends.turbo())),
                new Contestant(LIMIT, () -> Load.run(callers, length, i -> appends.bare(true))),
                new Contestant("Lettuce, sync", () -> Load.run(callers, length, i -> appends.bare(false)))));
        Table table = new Table("Appends of one entry to Redis, " + callers(callers), LIMIT)
                .ratio(Load.PER_SECOND, "")
                .column(Load.MEDIAN, "us")
                .column(Load.P99, "us")
                .ratio(Load.CPU, "us")
                .atLeast("turbo", Load.PER_SECOND, LIMIT, 0.9);
        if (RedisBenchmark.isThere()) {
            contestants.add(benchmark(server, appends, length, callers, 1));
            if (callers > 1) {
                contestants.add(benchmark(server, appends, length, 1, callers));
            }
        } else {
            table.note("redis-benchmark was not found, and is left out.");
        }
        return table.print(rounds.run(contestants));
    }

    private static Contestant benchmark(
            RedisProcess server, RedisAppends appends, Duration length, int connections, int pipelined) {
        RedisBenchmark benchmark = new RedisBenchmark(server.port(), connections, pipelined, length);
        return new Contestant(benchmark.name(), () -> benchmark.run(appends.command()));
    }

    private static String callers(int callers) {
        return callers == 1 ? "one caller" : callers + " callers";
    }

    private static String openings(Rounds rounds, RedisOpenings openings) throws Exception {
        Duration length = rounds.length();
        Contestant limit = openings.limit(length);
        Contestant turbo = openings.turbo(length);
        String opened = new Table("Opening a session of 1,000 entries in Redis", limit.name())
                .ratio(RedisOpenings.TIME, "ms")
                .atMost(turbo.name(), RedisOpenings.TIME, limit.name(), 1.3)
                .print(rounds.run(List.of(turbo, openings.memory(length), limit, openings.range(length))));
        Contestant awake = openings.turns(true);
        Contestant hibernated = openings.turns(false);
        String trips = new Table("Round trips to Redis in a turn", "")
                .column("up to the model call", "")
                .column("with all that follows", "")
                .column("scripts", "")
                .atMost(awake.name(), "with all that follows", "", 3)
                .atMost(hibernated.name(), "with all that follows", "", 5)
                .note("The time of a turn over a wire on which a round trip takes "
                        + SlowWire.ROUND_TRIP.toMillis() + " ms, put in such. Awake, what follows is the answer; a"
                        + " session that hibernates is let go of again behind it.")
                .print(new Rounds(0, 1, length).run(List.of(awake, hibernated)));
        return opened + trips;
    }
}
