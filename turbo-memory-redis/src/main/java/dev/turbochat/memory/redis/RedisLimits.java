package dev.turbochat.memory.redis;

import dev.turbochat.memory.redis.HeldPlaces.Place;
import dev.turbochat.memory.redis.Redis.Call;
import dev.turbochat.memory.redis.Redis.Lane;
import dev.turbochat.model.LimitStore;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Limits, rests and failures of models in Redis, shared by all nodes: {@link RedisMemory#limits()}.
 *
 * <pre>{@code
 * LimitStore store = memory.limits();
 * Model model = LimitedModel.of(inner, l -> l.perMinute(60).atOnce(8).store(store));
 * }</pre>
 *
 * <p>Each call is one script, by the server's clock. What is held, calls at once, has the lease of the memory's options: it is
 * renewed while its node lives, and free when that has died and the lease has passed. No limit's key stands in a name of
 * Redis' in clear. In a cluster all of one {@link Options#name} lies in one slot, as one step may ask for any of it
 * together.
 *
 * <p>A server that is away is waited for, {@link Options#patience} at most and by one call at a time; then a call is
 * refused with a {@link RedisFailure}, or let through, as the options say. An answer that was lost takes nothing twice. A
 * failover may lose places that were taken just before, and a server whose clock is set frees them sooner or later.
 *
 * <p>Thread-safe. An interrupt cuts no call short. It ends with its memory.
 */
public final class RedisLimits implements LimitStore {
    private static final Duration LONGEST = Duration.ofDays(36_500); // up to here a score is exact

    private final Redis redis;
    private final Keys keys;
    private final Gate gate;
    private final Duration lease;
    private final Options options;
    private final Outage outage;
    private final HeldPlaces held;

    RedisLimits(Redis redis, Keys keys, Gate gate, Duration lease, Options options) {
        this.redis = redis.patience(options.patience());
        this.keys = keys;
        this.gate = gate;
        this.lease = lease;
        this.options = options;
        this.outage = new Outage(
                options.lettingThrough()
                        ? "The limits of models are not known, so that all calls are let through"
                        : "The limits of models are not known, so that calls are refused",
                redis.toString(),
                options.patience());
        this.held = new HeldPlaces(this.redis, gate, lease);
    }

    /**
     * How limits lie in Redis, and what holds without it. Immutable.
     *
     * @param name those of one name know of one another, and in a cluster are on one server; {@code limits} by default
     * @param patience how long is waited for a server that is away, beside the memory's time for an answer; 2 s by default
     * @param lettingThrough whether calls are let through without Redis, and no longer limited; if not, they are refused,
     *     which is the default
     */
    public record Options(String name, Duration patience, boolean lettingThrough) {
        private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,64}");

        /**
         * @throws IllegalArgumentException if the name is not 1 to 64 letters, digits and {@code _ -}
         */
        public Options {
            checkName(name);
        }

        static void checkName(String name) {
            if (!NAME.matcher(name).matches()) {
                throw new IllegalArgumentException("Limits or a cache in Redis were named '" + name
                        + "'; take 1 to 64 letters, digits and _ - for it.");
            }
        }

        static Options standard() {
            return new Options("limits", Duration.ofSeconds(2), false);
        }

        /** Has nothing to do with those of another name. */
        public Options name(String newName) {
            return new Options(newName, patience, lettingThrough);
        }

        /** Waits so long for a server that is away. */
        public Options patience(Duration longest) {
            return new Options(name, longest, lettingThrough);
        }

        /** Lets calls through while Redis is away. */
        public Options lettingThrough(boolean lets) {
            return new Options(name, patience, lets);
        }
    }

    @Override
    public Answer take(List<Limit> limits) {
        String ticket = UUID.randomUUID().toString();
        if (limits.isEmpty()) {
            return new Answer.Taken(ticket);
        }
        List<String> names = names(limits);
        List<byte[]> arguments = new ArrayList<>(List.of(Keys.bytes(ticket)));
        for (Limit limit : limits) {
            arguments.add(Keys.bytes(limit.most()));
            arguments.add(Keys.bytes(micros(length(limit))));
        }
        long began = System.nanoTime();
        Redis.Answer answer;
        try {
            answer = run(new Call(Script.TAKE, Lane.MODELS, true, bytes(names), arguments));
        } catch (RedisFailure e) {
            if (options.lettingThrough()) {
                return new Answer.Taken(ticket);
            }
            throw e;
        }
        if (answer.is("REFUSED")) {
            return new Answer.Refused(limits.get((int) answer.number(1) - 1), duration(answer.number(2)));
        }
        hold(ticket, limits, names, began);
        return new Answer.Taken(ticket);
    }

    /** How long a place is taken for now. */
    private Duration length(Limit limit) {
        return limit.held() && lease.compareTo(limit.per()) < 0 ? lease : limit.per();
    }

    private void hold(String ticket, List<Limit> limits, List<String> names, long began) {
        List<Place> places = new ArrayList<>();
        for (int i = 0; i < limits.size(); i++) {
            Limit limit = limits.get(i);
            if (limit.held() && lease.compareTo(limit.per()) < 0) {
                places.add(new Place(ticket, names.get(i), began + micros(limit.per()) * 1_000));
            }
        }
        held.add(places);
    }

    /** Throws nothing while Redis is away: then the places are free in time. */
    @Override
    public void giveBack(String ticket, Collection<Limit> limits) {
        if (limits.isEmpty()) {
            return;
        }
        List<String> names = names(limits);
        held.remove(ticket, names);
        try {
            run(Call.of(Script.GIVE, Lane.MODELS, bytes(names), Keys.bytes(ticket)));
        } catch (RedisFailure.RedisUnreachable e) {
            return; // which is in the log already, once
        }
    }

    @Override
    public void rest(String key, Duration time) {
        if (time.isPositive()) {
            run(Call.of(Script.REST, Lane.MODELS, List.of(rest(key)), Keys.bytes(micros(time))));
        }
    }

    @Override
    public void wake(String key) {
        run(Call.of(Script.REST, Lane.MODELS, List.of(rest(key)), Keys.bytes(0)));
    }

    @Override
    public Map<String, Duration> resting(Collection<String> asked) {
        return standing(asked).entrySet().stream()
                .filter(each -> each.getValue().rest().isPositive())
                .collect(Collectors.toMap(
                        Map.Entry::getKey, each -> each.getValue().rest()));
    }

    @Override
    public Map<String, Standing> standing(Collection<String> asked) {
        if (asked.isEmpty()) {
            return Map.of();
        }
        List<String> all = List.copyOf(asked);
        List<byte[]> where = Stream.concat(
                        all.stream().map(this::rest), all.stream().map(this::note))
                .toList();
        Redis.Answer answer = run(Call.of(Script.STANDING, Lane.MODELS, where));
        Map<String, Standing> standing = new HashMap<>();
        for (int i = 0; i < all.size(); i++) {
            standing.put(all.get(i), new Standing(duration(answer.number(2 * i)), answer.text(2 * i + 1)));
        }
        return standing;
    }

    @Override
    public String note(String key, String before, String now, Duration kept) {
        return run(Call.of(
                        Script.NOTE,
                        Lane.MODELS,
                        List.of(note(key)),
                        Keys.bytes(before),
                        Keys.bytes(now),
                        Keys.bytes(micros(kept))))
                .text(0);
    }

    private Redis.Answer run(Call call) {
        RedisFailure away = outage.failure();
        if (away != null) {
            throw away;
        }
        try {
            Supplier<Redis.Answer> asking = () -> redis.run(call);
            Redis.Answer answer = gate.inside(asking);
            outage.over();
            return answer;
        } catch (RedisFailure e) {
            outage.began(e);
            throw e;
        }
    }

    private List<String> names(Collection<Limit> limits) {
        return limits.stream()
                .map(limit -> keys.limit(options.name(), limit.key()))
                .toList();
    }

    private byte[] rest(String key) {
        return Keys.bytes(keys.rest(options.name(), key));
    }

    private byte[] note(String key) {
        return Keys.bytes(keys.note(options.name(), key));
    }

    private static List<byte[]> bytes(List<String> names) {
        return names.stream().map(Keys::bytes).toList();
    }

    /** Whole microseconds, one at least. */
    static long micros(Duration time) {
        Duration bounded = time.compareTo(LONGEST) < 0 ? time : LONGEST;
        return Math.max(1, bounded.toNanos() / 1_000);
    }

    private static Duration duration(long micros) {
        return Duration.of(micros, ChronoUnit.MICROS);
    }
}
