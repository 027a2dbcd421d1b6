package dev.turbochat.step;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the model sees: instructions, what the user says, what the model said.
 *
 * <p>Emitting a message adds it to the session and returns it as recorded. An {@link Assistant} message is also shown to
 * the user. {@code System} is written {@code Message.System}, so that {@code System.out} keeps its meaning everywhere.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "role")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Message.System.class, name = "system"),
    @JsonSubTypes.Type(value = Message.User.class, name = "user"),
    @JsonSubTypes.Type(value = Message.Assistant.class, name = "assistant")
})
public sealed interface Message extends Step<Message> {

    /** The message's pieces, in order; never empty. */
    List<Part> parts();

    /** The message's text without its images. */
    default String text() {
        return Part.text(parts());
    }

    /** The word for who speaks that models, journals and events use. */
    default String role() {
        return switch (this) {
            case System ignored -> "system";
            case User ignored -> "user";
            case Assistant ignored -> "assistant";
        };
    }

    /** An instruction to the model. */
    @SuppressWarnings("AvoidCommonTypeNames") // always written Message.System, so the clash never bites
    record System(List<Part> parts) implements Message {
        public System {
            parts = List.copyOf(parts);
        }

        public System(String text) {
            this(List.of(Part.of(text)));
        }

        @Override
        public String toString() {
            return "System[" + text() + "]";
        }
    }

    /**
     * What the user says.
     *
     * @param author who, where several people talk; null where there is but one
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record User(List<Part> parts, @Nullable String author) implements Message {
        public User {
            parts = List.copyOf(parts);
        }

        public User(String text) {
            this(List.of(Part.of(text)), null);
        }

        @Override
        public String toString() {
            return "User[" + text() + "]";
        }
    }

    /** What the model, or the program in its place, says. */
    record Assistant(List<Part> parts, Finish finish) implements Message {
        public Assistant {
            parts = List.copyOf(parts);
        }

        public Assistant(String text) {
            this(text, Finish.COMPLETE);
        }

        public Assistant(String text, Finish finish) {
            this(List.of(Part.of(text)), finish);
        }

        @Override
        public String toString() {
            return "Assistant[" + text() + (finish == Finish.COMPLETE ? "]" : ", " + finish + "]");
        }
    }

    /** Why an answer ended. */
    enum Finish {
        /** The model had said what it wanted to say. */
        COMPLETE,
        /** The limit of tokens was reached; the text is cut there. */
        LENGTH,
        /** It was stopped from outside; the text is what had come until then. */
        STOPPED
    }
}
