package dev.turbochat;

import dev.turbochat.error.ProgramException;
import dev.turbochat.memory.Body;
import dev.turbochat.memory.Delivery;
import dev.turbochat.step.Input;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.NullNode;

/**
 * What a run is started with; immutable. A run that goes on keeps what it was started with.
 *
 * @param program the program's name; empty for none
 * @param version the program's version; 0 for none
 * @param context what the program reads with {@link Chat#context}; null for nothing
 * @param insists whether a run that goes on must have been started with this very context
 * @param withMessagesOnly whether a run that has not ended is given up, and a new one goes on with its messages
 * @param opening the id of the delivery that starts it; null where none does
 * @param byAnswer whether that is an answer
 * @param retelling whether the front end is shown again what was said since the last answer, if the run goes on
 * @param listener is told of every event besides the front end, on the run's thread
 */
public record Start(
        String program,
        int version,
        @Nullable Object context,
        boolean insists,
        boolean withMessagesOnly,
        @Nullable String opening,
        boolean byAnswer,
        boolean retelling,
        @Nullable Consumer<Event> listener) {
    private static final Start NOTHING = new Start("", 0, null, false, false, null, false, false, null);

    /** No name, no context. */
    public static Start nothing() {
        return NOTHING;
    }

    /** Names the program, for the journal. */
    public Start program(String name, int number) {
        return new Start(name, number, context, insists, withMessagesOnly, opening, byAnswer, retelling, listener);
    }

    /** Gives the program this context, as JSON. A run that goes on must have been started with the same. */
    public Start context(Object newContext) {
        return new Start(program, version, newContext, true, withMessagesOnly, opening, byAnswer, retelling, listener);
    }

    /** Gives the program this context, as JSON, if the run is a new one. */
    public Start contextIfNew(Object newContext) {
        return new Start(program, version, newContext, false, withMessagesOnly, opening, byAnswer, retelling, listener);
    }

    /** Tells this listener of every event, too. */
    public Start listener(Consumer<Event> newListener) {
        return new Start(
                program, version, context, insists, withMessagesOnly, opening, byAnswer, retelling, newListener);
    }

    /**
     * Starts a new run in any case: one that has not ended is given up, and its messages are kept. The way on for a
     * conversation whose program has changed too much to be replayed.
     */
    public Start messagesOnly() {
        return new Start(program, version, context, insists, true, opening, byAnswer, retelling, listener);
    }

    /**
     * Shows the front end again what was said since the last answer, if the run goes on: a crash may have come before it
     * was shown. The events have the ids that they had.
     */
    public Start retold() {
        return new Start(program, version, context, insists, withMessagesOnly, opening, byAnswer, true, listener);
    }

    /** Says which delivery starts the run. */
    Start opening(Delivery delivery) {
        boolean answers = delivery.content() instanceof Delivery.Answer;
        return new Start(
                program, version, context, insists, withMessagesOnly, delivery.id(), answers, retelling, listener);
    }

    /** Refuses to carry on a run of another program, or one that was started with another context. */
    void check(String session, long seq, Body.RunStarted recorded, @Nullable JsonNode given) {
        boolean named = !program.isEmpty() && !recorded.program().isEmpty();
        if (named && !program.equals(recorded.program())) {
            throw Comparison.anotherProgram(session, seq, recorded, this);
        }
        if (given != null && insists) {
            JsonNode had = recorded.context() == null ? NullNode.getInstance() : recorded.context();
            String difference = Json.difference(had, given);
            if (!difference.isEmpty()) {
                throw new ProgramException.ContextDiffers(session, difference);
            }
        }
    }

    FrontEnd telling(FrontEnd frontEnd) {
        return listener == null ? frontEnd : new Listened(frontEnd, listener);
    }

    /** A front end with a listener beside it. */
    private record Listened(FrontEnd frontEnd, Consumer<Event> listener) implements FrontEnd {
        @Override
        public Optional<Input> answer(Question question) throws InterruptedException {
            return frontEnd.answer(question);
        }

        @Override
        public void show(Event event) {
            frontEnd.show(event);
            listener.accept(event);
        }
    }
}
