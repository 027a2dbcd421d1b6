package dev.turbochat;

import dev.turbochat.memory.Delivery;
import dev.turbochat.step.Input;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A front end that is more: it knows how long a run may wait awake, and brings what is put in from outside. */
interface Desk extends FrontEnd {
    /** Called on the program's thread when the replay is over. */
    void live();

    /**
     * Takes the messages that are to join the conversation now. Called on the program's thread before each step.
     *
     * @param asks whether the step asks for an answer, or adds the one that was just given
     */
    List<Delivery> posts(boolean asks);

    /** Whether an answer that started the run is here, or about to come: then it is done with when the run ends. */
    boolean hasOpening();

    /**
     * Waits for a time. Called on the program's thread.
     *
     * @return whether it has come; if not, the run sleeps, and is woken then
     */
    boolean nap(Instant until) throws InterruptedException;

    /**
     * What waits in the inbox as far as is known, if this answer came past it: then nothing else may wait there when it is
     * stored. Null if it came out of the inbox.
     */
    @Nullable
    List<String> waiting(Input input);

    /** Takes note that the program has an answer that is stored nowhere, and need not be: a secret that was asked for again. */
    void taken(Input input);

    /** Takes an answer back that came past the inbox, but after what waits there. */
    void overtaken(Input input);
}
