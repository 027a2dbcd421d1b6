package dev.turbochat.memory.redis;

import dev.turbochat.error.MemoryException;
import dev.turbochat.error.SessionException;
import dev.turbochat.memory.Delivery;
import dev.turbochat.memory.Entry;
import dev.turbochat.memory.Memory;
import dev.turbochat.memory.Signals;
import dev.turbochat.memory.redis.Leases.Owned;
import dev.turbochat.memory.redis.Redis.Answer;
import dev.turbochat.memory.redis.Redis.Call;
import dev.turbochat.memory.redis.Redis.Lane;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sessions in Redis 6.2 or newer, or Valkey: one server, a master that Sentinel watches, or a cluster. Any number of
 * machines share them; each session has one owner at a time, for as long as that one renews its lease.
 *
 * <p>Every call is one script, which checks before it writes. A server that is away, or changing its master, is waited for,
 * {@link RedisOptions.Waits#server} at most. Thread-safe. An interrupt cuts no call short. Whoever connected it closes it.
 */
public final class RedisMemory implements Memory {
    private static final Logger LOG = LoggerFactory.getLogger(RedisMemory.class);
    /** Whoever waits for copies holds up those behind on its connection. */
    private static final int SLOW_WRITERS = 8;

    /** How long it is known that a session was deleted, so that a late owner is told so. */
    static final Duration TOMBSTONE = Duration.ofDays(1);

    /** Of how many sessions of one id. */
    private static final int TOMBSTONES = 16;

    private static final byte[] NONE = {};

    private final RedisOptions options;
    private final Servers servers;
    private final Redis redis;
    private final Keys keys;
    private final Index index;
    private final Leases leases;
    private final Calls calls;
    private final Taking taking;
    private final Appending appending;
    private final Inboxes inboxes;

    private final Gate gate;

    private RedisMemory(RedisAddress address, RedisOptions options, Duration grace) {
        this.options = options;
        boolean waits = options.durability() != RedisOptions.Durability.MEMORY;
        this.servers = Servers.of(address, options.waits().answer(), waits ? SLOW_WRITERS : 1);
        this.redis = new Redis(servers, options.waits().server());
        this.gate = new Gate(redis.toString());
        this.keys = new Keys(options.space());
        Confirming confirming = new Confirming(redis, options);
        this.index = new Index(redis, keys, confirming, grace);
        try {
            confirming.check(redis.connect());
        } catch (RuntimeException e) {
            servers.close();
            throw e;
        }
        this.calls = new Calls(servers, keys);
        this.leases = new Leases(redis, options.lease(), options.ttl(), calls::keepUp);
        this.taking = new Taking(redis, keys, index, leases, confirming, options);
        this.appending = new Appending(redis, keys, index, leases, confirming, options);
        this.inboxes = new Inboxes(redis, keys, index, confirming, calls, options.ttl());
    }

    /**
     * Connects to the servers at a URI: {@code redis://[USER:PASSWORD@]HOST[:PORT][/DATABASE]}, {@code
     * redis-sentinel://HOST,HOST#MASTER}, {@code redis-cluster://HOST,HOST}; with {@code rediss} for TLS. What follows a
     * question mark are options: {@code durability}, {@code lease}, {@code ttl}, {@code tenant}, {@code prefix}, {@code
     * answer}, {@code server} (times as {@code 500ms}, {@code 10s}, {@code 5m}, {@code 2h}, {@code 7d}), {@code ca}, a
     * file of certificates to trust, and {@code sentinelUsername} and {@code sentinelPassword}, where the Sentinels want them.
     *
     * @throws dev.turbochat.error.ConfigurationException if the URI is none of those
     * @throws RedisFailure if the server is not there, does not let us in, or cannot do what the options ask for
     */
    public static RedisMemory connect(String uri) {
        return connect(uri, options -> options);
    }

    /**
     * Connects, with options.
     *
     * @param change is given the defaults, and the URI's options
     */
    public static RedisMemory connect(String uri, UnaryOperator<RedisOptions> change) {
        return connect(uri, change, Index.GRACE);
    }

    static RedisMemory connect(String uri, UnaryOperator<RedisOptions> change, Duration grace) {
        RedisAddress address = RedisAddress.parse(uri);
        return new RedisMemory(address, change.apply(OptionReader.read(address.options())), grace);
    }

    @Override
    public Opening open(String session, String owner) {
        return inside(() -> taking.take(session, owner, null));
    }

    @Override
    public Opening open(String session, String owner, Instant wake) {
        return inside(() -> taking.take(session, owner, wake));
    }

    @Override
    public Appended append(Append append) {
        return inside(() -> appending.store(append, false));
    }

    @Override
    public Appended replace(Append append) {
        return inside(() -> appending.store(append, true));
    }

    @Override
    public void release(String session, Token token, @Nullable Instant wake, List<String> left) {
        try {
            inside(() -> {
                String name = keys.name(session);
                Owned mine = leases.find(session, token);
                if (mine != null) {
                    leases.remove(mine);
                }
                Instant mark = wake;
                while (true) {
                    byte[] window = mark == null ? NONE : index.mark(name, mark, Duration.ZERO);
                    String time = wake == null ? "" : wake.toString();
                    Answer answer = redis.run(Taking.release(keys.session(name), token, time, window, left));
                    if (answer.is("WANTED")) {
                        mark = Instant.EPOCH; // something waits that was left before
                    } else if (!answer.is("STALE")) {
                        return true;
                    }
                }
            });
        } catch (MemoryException.MemoryClosed e) {
            return; // closing released everything
        } catch (RedisFailure e) {
            LOG.warn(
                    "Session '{}' could not be let go of, and is free when its lease ends: {}",
                    session,
                    e.getMessage());
        }
    }

    @Override
    public boolean deliver(String session, Delivery delivery) {
        return inside(() -> inboxes.deliver(session, delivery));
    }

    @Override
    public boolean owns(String session, Token token) {
        Owned mine = leases.find(session, token);
        return mine != null
                && !mine.passedOn
                && (!mine.isOverdue() || inside(() -> leases.renew(mine).isPresent()));
    }

    @Override
    public Signals signals() {
        return calls;
    }

    @Override
    public List<Delivery> inbox(String session) {
        return inside(() -> inboxes.read(session));
    }

    @Override
    public List<Entry> read(String session) {
        return inside(() -> {
            Answer answer = redis.run(Call.of(Script.READ, Lane.READS, keys.session(keys.name(session))));
            if (answer.is("BROKEN")) {
                throw Lines.broken(session, answer.text(1), answer.number(2));
            }
            return Lines.read(session, answer.list(1), answer.list(2)).entries();
        });
    }

    @Override
    public List<Summary> sessions() {
        return inside(() -> {
            List<String> names = index.names();
            List<Answer> answers = redis.all(names.stream()
                    .map(name -> Call.of(Script.SUMMARY, Lane.READS, keys.session(name)))
                    .toList());
            List<Summary> summaries = new ArrayList<>();
            List<String> gone = new ArrayList<>();
            for (int i = 0; i < names.size(); i++) {
                Answer answer = answers.get(i);
                if (answer.text(0).isEmpty()) {
                    gone.add(names.get(i));
                } else {
                    summaries.add(new Summary(
                            answer.text(0),
                            answer.text(1),
                            Long.parseLong(answer.text(2)),
                            Instant.parse(answer.text(3))));
                }
            }
            index.unlist(gone);
            summaries.sort(Comparator.comparing(Summary::updated).reversed());
            return List.copyOf(summaries);
        });
    }

    @Override
    public boolean delete(String session) {
        return inside(() -> {
            String name = keys.name(session);
            Answer answer = redis.run(new Call(
                    Script.DELETE,
                    Lane.WRITES,
                    false,
                    keys.withTombstone(name),
                    List.of(Keys.bytes(TOMBSTONE.toMillis()), Keys.bytes(TOMBSTONES))));
            if (answer.is("BUSY")) {
                throw new SessionException.SessionBusy(session, answer.text(1), Duration.ZERO);
            }
            index.unlist(List.of(name));
            return answer.number(1) > 0;
        });
    }

    @Override
    public List<String> due(Instant now, int limit) {
        return inside(() -> index.due(now, limit));
    }

    @Override
    public List<String> examine() {
        return inside(() -> Examining.all(servers, options.durability()));
    }

    /**
     * Limits and rests of models, shared by all that are connected to these servers with the same prefix and tenant. They
     * use this memory's connection, and end with it.
     */
    public RedisLimits limits() {
        return limits(options -> options);
    }

    /** {@link #limits()} with options. */
    public RedisLimits limits(UnaryOperator<RedisLimits.Options> change) {
        return new RedisLimits(redis, keys, gate, options.lease(), change.apply(RedisLimits.Options.standard()));
    }

    /**
     * Answers of models, shared by all that are connected to these servers with the same prefix and tenant. They use this
     * memory's connection, and end with it.
     *
     * @param ttl how long an answer is good for, more than zero
     */
    public RedisCache cache(Duration ttl) {
        return cache(ttl, options -> options);
    }

    /** {@link #cache(Duration)} with options. */
    public RedisCache cache(Duration ttl, UnaryOperator<RedisCache.Options> change) {
        return new RedisCache(redis, keys, gate, change.apply(RedisCache.Options.standard(ttl)));
    }

    @Override
    public void close() {
        redis.closing();
        if (!gate.close()) {
            return;
        }
        leases.close();
        index.markAll(leases.wakes());
        redis.tryAll(leases.all().stream()
                .map(mine -> Taking.leave(mine.keys, mine.token))
                .toList());
        servers.close();
    }

    long roundTrips() {
        return redis.roundTrips();
    }

    /** Where the servers are; neither user nor password. */
    @Override
    public String toString() {
        return redis.toString();
    }

    private <T> T inside(Supplier<T> work) {
        return gate.inside(work);
    }
}
