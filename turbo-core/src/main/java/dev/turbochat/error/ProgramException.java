package dev.turbochat.error;

import dev.turbochat.step.Message;
import java.io.Serializable;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A program did what programs may not do, or failed. */
public abstract sealed class ProgramException extends TurboException {
    private static final long serialVersionUID = 1;

    private ProgramException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** The program threw; what it threw is the cause. Only drivers that pull see this: to a front end it goes as it is. */
    public static final class ProgramFailed extends ProgramException {
        private static final long serialVersionUID = 1;

        private final transient List<Message> said;

        public ProgramFailed(String session, Throwable cause, List<Message> said) {
            super("The program of session '" + session + "' failed: " + cause + "; the cause says where.", cause);
            this.said = List.copyOf(said);
        }

        /** What it said since the turn before; the last words are not lost. */
        public List<Message> said() {
            return said;
        }
    }

    /** A step was taken after its run had ended. */
    public static final class StepAfterEnd extends ProgramException {
        private static final long serialVersionUID = 1;

        public StepAfterEnd(String session, String step) {
            super(
                    "Step " + step + " was taken in session '" + session
                            + "' after its run had ended; do not keep a Chat beyond its program.",
                    null);
        }
    }

    /** A step was taken from a thread that is not the run's. */
    public static final class StepFromForeignThread extends ProgramException {
        private static final long serialVersionUID = 1;

        public StepFromForeignThread(String session, String step, String thread) {
            super(
                    "Step " + step + " was taken in session '" + session + "' from thread '" + thread
                            + "'; take steps on the program's own thread, and let other threads hand it their results.",
                    null);
        }
    }

    /** A step was taken inside the body of an effect. */
    public static final class StepInsideEffect extends ProgramException {
        private static final long serialVersionUID = 1;

        public StepInsideEffect(String session, String step, String effect) {
            super(
                    "Step " + step + " was taken inside effect '" + effect + "' of session '" + session
                            + "'; return a value from the effect and take the step after it.",
                    null);
        }
    }

    /** A step was taken on the messages around an aside while the aside was running. */
    public static final class StepOutsideAside extends ProgramException {
        private static final long serialVersionUID = 1;

        public StepOutsideAside(String session, String step) {
            super(
                    "Step " + step + " was taken on another chat than the innermost aside of session '" + session
                            + "'; inside an aside, use the chat that it is given, and none after it.",
                    null);
        }
    }

    /** An effect failed; its failure is recorded as this type and message, and is the same in every replay. */
    public static final class EffectFailed extends ProgramException {
        private static final long serialVersionUID = 1;

        private final String effect;
        private final String type;
        private final String detail;

        public EffectFailed(String effect, String type, String detail, @Nullable Throwable cause) {
            super("Effect '" + effect + "' failed with " + type + ": " + detail, cause);
            this.effect = effect;
            this.type = type;
            this.detail = detail;
        }

        /** The effect's name. */
        public String effect() {
            return effect;
        }

        /** The class name of what its body threw. */
        public String type() {
            return type;
        }

        /** The message of what its body threw; empty if it had none. */
        public String detail() {
            return detail;
        }
    }

    /** A typed question was given answers that did not fit, as many times as are allowed. */
    public static final class AnswerRefused extends ProgramException {
        private static final long serialVersionUID = 1;

        public AnswerRefused(String prompt, int times) {
            super(
                    "The question '" + prompt + "' was answered " + times
                            + " times with something that does not fit; ask differently, or allow more attempts.",
                    null);
        }
    }

    /** The run has another context than the one it was asked to go on with. */
    public static final class ContextDiffers extends ProgramException {
        private static final long serialVersionUID = 1;

        public ContextDiffers(String session, String difference) {
            super(
                    "Session '" + session + "' goes on with the context it was started with, and was given another: "
                            + difference + "; leave it out, or start a new session.",
                    null);
        }
    }

    /** The program asked for a context that the run does not have, or not in that form. */
    public static final class NoContext extends ProgramException {
        private static final long serialVersionUID = 1;

        public NoContext(String session, String type, String why) {
            super(
                    "The program of session '" + session + "' asked for a context of type " + type + ", and " + why
                            + "; start the run with one.",
                    null);
        }
    }

    /** A session's program is not one that the host knows. */
    public static final class NotRegistered extends ProgramException {
        private static final long serialVersionUID = 1;

        /**
         * @param known the versions that are registered, in words; empty for none
         */
        public NotRegistered(String session, String program, String known) {
            super(
                    "Session '" + session + "' needs program '" + program + "', which is not registered here"
                            + (known.isEmpty() ? "" : " (its versions " + known + " are)")
                            + "; register it with the runner: r.program(name, version, program).",
                    null);
        }
    }

    /**
     * The program does something else than what its journal says it did. Nothing was written, and running it again comes to
     * the same; the program that wrote the journal still carries on.
     */
    public static final class Diverged extends ProgramException {
        private static final long serialVersionUID = 1;

        private final String session;
        private final long seq;
        private final Difference difference;

        /**
         * What the program did, and what it does in its place.
         *
         * @param recorded what it did, as "asked 'Which size?'"
         * @param attempted what it does now, and in which line, as "says 'Hello' at Pizza.java:31"
         * @param field what differs first, as "the kind of step"
         * @param versions the program that wrote the journal and the one that runs, where they differ; else empty
         * @param edit whether the step is the same one, and only what it says differs
         */
        public record Difference(String recorded, String attempted, String field, String versions, boolean edit)
                implements Serializable {}

        /**
         * @param seq the number of the entry that the program no longer fits
         */
        public Diverged(String session, long seq, Difference difference) {
            super(
                    "Session '" + session + "' cannot go on: " + told(seq, difference) + "; what differs is "
                            + difference.field() + ". " + remedy(difference),
                    null);
            this.session = session;
            this.seq = seq;
            this.difference = difference;
        }

        private static String told(long seq, Difference difference) {
            return "at entry " + seq + " your program " + difference.recorded() + ", and now it "
                    + difference.attempted();
        }

        private static String remedy(Difference difference) {
            String versions = difference.versions();
            return difference.edit()
                    ? "Only a strict run refuses that: in others the recorded one stands, and a warning is logged."
                    : "Run the version that wrote it" + (versions.isEmpty() ? "" : " (" + versions + ")")
                            + ", keep both behind chat.version(...), fork or rewind with 'turbo sessions', or go on with"
                            + " the messages only (--messages-only, Start.messagesOnly()); check with 'turbo replay'.";
        }

        /** The session's id. */
        public String session() {
            return session;
        }

        /** The number of the entry that the program no longer fits. */
        public long seq() {
            return seq;
        }

        /** What the program did and what it does now. */
        public Difference difference() {
            return difference;
        }

        /** The difference as half a sentence: "at entry 3 your program asked 'Which size?', and now it ...". */
        public String told() {
            return told(seq, difference);
        }
    }

    /** The program did not stop in time when its session was closed; its thread is left to itself. */
    public static final class ProgramStuck extends ProgramException {
        private static final long serialVersionUID = 1;

        public ProgramStuck(String session, Duration waited, StackTraceElement[] where) {
            super(
                    "The program of session '" + session + "' did not stop within " + waited.toMillis()
                            + " ms of being closed; let it end when it is interrupted. It is at:\n"
                            + Arrays.stream(where)
                                    .limit(12)
                                    .map(frame -> "    " + frame)
                                    .collect(Collectors.joining("\n")),
                    null);
            setStackTrace(where);
        }
    }

    /** A model had tools called again and again, and would not answer. */
    public static final class ToolRoundsExceeded extends ProgramException {
        private static final long serialVersionUID = 1;

        public ToolRoundsExceeded(String session, int rounds) {
            super(
                    "In session '" + session + "' the model had tools called in " + rounds
                            + " rounds and wants more, though it was told to answer; allow more with rounds(n), or give it"
                            + " less to do.",
                    null);
        }
    }
}
