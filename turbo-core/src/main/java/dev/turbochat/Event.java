package dev.turbochat;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.turbochat.step.Input;
import dev.turbochat.step.Message;
import dev.turbochat.step.ToolCall;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What happens in a run, as its front end is told of it.
 *
 * <p>Output is delivered at least once; equal {@link #id}s are the same piece of it.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "event")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Event.Token.class, name = "token"),
    @JsonSubTypes.Type(value = Event.Said.class, name = "said"),
    @JsonSubTypes.Type(value = Event.Heard.class, name = "heard"),
    @JsonSubTypes.Type(value = Event.Ask.class, name = "ask"),
    @JsonSubTypes.Type(value = Event.Effect.class, name = "effect"),
    @JsonSubTypes.Type(value = Event.Tool.class, name = "tool"),
    @JsonSubTypes.Type(value = Event.Restart.class, name = "restart"),
    @JsonSubTypes.Type(value = Event.Retry.class, name = "retry"),
    @JsonSubTypes.Type(value = Event.Usage.class, name = "usage"),
    @JsonSubTypes.Type(value = Event.Notice.class, name = "notice"),
    @JsonSubTypes.Type(value = Event.Done.class, name = "done"),
    @JsonSubTypes.Type(value = Event.Failed.class, name = "failed")
})
@JsonInclude(JsonInclude.Include.NON_NULL)
public sealed interface Event {
    /** Where in the session it happened. */
    Place place();

    /** {@code seq.attempt.offset}: orders the events of a session and names each. */
    default String id() {
        Place place = place();
        return place.seq() + "." + place.attempt() + "."
                + (this instanceof Token token ? token.offset() : place.offset());
    }

    /**
     * A place in a session.
     *
     * @param session the session's id
     * @param seq the number of the journal's entry that it belongs to; of an answer, the entry that asked for it
     * @param attempt which attempt at it, from 1; 0 of what stands in no journal
     * @param offset the order of what happens there, from 0; what follows a generated answer begins at {@link #BEHIND}
     */
    record Place(String session, long seq, int attempt, int offset) {
        /** An offset that is behind every token of an answer. */
        public static final int BEHIND = 1 << 30;

        Place at(int newOffset) {
            return new Place(session, seq, attempt, newOffset);
        }
    }

    /**
     * The next piece of an answer that is being generated.
     *
     * @param offset the length of the answer with it, in UTF-16 units
     */
    record Token(Place place, int offset, String text) implements Event {}

    /**
     * A message that the user is shown.
     *
     * @param streamed whether its text has come as tokens of the same place already
     */
    record Said(Place place, Message message, boolean streamed) implements Event {}

    /**
     * The program was given an answer, which is stored: whether or not it fits.
     *
     * @param input the answer; of a secret, only that there was one
     */
    record Heard(Place place, Input input) implements Event {}

    /** The program waits for an answer. */
    record Ask(Place place, Question question) implements Event {}

    /**
     * A model has a tool called.
     *
     * @param call as the model wrote it
     * @param state how far it is
     * @param text what the tool tells of its progress, or its result; empty when it is about to be called
     */
    record Tool(Place place, ToolCall call, State state, String text) implements Event {
        /** How far a call is. */
        public enum State {
            /** It is about to be made. */
            CALLING,
            /** It is under way. Stands in no journal. */
            PROGRESS,
            /** It returned. */
            DONE,
            /** It failed, was refused, or nobody knows what came of it. */
            FAILED
        }
    }

    /** An effect is about to be carried out. */
    record Effect(Place place, String name) implements Event {}

    /**
     * The answer that was being generated at this place is void, and begins again. Of attempt 0: all that was shown from
     * this entry on is void, since the store has lost it; what comes now takes its place.
     */
    record Restart(Place place) implements Event {}

    /**
     * The model, or another in its place, is asked again, as nothing of an answer has come. Stands in no journal.
     *
     * @param attempt which attempt comes now, from 2
     * @param delay how long it waits before that; zero if it does not
     * @param why what went wrong
     */
    record Retry(Place place, int attempt, Duration delay, String why) implements Event {}

    /** The tokens of a model call. */
    record Usage(Place place, dev.turbochat.step.Usage usage, String model) implements Event {}

    /** Something to show that is no part of the conversation. */
    record Notice(Place place, String text) implements Event {}

    /**
     * The run has ended by returning.
     *
     * @param result what the program returned
     */
    record Done(Place place, @Nullable Object result) implements Event {}

    /**
     * The run has ended by throwing.
     *
     * @param code the code of a turbo exception, or {@code program-failed}
     * @param message its message
     */
    record Failed(Place place, String code, String message) implements Event {}
}
