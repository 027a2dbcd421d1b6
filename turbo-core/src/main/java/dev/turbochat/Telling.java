package dev.turbochat;

import dev.turbochat.memory.Signals;
import java.util.List;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Calls out to other nodes what one awake session shows. Used under the lock of its hub. */
final class Telling implements Hub.Tap {
    private final Origin origin;
    private final Signals signals;
    private final BooleanSupplier isFollowed;
    private @Nullable String question;
    private long number = System.nanoTime(); // beyond all that an earlier one of this origin has counted

    /**
     * Who tells.
     *
     * @param session the session's id
     * @param incarnation this creation of the session
     * @param epoch which taking of it
     */
    record Origin(String session, UUID incarnation, long epoch) {
        /** Whether it owned the session before the other did. */
        boolean isBefore(Origin other) {
            return incarnation.equals(other.incarnation) && epoch < other.epoch;
        }
    }

    /**
     * What is called.
     *
     * @param number counts, so that what was lost is missed; that of the last one where nothing new is told
     * @param whole whether the events are all that stands in no journal, instead of the next ones
     * @param stored how many entries of the journal are stored
     * @param idle whether nothing will come before somebody delivers something
     * @param answer the question that this answers; null if none was asked
     */
    record Told(
            Origin origin,
            long number,
            boolean whole,
            List<Event> events,
            long stored,
            boolean idle,
            @Nullable String answer) {
        /**
         * What was called.
         *
         * @throws tools.jackson.core.JacksonException if it is something else
         */
        static Told of(String text) {
            Told told = Json.read(text, Told.class);
            List<Event> events = told.events.stream()
                    .map(event -> event instanceof Event.Done(Event.Place place, Object result)
                            ? new Event.Done(place, result == null ? null : Json.of(result))
                            : event)
                    .toList();
            return new Told(told.origin, told.number, told.whole, events, told.stored, told.idle, told.answer);
        }
    }

    Telling(Origin origin, Signals signals, BooleanSupplier isFollowed) {
        this.origin = origin;
        this.signals = signals;
        this.isFollowed = isFollowed;
    }

    boolean isOf(Origin other) {
        return origin.equals(other);
    }

    /** Has the next whole answer a question. */
    Telling answering(@Nullable String newQuestion) {
        question = newQuestion;
        return this;
    }

    @Override
    public boolean told(@Nullable Event event, long stored, boolean idle) {
        if (!isFollowed.getAsBoolean()) {
            return false;
        }
        number++;
        call(false, event == null ? List.of() : List.of(event), stored, idle, null);
        return true;
    }

    @Override
    public void whole(List<Event> events, long stored, boolean idle) {
        call(true, events, stored, idle, question);
        question = null;
    }

    private void call(boolean whole, List<Event> events, long stored, boolean idle, @Nullable String answer) {
        Told told = new Told(origin, number, whole, events, stored, idle, answer);
        signals.call(Relay.topic(origin.session()), Json.write(told));
    }
}
