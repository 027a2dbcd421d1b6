package dev.turbochat.memory;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/** What the backends need to read off whole journals. */
final class Logs {
    private Logs() {}

    /** The entry that every journal begins with. */
    static Entry header(String session, UUID incarnation, Instant now) {
        return new Entry(
                new Entry.Position(0, 0, "", 0),
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
                session, program, entries.size(), entries.getLast().stamp().time());
    }

    /** The sessions among these journals whose timer has come. */
    static List<String> due(Stream<List<Entry>> journals, Instant now, int limit) {
        record Due(String session, Instant at) {}
        return journals.filter(entries -> !entries.isEmpty())
                .flatMap(entries -> timer(entries).stream()
                        .map(at -> new Due(summary(entries).session(), at)))
                .filter(due -> !due.at().isAfter(now))
                .sorted(Comparator.comparing(Due::at))
                .limit(limit)
                .map(Due::session)
                .toList();
    }

    /** The time that a journal's run sleeps for: a timer is its last word, or was answered since. */
    private static Optional<Instant> timer(List<Entry> entries) {
        return entries.getLast().body() instanceof Body.TimerSet(Instant due) ? Optional.of(due) : Optional.empty();
    }
}
