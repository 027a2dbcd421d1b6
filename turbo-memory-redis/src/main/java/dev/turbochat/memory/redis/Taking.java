package dev.turbochat.memory.redis;

import dev.turbochat.error.MemoryException;
import dev.turbochat.memory.Delivery;
import dev.turbochat.memory.Entry;
import dev.turbochat.memory.EntryCodec;
import dev.turbochat.memory.Memory.Opening;
import dev.turbochat.memory.Memory.Token;
import dev.turbochat.memory.redis.Index.Mark;
import dev.turbochat.memory.redis.Leases.Owned;
import dev.turbochat.memory.redis.Redis.Answer;
import dev.turbochat.memory.redis.Redis.Call;
import dev.turbochat.memory.redis.Redis.Lane;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Takes sessions, and says how they are let go of. Thread-safe. */
final class Taking {
    private static final byte[] NONE = {};

    /** How many entries a journal has that it is read in a round trip of its own. */
    private static final byte[] LONG = Keys.bytes(100);

    private final Redis redis;
    private final Keys keys;
    private final Index index;
    private final Leases leases;
    private final Confirming confirming;
    private final RedisOptions options;

    Taking(Redis redis, Keys keys, Index index, Leases leases, Confirming confirming, RedisOptions options) {
        this.redis = redis;
        this.keys = keys;
        this.index = index;
        this.leases = leases;
        this.confirming = confirming;
        this.options = options;
    }

    /**
     * Takes a session, and meanwhile marks it for what is to be written first.
     *
     * @param wake the wake time of that; null if it is not known
     */
    Opening take(String session, String owner, @Nullable Instant wake) {
        String name = keys.name(session);
        UUID nonce = UUID.randomUUID();
        UUID incarnation = UUID.randomUUID();
        Entry header = Lines.header(session, incarnation, Instant.now());
        byte[] line = NONE;
        byte[] window = NONE;
        Supplier<Optional<Mark>> marking = wake == null ? Optional::empty : index.begin(name, wake, options.lease());
        while (true) {
            long began = System.nanoTime();
            Answer answer = redis.run(Call.of(
                    Script.OPEN,
                    Lane.READS,
                    keys.session(name),
                    Keys.bytes(nonce.toString()),
                    Keys.bytes(owner),
                    Keys.bytes(options.lease().toMillis()),
                    Keys.bytes(options.ttl().toMillis()),
                    Keys.bytes(session),
                    Keys.bytes(incarnation.toString()),
                    line,
                    Keys.bytes(header.stamp().time().toString()),
                    window,
                    LONG));
            switch (answer.text(0)) {
                case "NEW", "STALE" -> {
                    window = index.enlist(name);
                    line = EntryCodec.encode(header);
                }
                case "BUSY" -> {
                    return new Opening.Busy(answer.text(1), Duration.ofMillis(answer.number(2)));
                }
                case "BROKEN" -> throw Lines.broken(session, answer.text(1), answer.number(2));
                default -> {
                    Optional<Opening> granted = granted(session, name, nonce, began, answer, marking);
                    if (granted.isPresent()) {
                        return granted.get();
                    }
                }
            }
        }
    }

    /** What its new owner is given; nothing if the session was deleted just now. */
    private Optional<Opening> granted(
            String session, String name, UUID nonce, long began, Answer answer, Supplier<Optional<Mark>> marking) {
        Token token = new Token(answer.number(1), nonce);
        try {
            List<?> lines = answer.list(3);
            if (lines.size() < answer.number(6)) {
                lines = redis.run(Call.of(Script.RANGE, Lane.READS, List.of(keys.log(name))))
                        .value();
            }
            if (lines.size() != answer.number(6)) {
                return Optional.empty();
            }
            Lines.Journal journal = Lines.read(session, lines, answer.list(4));
            List<Entry> entries = journal.entries();
            UUID incarnation = UUID.fromString(answer.text(2));
            Owned mine = new Owned(
                    session,
                    name,
                    keys.session(name),
                    incarnation,
                    token,
                    entries.getLast().seq() + 1,
                    journal.bytes());
            if (lines.size() == 1 && !confirmed(mine)) {
                return Optional.empty();
            }
            mine.mark = marking.get();
            leases.add(mine, began);
            Appending.warnIfLarge(mine);
            return Optional.of(new Opening.Granted(incarnation, token, entries, inbox(session, answer.list(5))));
        } catch (MemoryException e) {
            redis.tryAll(List.of(leave(keys.session(name), token))); // nobody will use it now
            throw e;
        }
    }

    /**
     * Waits until a session that no append has confirmed yet is safe; not on the connection on which all are opened.
     *
     * @return false if it is somebody else's by now
     */
    private boolean confirmed(Owned mine) {
        if (options.durability() == RedisOptions.Durability.MEMORY) {
            return true;
        }
        Optional<Answer> written = leases.renew(mine);
        written.ifPresent(confirming::confirm);
        return written.isPresent();
    }

    private static @Nullable List<Delivery> inbox(String session, List<?> values) {
        try {
            return Inboxes.read(session, values);
        } catch (MemoryException e) {
            return null; // whoever wants to know is told when he asks
        }
    }

    /**
     * Lets go of a session.
     *
     * @param wake when somebody should look after it; empty for never
     * @param window up to when a server may write that; empty if it need not be marked
     * @param left the ids of the deliveries that are left on purpose
     */
    static Call release(List<byte[]> session, Token token, String wake, byte[] window, List<String> left) {
        List<byte[]> arguments = new ArrayList<>(
                List.of(Keys.bytes(token.epoch()), Keys.bytes(token.nonce().toString()), Keys.bytes(wake), window));
        left.forEach(id -> arguments.add(Keys.delivery(id)));
        return new Call(Script.RELEASE, Lane.WRITES, true, session, arguments);
    }

    /** Lets go of a session, and leaves all else as it is. */
    static Call leave(List<byte[]> session, Token token) {
        return release(session, token, "=", NONE, List.of());
    }
}
