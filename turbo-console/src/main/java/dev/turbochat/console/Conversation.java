package dev.turbochat.console;

import dev.turbochat.Program;
import dev.turbochat.Runner;
import dev.turbochat.Start;
import dev.turbochat.error.SessionException;
import dev.turbochat.error.TurboException;
import dev.turbochat.memory.Memory;
import dev.turbochat.model.Model;
import dev.turbochat.model.Models;
import org.jspecify.annotations.Nullable;

/** One program, one session, one front end: from hello to the exit status. */
final class Conversation {
    private static final String SLF4J_VERBOSITY = "slf4j.internal.verbosity";
    private static final int OK = 0;
    private static final int FAILED = 1;
    private static final int INTERRUPTED = 130;

    private final Console.Options options;

    Conversation(Console.Options options) {
        this.options = options;
        if (System.getProperty(SLF4J_VERBOSITY) == null) {
            System.setProperty(SLF4J_VERBOSITY, "ERROR"); // that nobody takes the logs is nothing to tell a user
        }
    }

    int hold(Program<? extends @Nullable Object> program) {
        if (options.memory() != null) {
            return hold(program, options.memory());
        }
        try (Memory heap = Memory.heap()) {
            return hold(program, heap);
        }
    }

    private int hold(Program<? extends @Nullable Object> program, Memory memory) {
        boolean isNew = options.session().isEmpty();
        String session = isNew ? SessionNames.fresh() : options.session();
        try (Face face = face(session, memory)) {
            int status = hold(program, memory, session, face);
            if (status == OK && isNew && options.memory() != null) {
                face.remark("Session: " + session);
            }
            return status;
        }
    }

    private int hold(Program<? extends @Nullable Object> program, Memory memory, String session, Face face) {
        Thread main = Thread.currentThread();
        try {
            Model model = model(face);
            try (Runner runner = Runner.of(model, runnerOptions -> runnerOptions.memory(memory))) {
                face.onInterrupt(() -> {
                    if (!runner.stop(session)) {
                        main.interrupt();
                    }
                });
                Start start = face.retells() ? options.start().retold() : options.start();
                runner.call(session, program, face, ignored -> start);
            }
            return OK;
        } catch (SessionException.SessionAsleep e) {
            return OK;
        } catch (InterruptedException e) {
            return INTERRUPTED;
        } catch (Throwable e) {
            if (options.verbose()) {
                e.printStackTrace();
            }
            String code = e instanceof TurboException known ? known.code() : "program-failed";
            face.failure(code, oneLine(e));
            return FAILED;
        }
    }

    private Model model(Face face) {
        if (options.model() != null) {
            return options.model();
        }
        String spec = Models.detect();
        face.remark(
                spec.equals("eliza")
                        ? "Model: eliza, the built-in therapist of 1966 (no key was found: see turbo doctor)"
                        : "Model: " + spec);
        return Models.of(spec);
    }

    private Face face(String session, Memory memory) {
        if (options.json()) {
            return new JsonFace(session);
        }
        if (Terminals.isInteractive()) {
            return new TerminalFace(Terminals.open(), session, options.start().program(), () -> memory.read(session));
        }
        return new PipeFace();
    }

    private static String oneLine(Throwable e) {
        String text = e instanceof TurboException ? e.getMessage() : "the program failed: " + e;
        return String.valueOf(text).strip().replaceAll("\\s*\\R\\s*", " ");
    }
}
