package dev.turbochat.memory;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.turbochat.step.Input;
import dev.turbochat.step.Message;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Something that was brought to a session from outside and waits in its inbox until the session's owner takes it.
 *
 * @param id its sender's id of it: the same id twice is the same delivery, once
 * @param program the program to start if no run is under way; empty to start none
 * @param context what that program is given, as JSON; null for nothing
 * @param content what it is
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Delivery(String id, String program, @Nullable JsonNode context, Content content) {

    /** A delivery that starts nothing. */
    public static Delivery of(String id, Content content) {
        return new Delivery(id, "", null, content);
    }

    /** What is brought. */
    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
    @JsonSubTypes({
        @JsonSubTypes.Type(value = Start.class, name = "start"),
        @JsonSubTypes.Type(value = Answer.class, name = "answer"),
        @JsonSubTypes.Type(value = Post.class, name = "post")
    })
    public sealed interface Content {}

    /** Nothing: the program is to start, or to be looked after. */
    public record Start() implements Content {}

    /** The answer to the next question. */
    public record Answer(Input input, Urgency urgency) implements Content {
        /** An answer that waits for its question. */
        public Answer(Input input) {
            this(input, Urgency.WAITS);
        }
    }

    /** What an answer does while no question is asked. */
    public enum Urgency {
        /** It waits. */
        WAITS,
        /** It has the answer stopped that is being generated. */
        INTERRUPTS,
        /** It joins the conversation as a message if the program takes a step before it asks. */
        STEERS
    }

    /** A message that joins the conversation at the program's next step. */
    public record Post(Message message) implements Content {}
}
