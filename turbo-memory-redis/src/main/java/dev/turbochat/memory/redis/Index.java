package dev.turbochat.memory.redis;

import dev.turbochat.memory.redis.Redis.Answer;
import dev.turbochat.memory.redis.Redis.Call;
import dev.turbochat.memory.redis.Redis.Lane;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which sessions there are, and when they should be looked after, without a search through all keys.
 *
 * <p>In a cluster, an index and a session lie on different servers, and no write changes both. So a session is marked in
 * the index before anything is written that somebody has to wake up for, and the session itself has the truth: who looks
 * into the index asks the session, and mends the index if it says too much. Never too little, either: a mark is left alone
 * for {@link #GRACE}, and what it was made for is refused after half of that, when it has to be marked again. That
 * leaves the clocks of two servers the difference of the two.
 */
final class Index {
    private static final Logger LOG = LoggerFactory.getLogger(RedisMemory.class);

    static final Duration GRACE = Duration.ofSeconds(30);

    private static final int PAGE = 200;
    private static final long FAR = 1L << 53; // up to here a score is exact

    private final Redis redis;
    private final Keys keys;
    private final Confirming confirming;
    private final Duration grace;

    Index(Redis redis, Keys keys, Confirming confirming, Duration grace) {
        this.redis = redis;
        this.keys = keys;
        this.confirming = confirming;
        this.grace = grace;
    }

    /**
     * Marks a session to be looked after at a time, or sooner.
     *
     * @param lease how long it is owned at least, and need not be looked after; zero if it is not the caller's
     * @return the time up to which a server may write what this is for, in its milliseconds
     */
    byte[] mark(String name, Instant time, Duration lease) {
        return window(marking(name, time, lease));
    }

    /**
     * A mark that was made before it was needed.
     *
     * @param time the wake time that it was made for
     * @param latest the time up to which a server may write that, in its milliseconds
     */
    record Mark(Instant time, long latest) {}

    /**
     * Begins to mark a session, as {@link #mark} does, while something else is done.
     *
     * @return waits for the mark; there is none if that failed: whoever needs one makes another then, and is told why
     */
    Supplier<Optional<Mark>> begin(String name, Instant time, Duration lease) {
        Supplier<Optional<Answer>> marked = redis.begin(marking(name, time, lease));
        return () -> marked.get().flatMap(answer -> made(time, answer));
    }

    private Optional<Mark> made(Instant time, Answer answer) {
        try {
            return Optional.of(new Mark(time, latest(answer)));
        } catch (RedisFailure e) {
            LOG.debug("A mark that was made beforehand does not count: {}", e.getMessage());
            return Optional.empty();
        }
    }

    /** Marks sessions that are free from now on; nothing is said of those that could not be. */
    void markAll(Map<String, Instant> times) {
        redis.tryAll(times.entrySet().stream()
                .map(time -> marking(time.getKey(), time.getValue(), Duration.ZERO))
                .toList());
    }

    private Call marking(String name, Instant time, Duration lease) {
        return Call.of(
                Script.MARK,
                Lane.WRITES,
                keys.wake(Keys.bucket(name)),
                Keys.bytes(name),
                Keys.bytes(floor(time)),
                Keys.bytes(lease.toMillis()));
    }

    /** Lists a session; returns as {@link #mark} does. */
    byte[] enlist(String name) {
        return window(Call.of(Script.ENLIST, Lane.WRITES, keys.sessions(Keys.bucket(name)), Keys.bytes(name)));
    }

    private byte[] window(Call call) {
        return Keys.bytes(latest(redis.run(call)));
    }

    private long latest(Answer answer) {
        confirming.confirm(answer);
        return answer.number(0) + grace.toMillis() / 2;
    }

    /** Takes sessions off the list that are not there; those noted lately stay for now. */
    void unlist(List<String> names) {
        redis.tryAll(names.stream()
                .map(name -> Call.of(
                        Script.UNLIST,
                        Lane.WRITES,
                        keys.sessions(Keys.bucket(name)),
                        Keys.bytes(name),
                        Keys.bytes(grace.toMillis())))
                .toList());
    }

    /** The names of all sessions, and of some that are gone. */
    List<String> names() {
        return redis
                .all(Keys.buckets().stream()
                        .map(bucket -> Call.of(Script.LIST, Lane.READS, keys.sessions(bucket)))
                        .toList())
                .stream()
                .flatMap(answer -> answer.value().stream())
                .map(Redis::text)
                .toList();
    }

    /** A session in the index, as the index has it. */
    private record Marked(int bucket, String name, String time, String mark) {}

    /** A session that is due. */
    private record Due(String session, Instant time) {}

    /** See {@link dev.turbochat.memory.Memory#due}. */
    List<String> due(Instant now, int limit) {
        if (limit <= 0) {
            return List.of();
        }
        List<Due> due = new ArrayList<>();
        List<Call> mends = new ArrayList<>();
        Map<Integer, Integer> found = new HashMap<>();
        List<Integer> buckets = Keys.buckets();
        for (int skip = 0; !buckets.isEmpty(); skip += PAGE) {
            List<Marked> page = peek(buckets, now, skip);
            List<Answer> answers = redis.all(page.stream()
                    .map(marked -> Call.of(Script.EXAMINE, Lane.READS, keys.session(marked.name())))
                    .toList());
            Map<Integer, Integer> sizes = new HashMap<>();
            for (int i = 0; i < page.size(); i++) {
                Marked marked = page.get(i);
                sizes.merge(marked.bucket(), 1, Integer::sum);
                if (examine(marked, answers.get(i), now, due, mends)) {
                    found.merge(marked.bucket(), 1, Integer::sum);
                }
            }
            buckets = buckets.stream()
                    .filter(bucket -> sizes.getOrDefault(bucket, 0) == PAGE && found.getOrDefault(bucket, 0) < limit)
                    .toList();
        }
        redis.tryAll(mends);
        return due.stream()
                .sorted(Comparator.comparing(Due::time))
                .limit(limit)
                .map(Due::session)
                .toList();
    }

    private List<Marked> peek(List<Integer> buckets, Instant now, int skip) {
        List<Answer> answers = redis.all(buckets.stream()
                .map(bucket -> Call.of(
                        Script.PEEK,
                        Lane.READS,
                        keys.wake(bucket),
                        Keys.bytes(floor(now)),
                        Keys.bytes(skip),
                        Keys.bytes(PAGE)))
                .toList());
        List<Marked> page = new ArrayList<>();
        for (int i = 0; i < buckets.size(); i++) {
            for (Object found : answers.get(i).value()) {
                List<?> parts = (List<?>) found;
                page.add(new Marked(
                        buckets.get(i), Redis.text(parts.get(0)), Redis.text(parts.get(1)), Redis.text(parts.get(2))));
            }
        }
        return page;
    }

    /** Asks the session itself, and has the index mended where it says something else. */
    private boolean examine(Marked marked, Answer answer, Instant now, List<Due> due, List<Call> mends) {
        String session = answer.text(0);
        long owned = answer.number(1);
        String wake = answer.text(2);
        if (!session.isEmpty() && answer.number(3) > 0) {
            return due.add(new Due(session, Instant.EPOCH));
        }
        if (session.isEmpty() || wake.isEmpty()) {
            mends.add(mend(marked, "", grace));
            return false;
        }
        Instant time = Instant.parse(wake);
        if (owned > 0) {
            mends.add(postpone(marked, owned));
            return false;
        }
        if (time.isAfter(now)) {
            mends.add(mend(marked, "" + floor(time), grace));
            return false;
        }
        return due.add(new Due(session, time));
    }

    /**
     * Has a session that is owned looked at again when its lease ends: its owner may have marked it for what it has not
     * written yet, and does not have to wait for. A delivery has: those are marked with time zero.
     */
    private Call postpone(Marked marked, long lease) {
        return mend(marked, "" + lease, marked.time().equals("0") ? grace : Duration.ZERO);
    }

    private Call mend(Marked marked, String time, Duration age) {
        return Call.of(
                Script.MEND,
                Lane.WRITES,
                keys.wake(marked.bucket()),
                Keys.bytes(marked.name()),
                Keys.bytes(marked.time()),
                Keys.bytes(marked.mark()),
                Keys.bytes(time),
                Keys.bytes(age.toMillis()));
    }

    /** A time in milliseconds, not later than it is. */
    private static long floor(Instant time) {
        if (time.isBefore(Instant.ofEpochMilli(-FAR))) {
            return -FAR;
        }
        return time.isAfter(Instant.ofEpochMilli(FAR)) ? FAR : time.toEpochMilli();
    }
}
