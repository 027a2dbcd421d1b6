package dev.turbochat;

import dev.turbochat.memory.Delivery;
import java.time.Duration;
import java.util.List;

/** A front end that is more: it knows how long a run may wait awake, and brings what is put in from outside. */
interface Desk extends FrontEnd {
    /** Called on the program's thread when the replay is over. */
    void live();

    /**
     * Takes the messages that are to join the conversation now. Called on the program's thread before each step.
     *
     * @param asks whether the step asks for an answer
     */
    List<Delivery> posts(boolean asks);

    /** How long a run may wait for a time with its thread kept. */
    Duration patience();
}
