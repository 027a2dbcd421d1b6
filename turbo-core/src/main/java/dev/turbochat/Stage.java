package dev.turbochat;

import dev.turbochat.model.Model;

/** What the steps of one run work with. */
record Stage(String session, Model model, Runner.Options options, Tape tape, FrontEnd frontEnd, Interrupts interrupts) {

    /** The place of the entry that will be written next. */
    Event.Place place() {
        return place(tape.next(), 1);
    }

    Event.Place place(long seq, int attempt) {
        return new Event.Place(session, seq, attempt, 0);
    }

    void show(Event event) {
        tape.flushDrawn();
        frontEnd.show(event);
    }
}
