package dev.turbochat;

import dev.turbochat.memory.Body;
import dev.turbochat.model.Model;
import org.jspecify.annotations.Nullable;

/** What the steps of one run work with. */
record Stage(String session, Model model, Runner.Options options, Tape tape, FrontEnd frontEnd, Interrupts interrupts) {
    /** The desk of a run that a host drives; null of any other. */
    @Nullable
    Desk desk() {
        return frontEnd instanceof Desk desk ? desk : null;
    }

    /** The place of the entry that will be written next. */
    Event.Place place() {
        return place(tape.next(), 1);
    }

    Event.Place place(long seq, int attempt) {
        return new Event.Place(session, seq, attempt, 0);
    }

    /** Shows a text that the model never sees, unless the tape says that it was shown. */
    void notice(String branch, String text) {
        Event.Place place = place();
        if (tape.take(branch, new Body.Noticed(text)) == null) {
            tape.add(branch, new Body.Noticed(text));
            show(new Event.Notice(place, text));
        }
    }

    /** Shows something, unless somebody else drives the session by now. */
    void show(Event event) {
        tape.flushDrawn();
        tape.checkOwned();
        frontEnd.show(event);
    }
}
