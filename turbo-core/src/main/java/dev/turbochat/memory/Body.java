package dev.turbochat.memory;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.turbochat.step.Example;
import dev.turbochat.step.Input;
import dev.turbochat.step.Message;
import dev.turbochat.step.Pin;
import dev.turbochat.step.ToolCall;
import dev.turbochat.step.Usage;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What a journal's entry says happened; one record a kind.
 *
 * <p>Steps that act on the world outside have two: the intent, stored before, and the result, stored after and referring
 * to it. All others have a result only.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Body.Header.class, name = "header"),
    @JsonSubTypes.Type(value = Body.RunStarted.class, name = "run-started"),
    @JsonSubTypes.Type(value = Body.RunEnded.class, name = "run-ended"),
    @JsonSubTypes.Type(value = Body.Said.class, name = "message"),
    @JsonSubTypes.Type(value = Body.ExampleGiven.class, name = "example"),
    @JsonSubTypes.Type(value = Body.Pinned.class, name = "pin"),
    @JsonSubTypes.Type(value = Body.Noticed.class, name = "notice"),
    @JsonSubTypes.Type(value = Body.Cleared.class, name = "clear"),
    @JsonSubTypes.Type(value = Body.Answered.class, name = "input"),
    @JsonSubTypes.Type(value = Body.Refused.class, name = "refused-input"),
    @JsonSubTypes.Type(value = Body.SecretGiven.class, name = "secret"),
    @JsonSubTypes.Type(value = Body.Generating.class, name = "generating"),
    @JsonSubTypes.Type(value = Body.Generated.class, name = "generated"),
    @JsonSubTypes.Type(value = Body.Approved.class, name = "tool-approval"),
    @JsonSubTypes.Type(value = Body.Calling.class, name = "tool-call"),
    @JsonSubTypes.Type(value = Body.Called.class, name = "tool-result"),
    @JsonSubTypes.Type(value = Body.GenerateFailed.class, name = "generate-failed"),
    @JsonSubTypes.Type(value = Body.Acting.class, name = "acting"),
    @JsonSubTypes.Type(value = Body.Acted.class, name = "acted"),
    @JsonSubTypes.Type(value = Body.ActFailed.class, name = "act-failed"),
    @JsonSubTypes.Type(value = Body.ActUnknown.class, name = "act-unknown"),
    @JsonSubTypes.Type(value = Body.Drawn.class, name = "draw"),
    @JsonSubTypes.Type(value = Body.VersionTaken.class, name = "version"),
    @JsonSubTypes.Type(value = Body.Rewound.class, name = "rewind"),
    @JsonSubTypes.Type(value = Body.TimerSet.class, name = "timer-set"),
    @JsonSubTypes.Type(value = Body.TimerDone.class, name = "timer-done"),
    @JsonSubTypes.Type(value = Body.Posted.class, name = "posted"),
    @JsonSubTypes.Type(value = Body.Carried.class, name = "carried"),
    @JsonSubTypes.Type(value = Body.Summarised.class, name = "summarised")
})
@JsonInclude(JsonInclude.Include.NON_NULL)
public sealed interface Body {

    /** What the step is known by besides its kind; empty where there is nothing. Kind and name are the step's shape. */
    default String name() {
        return switch (this) {
            case RunStarted started -> started.program();
            case Pinned(Pin pin) -> pin.label();
            case Said(Message message) -> message.role();
            case Approved approved -> approved.tool();
            case Calling calling -> calling.call().name();
            case Called called -> called.result().name();
            case Acting(String effect, boolean ignored) -> effect;
            case Acted(String effect, JsonNode ignored) -> effect;
            case ActFailed(String effect, String ignored, String ignoredToo) -> effect;
            case ActUnknown(String effect) -> effect;
            case Drawn(String what, JsonNode ignored) -> what;
            case VersionTaken(String id, int ignored) -> id;
            case Header ignored -> "";
            case RunEnded ignored -> "";
            case ExampleGiven ignored -> "";
            case Noticed ignored -> "";
            case Cleared ignored -> "";
            case Answered ignored -> "";
            case Refused ignored -> "";
            case SecretGiven ignored -> "";
            case Generating(var ignored, boolean summary) -> summary ? "summary" : "";
            case Generated ignored -> "";
            case GenerateFailed ignored -> "";
            case TimerSet(String what, Instant ignored) -> what;
            case Rewound ignored -> "";
            case TimerDone ignored -> "";
            case Posted ignored -> "";
            case Carried ignored -> "";
            case Summarised ignored -> "";
        };
    }

    /** The first entry of every journal. */
    record Header(int format, String session) implements Body {}

    /**
     * A run began.
     *
     * @param program its registered name; empty where it has none
     * @param version its registered version; 0 where it has none
     * @param context what it was given, as JSON; null where it was given nothing
     * @param opening the id of the delivery that started it; null where a driver did
     * @param byAnswer whether that is an answer, which comes to the journal only when the program asks for one
     */
    record RunStarted(
            String program,
            int version,
            @Nullable JsonNode context,
            @Nullable String opening,
            @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean byAnswer)
            implements Body {
        /** Of a run that a driver started. */
        public RunStarted(String program, int version, @Nullable JsonNode context) {
            this(program, version, context, null, false);
        }
    }

    /**
     * A run ended by returning or by throwing. One that sleeps has not ended.
     *
     * @param outcome how
     * @param result what the program returned, where JSON can hold it
     * @param code the code of the failure, as front ends are told it
     * @param error the class and message of what it threw
     * @param opening the id of the delivery that started it: it is done with now; null where a driver did
     */
    record RunEnded(
            Outcome outcome,
            @Nullable JsonNode result,
            @Nullable String code,
            @Nullable String error,
            @Nullable String opening)
            implements Body {
        /** Of a run that a driver started. */
        public RunEnded(Outcome outcome, @Nullable JsonNode result, @Nullable String code, @Nullable String error) {
            this(outcome, result, code, error, null);
        }
    }

    /** How something ended. */
    enum Outcome {
        /** It returned. */
        OK,
        /** It threw. */
        ERROR,
        /** It was given up, so that a new run goes on with its messages. */
        ABANDONED
    }

    /** The program emitted a message. */
    record Said(Message message) implements Body {}

    /** The program gave the model an example. */
    record ExampleGiven(Message.User user, Message.Assistant assistant) implements Body {}

    /** The program pinned a message. */
    record Pinned(Pin pin) implements Body {}

    /** The program, or turbo, showed the user something that the model does not see. */
    record Noticed(String text) implements Body {}

    /** The program emptied the messages. */
    record Cleared() implements Body {}

    /**
     * The user answered.
     *
     * @param prompt what was asked
     * @param input the answer
     * @param value what a typed question made of it, as JSON; null for an untyped one
     */
    record Answered(String prompt, Input input, @Nullable JsonNode value) implements Body {}

    /** The user answered a typed question with something that does not fit, and was told this. */
    record Refused(String prompt, Input input, String sentence) implements Body {}

    /**
     * The user gave a secret; what it was is nowhere.
     *
     * @param prompt what was asked
     * @param id the front end's id of the input, where it has one
     */
    record SecretGiven(String prompt, @Nullable String id) implements Body {}

    /**
     * A model call is about to be made (intent).
     *
     * @param settings what it is made with
     * @param summary whether it is to summarise what has no room in the window, and not to answer
     */
    record Generating(
            Map<String, Object> settings,
            @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean summary) implements Body {
        /** Of a call for an answer. */
        public Generating(Map<String, Object> settings) {
            this(settings, false);
        }
    }

    /**
     * A model call was answered.
     *
     * @param message the candidate that was kept
     * @param candidate its index
     * @param usage the tokens of the call
     * @param model the spec of the model that answered
     * @param silent whether the user was not shown it
     * @param value the value that was read from it; null where none was asked for, or the answer did not fit
     * @param unfit why it did not fit, as the model was told: then it is no part of the messages; null where it fits
     */
    record Generated(
            Message.Assistant message,
            int candidate,
            Usage usage,
            String model,
            @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean silent,
            @Nullable JsonNode value,
            @Nullable String unfit)
            implements Body {
        /** Of a call that was answered in plain text. */
        public Generated(Message.Assistant message, int candidate, Usage usage, String model, boolean silent) {
            this(message, candidate, usage, model, silent, null, null);
        }

        /** Of a call whose answer the user was shown. */
        public Generated(Message.Assistant message, int candidate, Usage usage, String model) {
            this(message, candidate, usage, model, false);
        }
    }

    /**
     * A human was asked whether a tool may be called.
     *
     * @param call the id of the call
     * @param tool the tool's name
     * @param hash the SHA-256 of name and arguments as they were shown, in hexadecimal: the answer is good for no others
     * @param prompt what was asked
     * @param input the answer
     * @param granted whether it was yes
     */
    record Approved(String call, String tool, String hash, String prompt, Input input, boolean granted)
            implements Body {}

    /**
     * A tool is about to be called (intent).
     *
     * @param call as the model wrote it
     * @param once whether it is never called again if its outcome is not known
     */
    record Calling(
            ToolCall call,
            @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean once) implements Body {}

    /**
     * What came of a tool call, or why it was not made.
     *
     * @param result as the model is told
     * @param stopped whether the answer was stopped from outside meanwhile: the model is not asked again for now
     */
    record Called(
            Message.ToolResult result,
            @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean stopped) implements Body {}

    /**
     * A model call failed.
     *
     * @param code the code of the exception
     * @param model the spec of the model that failed
     * @param message the text of the exception
     * @param retryAfter how long to wait, where the vendor said
     */
    record GenerateFailed(
            String code,
            String model,
            String message,
            @Nullable Duration retryAfter) implements Body {}

    /**
     * An effect is about to be carried out (intent).
     *
     * @param once whether it is carried out at most once
     */
    record Acting(
            String effect,
            @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean once) implements Body {}

    /** An effect was carried out, and this came of it. */
    record Acted(String effect, JsonNode value) implements Body {}

    /** An effect failed with an exception of this class and message. */
    record ActFailed(String effect, String type, String message) implements Body {}

    /** An effect that is done at most once was under way at a crash: nobody knows. */
    record ActUnknown(String effect) implements Body {}

    /** A value was drawn that would be another one every time: the time, a random number. */
    record Drawn(String what, JsonNode value) implements Body {}

    /** A piece of the program was passed in this version. */
    record VersionTaken(String id, int version) implements Body {}

    /** The session was taken back: what stands behind entry {@code to}, up to this, counts no more. */
    record Rewound(long to) implements Body {}

    /**
     * The run waits until then at the longest (intent).
     *
     * @param what what for: {@link #SLEEP} or {@link #INPUT}
     * @param due until when
     */
    record TimerSet(String what, Instant due) implements Body {
        /** For the time alone. */
        public static final String SLEEP = "sleep";

        /** For input. */
        public static final String INPUT = "input";
    }

    /** The time that the run waited for has come. */
    record TimerDone() implements Body {}

    /**
     * A message was put in from outside, between two steps of the program.
     *
     * @param message the message
     * @param id the delivery's id
     */
    record Posted(Message message, String id) implements Body {}

    /**
     * What a run that continued as new took along from the journal that this one took the place of.
     *
     * @param messages the latest messages, instructions included
     * @param examples the examples
     * @param pins the pins
     * @param inputs the ids of the latest deliveries, which are known if they come again
     */
    record Carried(List<Message> messages, List<Example> examples, List<Pin> pins, List<String> inputs)
            implements Body {
        public Carried {
            messages = List.copyOf(messages);
            examples = List.copyOf(examples);
            pins = List.copyOf(pins);
            inputs = List.copyOf(inputs);
        }
    }

    /**
     * A model call has summarised what had no room in the window any more. It stays in the journal.
     *
     * @param messages how many messages it covers, the first of those that there are
     * @param summary what stands in their place
     * @param usage the tokens of the call
     * @param model the spec of the model that answered
     */
    record Summarised(int messages, String summary, Usage usage, String model) implements Body {}
}
