package dev.turbochat.console;

import dev.turbochat.Program;
import dev.turbochat.Routine;
import dev.turbochat.Start;
import dev.turbochat.memory.Memory;
import dev.turbochat.model.Model;
import dev.turbochat.model.Models;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Runs a program in the terminal, from anybody's {@code main}.
 *
 * <pre>{@code
 * public static void main(String[] args) {
 *     Console.run(Horoscope::tell, c -> c.context(new Visitor(1)));
 * }
 * }</pre>
 *
 * <p>In a terminal: line editing with history, answers rendered as they stream, choices picked with the arrow keys. Ctrl-C
 * stops the answer that is being generated; at the prompt it leaves, as Ctrl-D does. Where input or output is no
 * terminal: plain lines in, plain text out. One console a process, used by one thread.
 */
public final class Console {
    private Console() {}

    /** {@link #run(Routine, UnaryOperator)} with the model that {@link Models#detect} finds. */
    public static int run(Routine routine) {
        return run(routine, options -> options);
    }

    /**
     * Runs a routine until it ends, the user leaves or something fails, which is told in one line.
     *
     * @return the status for {@code System.exit}: 0 if it ended or sleeps, 1 if it failed, 130 if it was interrupted
     */
    public static int run(Routine routine, UnaryOperator<Options> options) {
        return runProgram(Program.of(routine), options);
    }

    /** {@link #run(Routine, UnaryOperator)} for a program, whose result the event {@code done} carries. */
    public static int runProgram(Program<? extends @Nullable Object> program, UnaryOperator<Options> options) {
        return new Conversation(options.apply(Options.DEFAULT)).hold(program);
    }

    /** Whether a person sits at both ends: standard input and standard output are a terminal. */
    public static boolean isInteractive() {
        return Terminals.isInteractive();
    }

    /** A new name for a session, which a person can read out and type: {@code calm-otter-4k7xm}. */
    public static String newSession() {
        return SessionNames.fresh();
    }

    /**
     * How a program is run in the console; immutable.
     *
     * @param model what answers; null for what {@link Models#detect} finds
     * @param memory where sessions live, which the caller closes; null for the heap: nothing outlives the process
     * @param session the session's id; empty for a new one
     * @param start what the run is started with
     * @param json whether each event is written as a line of JSON, and nothing else
     * @param verbose whether a failure is shown with its stack trace
     */
    public record Options(
            @Nullable Model model,
            @Nullable Memory memory,
            String session,
            Start start,
            boolean json,
            boolean verbose) {
        static final Options DEFAULT = new Options(null, null, "", Start.nothing(), false, false);

        /** Has the model of this spec answer. */
        public Options model(String spec) {
            return model(Models.of(spec));
        }

        /** Has this model answer. */
        public Options model(Model newModel) {
            return new Options(newModel, memory, session, start, json, verbose);
        }

        /** Keeps the session in this memory, which the caller closes. */
        public Options memory(Memory newMemory) {
            return new Options(model, newMemory, session, start, json, verbose);
        }

        /** Goes on with the session of this id, or starts it. */
        public Options session(String id) {
            return new Options(model, memory, id, start, json, verbose);
        }

        /** Gives the program this context. */
        public Options context(Object context) {
            return new Options(model, memory, session, start.context(context), json, verbose);
        }

        /** Gives the program this context if the run is a new one; one that goes on keeps its own. */
        public Options contextIfNew(Object context) {
            return new Options(model, memory, session, start.contextIfNew(context), json, verbose);
        }

        /** Starts a new run in any case, which goes on with the messages of one that has not ended. */
        public Options messagesOnly() {
            return new Options(model, memory, session, start.messagesOnly(), json, verbose);
        }

        /** Names the program, for the journal and the input history. */
        public Options program(String name, int version) {
            return new Options(model, memory, session, start.program(name, version), json, verbose);
        }

        /** Writes each event as a line of JSON on standard output. */
        public Options json(boolean on) {
            return new Options(model, memory, session, start, on, verbose);
        }

        /** Shows failures with their stack traces. */
        public Options verbose(boolean on) {
            return new Options(model, memory, session, start, json, on);
        }
    }
}
