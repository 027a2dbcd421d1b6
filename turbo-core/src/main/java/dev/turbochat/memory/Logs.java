package dev.turbochat.memory;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the backends need to read off whole journals. */
final class Logs {
    private static final Entry.Position FIRST = new Entry.Position(0, 0, "", 0);

    private Logs() {}

    /** The entry that every journal begins with. */
    static Entry header(String session, UUID incarnation, Instant now) {
        return new Entry(
                FIRST,
                new Entry.Stamp(incarnation, 1, 0, now),
                Entry.NO_REF,
                1,
                new Body.Header(Entry.FORMAT, session));
    }

    /** A journal, which has its header at least, as a line of a list. */
    static Memory.Summary summary(List<Entry> entries) {
        String session = entries.getFirst().body() instanceof Body.Header header ? header.session() : "";
        String program = entries.reversed().stream()
                .flatMap(entry -> entry.body() instanceof Body.RunStarted started ? Stream.of(started) : Stream.empty())
                .map(Body.RunStarted::program)
                .findFirst()
                .orElse("");
        return new Memory.Summary(
                session,
                program,
                entries.getLast().seq() + 1,
                entries.getLast().stamp().time());
    }

    /** Adds the ids of what was delivered and stands in this entry. */
    static void addDelivery(Deliveries deliveries, Entry entry) {
        if (entry.body() instanceof Body.Carried carried) {
            carried.inputs().forEach(id -> deliveries.add(id, true));
        }
        String id = delivery(entry.body());
        if (id != null) {
            deliveries.add(id, true);
        }
    }

    /** The id of what was delivered and stands in an entry; null if nothing does, or several do. */
    static @Nullable String delivery(Body body) {
        return switch (body) {
            case Body.Answered answered -> answered.input().id();
            case Body.Refused refused -> refused.input().id();
            case Body.Approved approved -> approved.input().id();
            case Body.SecretGiven secret -> secret.id();
            case Body.Posted posted -> posted.id();
            case Body.RunEnded ended -> ended.opening();
            default -> null;
        };
    }

    /** The timer that a journal's run waits for; null if it waits for none. */
    static @Nullable Entry timer(List<Entry> entries) {
        Entry timer = null;
        for (Entry entry : Entry.inForce(entries)) {
            timer = timer(timer, entry);
        }
        return timer;
    }

    /** The timer that is waited for after this entry, given the one before. */
    static @Nullable Entry timer(@Nullable Entry before, Entry entry) {
        return switch (entry.body()) {
            case Body.TimerSet ignored -> entry;
            case Body.RunStarted ignored -> null;
            case Body.RunEnded ignored -> null;
            default -> before != null && entry.ref() == before.seq() ? null : before;
        };
    }
}
