package dev.turbochat;

import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/** The id of an event, {@code seq.attempt.offset}, as what it orders by. */
record EventId(long seq, int attempt, int offset) implements Comparable<EventId> {
    private static final Comparator<EventId> ORDER = Comparator.comparingLong(EventId::seq)
            .thenComparingInt(EventId::attempt)
            .thenComparingInt(EventId::offset);

    /** Before every event. */
    static final EventId START = new EventId(-1, 0, 0);

    static EventId of(Event event) {
        return parse(event.id());
    }

    /**
     * @throws IllegalArgumentException if it is no event's id
     */
    static EventId parse(String id) {
        String[] parts = id.split("\\.", -1);
        try {
            if (parts.length == 3) {
                return new EventId(Long.parseLong(parts[0]), Integer.parseInt(parts[1]), Integer.parseInt(parts[2]));
            }
        } catch (NumberFormatException e) {
            throw bad(id, e);
        }
        throw bad(id, null);
    }

    private static IllegalArgumentException bad(String id, @Nullable Exception cause) {
        return new IllegalArgumentException(
                "'" + id + "' is not the id of an event; pass one as it came, such as 12.1.0, or none.", cause);
    }

    @Override
    public int compareTo(EventId other) {
        return ORDER.compare(this, other);
    }
}
