package dev.turbochat.memory.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.turbochat.error.SessionException;
import dev.turbochat.memory.Delivery;
import dev.turbochat.memory.EntryCodec;
import dev.turbochat.memory.Limits;
import dev.turbochat.memory.Memory;
import dev.turbochat.memory.Signals;
import dev.turbochat.memory.redis.Redis.Answer;
import dev.turbochat.memory.redis.Redis.Call;
import dev.turbochat.memory.redis.Redis.Lane;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What waits for sessions. Thread-safe. */
final class Inboxes {
    private static final Logger LOG = LoggerFactory.getLogger(RedisMemory.class);
    private static final int PLACE_AND_TICKET = 32;

    private final Redis redis;
    private final Keys keys;
    private final Index index;
    private final Confirming confirming;
    private final Calls calls;
    private final Duration ttl;

    Inboxes(Redis redis, Keys keys, Index index, Confirming confirming, Calls calls, Duration ttl) {
        this.redis = redis;
        this.keys = keys;
        this.index = index;
        this.confirming = confirming;
        this.calls = calls;
        this.ttl = ttl;
    }

    /** See {@link Memory#deliver}. */
    boolean deliver(String session, Delivery delivery) {
        String name = keys.name(session);
        byte[] ticket = Keys.bytes(
                HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong()));
        byte[] line = EntryCodec.encode(new EntryCodec.Letter(session, delivery));
        Limits.STANDARD.checkBody(session, "a delivery", line.length);
        while (true) {
            byte[] window = index.mark(name, Instant.EPOCH, Duration.ZERO);
            Answer answer = redis.run(Call.of(
                    Script.DELIVER,
                    Lane.WRITES,
                    keys.session(name),
                    Keys.delivery(delivery.id()),
                    ticket,
                    line,
                    Keys.bytes(Memory.INBOX),
                    Keys.bytes(session),
                    window,
                    Keys.bytes(ttl.toMillis())));
            switch (answer.text(0)) {
                case "FULL" -> throw new SessionException.InboxFull(session, (int) answer.number(1));
                case "STALE" -> LOG.debug("Session '{}' is marked once more for a delivery.", session);
                default -> {
                    confirming.confirm(answer);
                    calls.call(
                            Signals.DELIVERED,
                            new Signals.Delivered(session, delivery.id()).text(),
                            answer.connection());
                    return answer.is("OK");
                }
            }
        }
    }

    /** See {@link Memory#inbox}. */
    List<Delivery> read(String session) {
        return read(
                session,
                redis.run(Call.of(Script.INBOX, Lane.READS, keys.session(keys.name(session))))
                        .value());
    }

    /** What waits, the oldest first, of the values of an inbox. */
    static List<Delivery> read(String session, List<?> values) {
        return values.stream()
                .map(value -> (byte[]) value)
                .sorted(Comparator.comparing(value -> new String(value, 0, PLACE_AND_TICKET / 2, US_ASCII)))
                .map(value -> Arrays.copyOfRange(value, PLACE_AND_TICKET, value.length))
                .map(line -> EntryCodec.decodeLetter(session, line).delivery())
                .toList();
    }
}
