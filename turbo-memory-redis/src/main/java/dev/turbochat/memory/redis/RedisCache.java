package dev.turbochat.memory.redis;

import dev.turbochat.memory.redis.Redis.Answer;
import dev.turbochat.memory.redis.Redis.Call;
import dev.turbochat.memory.redis.Redis.Lane;
import dev.turbochat.model.Completion;
import dev.turbochat.model.ResponseCache;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Answers of models in Redis, shared by all nodes: {@link RedisMemory#cache(Duration)}.
 *
 * <pre>{@code
 * Model model = CachedModel.of(inner, memory.cache(Duration.ofHours(1)));
 * }</pre>
 *
 * <p>Answers lie in 16 buckets, which a cluster spreads over its servers. What was not asked for the longest time goes when a
 * bucket has no more room. An answer that is too large is not kept. Each call is one script, by the server's clock; {@link
 * #clear} is one for each bucket, and searches for nothing.
 *
 * <p>While Redis fails nothing is found and nothing is kept, which is said in the log once; only {@link #clear} throws.
 * A server that is away is waited for {@link Options#patience} at most, by one call at a time.
 *
 * <p>Thread-safe. An interrupt cuts no call short. It ends with its memory.
 */
public final class RedisCache implements ResponseCache {
    private static final Logger LOG = LoggerFactory.getLogger(RedisCache.class);
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    /** How an answer is written; what another way of writing left is not found. */
    private static final String FORMAT = "1 ";

    private final Redis redis;
    private final Keys keys;
    private final Gate gate;
    private final Options options;
    private final Outage outage;

    RedisCache(Redis redis, Keys keys, Gate gate, Options options) {
        this.redis = redis.patience(options.patience());
        this.keys = keys;
        this.gate = gate;
        this.options = options;
        this.outage = new Outage(
                "The cache of models' answers fails, so that models are asked", redis.toString(), options.patience());
    }

    /**
     * How answers lie in Redis. Immutable.
     *
     * @param name those of one name are one cache; {@code cache} by default
     * @param ttl how long an answer is good for, more than zero
     * @param largest how large an answer may be, in bytes of JSON; 1 MiB by default
     * @param room for all answers, in bytes, a few hundred for the keeping of each included; 64 MiB by default
     * @param patience how long is waited for a server that is away, beside the memory's time for an answer; 500 ms by
     *     default
     */
    public record Options(String name, Duration ttl, long largest, long room, Duration patience) {
        /**
         * @throws IllegalArgumentException if a value is out of its range, or the room is less than 16 times the largest
         */
        public Options {
            RedisLimits.Options.checkName(name);
            if (!ttl.isPositive()
                    || largest < 1
                    || room / largest < Keys.buckets().size()) {
                throw new IllegalArgumentException("A cache was made for answers of up to " + largest + " bytes in "
                        + room + ", good for " + ttl + "; give it a time above zero, and room for "
                        + Keys.buckets().size() + " of the largest.");
            }
        }

        static Options standard(Duration ttl) {
            return new Options("cache", ttl, 1 << 20, 64 << 20, Duration.ofMillis(500));
        }

        /** Has nothing to do with those of another name. */
        public Options name(String newName) {
            return new Options(newName, ttl, largest, room, patience);
        }

        /** Keeps answers of up to so many bytes, in so many bytes for all. */
        public Options sizes(long largestAnswer, long all) {
            return new Options(name, ttl, largestAnswer, all, patience);
        }

        /** Waits so long for a server that is away. */
        public Options patience(Duration longest) {
            return new Options(name, ttl, largest, room, longest);
        }
    }

    @Override
    public boolean has(String key) {
        return ask(key, "").isPresent();
    }

    @Override
    public Optional<Completion> get(String key) {
        return ask(key, "+").flatMap(RedisCache::read);
    }

    private static Optional<Completion> read(byte[] json) {
        try {
            return Optional.of(MAPPER.readValue(json, Completion.class));
        } catch (JacksonException e) {
            LOG.warn("An answer in the cache cannot be read, and the model is asked: {}", e.getOriginalMessage());
            return Optional.empty();
        }
    }

    private Optional<byte[]> ask(String key, String whole) {
        String field = field(key);
        Call call = Call.of(Script.GET, Lane.MODELS, bucket(field), Keys.bytes(field), Keys.bytes(whole));
        return run(call).filter(answer -> !answer.value().isEmpty()).map(answer ->
                (byte[]) answer.value().getFirst());
    }

    @Override
    public void put(String key, Completion completion) {
        byte[] json = MAPPER.writeValueAsBytes(completion);
        if (json.length > options.largest()) {
            LOG.info("An answer of {} bytes is not kept in the cache: {} is the most.", json.length, options.largest());
            return;
        }
        String field = field(key);
        Optional<Answer> ignored = run(Call.of(
                Script.PUT,
                Lane.MODELS,
                bucket(field),
                Keys.bytes(field),
                json,
                Keys.bytes(RedisLimits.micros(options.ttl())),
                Keys.bytes(options.room() / Keys.buckets().size())));
    }

    /**
     * Forgets everything. What is put at the same time may be kept.
     *
     * @throws RedisFailure if that could not be done, or not everywhere
     */
    @Override
    public void clear() {
        List<Call> calls = Keys.buckets().stream()
                .map(bucket -> Call.of(Script.CLEAR, Lane.MODELS, keys.cache(options.name(), bucket)))
                .toList();
        Supplier<List<Answer>> clearing = () -> redis.all(calls);
        List<Answer> ignored = gate.inside(clearing);
    }

    private Optional<Answer> run(Call call) {
        if (outage.failure() != null) {
            return Optional.empty();
        }
        try {
            Supplier<Answer> asking = () -> redis.run(call);
            Answer answer = gate.inside(asking);
            outage.over();
            return Optional.of(answer);
        } catch (RedisFailure e) {
            outage.began(e);
            return Optional.empty();
        }
    }

    private String field(String key) {
        return keys.own(options.name(), FORMAT + key);
    }

    private List<byte[]> bucket(String field) {
        return keys.cache(options.name(), Keys.bucket(field));
    }
}
