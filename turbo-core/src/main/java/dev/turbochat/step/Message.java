package dev.turbochat.step;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the model sees: instructions, what the user says, what the model said, what its tools returned.
 *
 * <p>Emitting a message adds it to the session and returns it as recorded. An {@link Assistant} message is also shown to
 * the user. {@code System} is written {@code Message.System}, so that {@code System.out} keeps its meaning everywhere.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "role")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Message.System.class, name = "system"),
    @JsonSubTypes.Type(value = Message.User.class, name = "user"),
    @JsonSubTypes.Type(value = Message.Assistant.class, name = "assistant"),
    @JsonSubTypes.Type(value = Message.ToolResult.class, name = "tool")
})
public sealed interface Message extends Step<Message> {

    /** The message's pieces, in order; empty only where an answer consists of tool calls. */
    List<Part> parts();

    /** The message's text without its images and thoughts. */
    default String text() {
        return Part.text(parts());
    }

    /** The word for who speaks that models, journals and events use. */
    default String role() {
        return switch (this) {
            case System ignored -> "system";
            case User ignored -> "user";
            case Assistant ignored -> "assistant";
            case ToolResult ignored -> "tool";
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

        /** That of a record, which would be put together of method handles at every start of a program: 10 ms. */
        @Override
        public int hashCode() {
            return parts.hashCode();
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

    /**
     * What the model, or the program in its place, says.
     *
     * @param calls the tools that it wants called, in order; a message with calls may have no parts
     */
    record Assistant(
            List<Part> parts,
            Finish finish,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) List<ToolCall> calls) implements Message {
        public Assistant {
            parts = List.copyOf(parts);
            calls = calls == null ? List.of() : List.copyOf(calls); // journals of before there were any
        }

        public Assistant(List<Part> parts, Finish finish) {
            this(parts, finish, List.of());
        }

        public Assistant(String text) {
            this(text, Finish.COMPLETE);
        }

        public Assistant(String text, Finish finish) {
            this(List.of(Part.of(text)), finish);
        }

        @Override
        public String toString() {
            return "Assistant[" + text() + (finish == Finish.COMPLETE ? "" : ", " + finish)
                    + (calls.isEmpty() ? "]" : ", " + calls + "]");
        }
    }

    /**
     * What came of a tool call.
     *
     * @param callId the call's id
     * @param name the tool's name
     * @param parts what it returned
     * @param failed whether it failed: the parts say how, to the model
     */
    record ToolResult(
            String callId,
            String name,
            List<Part> parts,
            @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean failed) implements Message {
        public ToolResult {
            parts = List.copyOf(parts);
        }

        /** The result of a call, as a text. */
        public ToolResult(ToolCall call, String text) {
            this(call.id(), call.name(), List.of(Part.of(text)), false);
        }

        @Override
        public String toString() {
            return "ToolResult[" + callId + ", " + name + ", " + text() + (failed ? ", failed]" : "]");
        }
    }

    /** Why an answer ended. */
    enum Finish {
        /** The model had said what it wanted to say. */
        COMPLETE,
        /** The limit of tokens was reached; the text is cut there. */
        LENGTH,
        /** It was stopped from outside; the text is what had come until then. */
        STOPPED,
        /** It wants tools called, and their results, before it goes on. */
        TOOL_CALLS
    }
}
