package dev.turbochat;

import dev.turbochat.error.ProgramException;
import dev.turbochat.error.Unwinding;
import dev.turbochat.memory.Body;
import dev.turbochat.memory.Entry;
import dev.turbochat.memory.Journal;
import dev.turbochat.model.Model;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * One execution of a program in a session: a virtual thread and how it ends.
 *
 * <p>Steps are carried out on that thread, the front end's part included; a driver that pushes only waits for its end.
 */
final class Run<R extends @Nullable Object> {
    private static final Duration NUDGE = Duration.ofMillis(50);

    private final Journal journal;
    private final Program<R> program;
    private final Interrupts interrupts = new Interrupts(this::giveUp);
    private final CountDownLatch done = new CountDownLatch(1);
    private final Runner.Options options;
    private final Runnable onEnd;
    private final Thread thread;
    private final Steps steps;
    private final AtomicReference<@Nullable Ending<R>> ending = new AtomicReference<>();

    /** How a run ended, or that it sleeps. */
    sealed interface Ending<R extends @Nullable Object> {
        /** The program returned. */
        record Returned<R extends @Nullable Object>(R result) implements Ending<R> {}

        /** The program threw, or its journal failed it. */
        record Threw<R extends @Nullable Object>(Throwable thrown) implements Ending<R> {}

        /** It has not ended: it carries on when the session is run again. */
        record Asleep<R extends @Nullable Object>() implements Ending<R> {}
    }

    /**
     * @param onEnd is run when it has ended
     * @throws IllegalArgumentException if JSON cannot hold the context
     * @throws ProgramException.ContextDiffers if the run goes on and was started with another context
     * @throws ProgramException.Diverged if the run goes on and is another program's
     */
    Run(
            Journal journal,
            Model model,
            Runner.Options options,
            Runner.Start start,
            Program<R> program,
            FrontEnd frontEnd,
            Runnable onEnd) {
        this.journal = journal;
        this.program = program;
        this.options = options;
        this.onEnd = onEnd;
        List<Entry> entries = Entry.inForce(journal.entries());
        int begun = lastStart(entries);
        boolean goesOn = begun >= 0 && !(entries.getLast().body() instanceof Body.RunEnded);
        int number = begun < 0 ? 1 : entries.get(begun).position().run() + (goesOn ? 0 : 1);
        Tape tape =
                new Tape(journal, number, goesOn ? entries.subList(begun, entries.size()) : List.of(), options.edits());
        View view = View.of(goesOn ? entries.subList(0, begun) : entries);
        tape.onForeign(entry -> view.apply(entry.body()));
        JsonNode context;
        if (goesOn && entries.get(begun).body() instanceof Body.RunStarted recorded) {
            context = recorded.context();
            start.check(journal.session(), entries.get(begun).seq(), recorded, json(start.context()));
            tape.begin(start);
        } else {
            context = json(start.context());
            tape.add("", new Body.RunStarted(start.program(), start.version(), context));
        }
        this.thread = Thread.ofVirtual().name("turbo " + journal.session()).unstarted(carryingMdc(this::live));
        Stage stage = new Stage(journal.session(), model, options, tape, frontEnd, interrupts);
        this.steps = new Steps(stage, view, context, thread);
    }

    private @Nullable JsonNode json(@Nullable Object context) {
        try {
            return context == null ? null : Json.of(context);
        } catch (JacksonException e) {
            throw new IllegalArgumentException(
                    "The context of session '" + journal.session() + "' cannot be held as JSON: "
                            + e.getOriginalMessage() + "; start the run with one that can.",
                    e);
        }
    }

    private static int lastStart(List<Entry> entries) {
        for (int i = entries.size() - 1; i >= 0; i--) {
            if (entries.get(i).body() instanceof Body.RunStarted) {
                return i;
            }
        }
        return -1;
    }

    private static Runnable carryingMdc(Runnable work) {
        Map<String, String> mdc = MDC.getCopyOfContextMap();
        return () -> {
            if (mdc != null) {
                MDC.setContextMap(mdc);
            }
            work.run();
        };
    }

    void start() {
        if (interrupts.isClosing()) {
            finish(new Ending.Asleep<>());
        } else {
            thread.start();
        }
    }

    private void live() {
        Ending<R> how;
        try {
            how = lived();
        } catch (Throwable t) { // what even the journal could not be told
            how = new Ending.Threw<>(t);
        }
        finish(how);
    }

    /** Ends the run for whoever waits for it; how it ended is what was said first. */
    private void finish(Ending<R> how) {
        steps.close();
        if (ending.compareAndSet(null, how)) {
            done.countDown();
            onEnd.run();
        }
    }

    /** Called by the program's thread, which takes steps although it was told to stop. */
    private void giveUp() {
        giveUp(
                interrupts.closedFor(),
                Arrays.stream(Thread.currentThread().getStackTrace())
                        .dropWhile(frame -> !frame.getMethodName().equals("emit")) // where the program begins
                        .toArray(StackTraceElement[]::new));
    }

    private void giveUp(Duration waited, StackTraceElement[] where) {
        var stuck = new ProgramException.ProgramStuck(journal.session(), waited, where);
        RuntimeException fatal = steps.fatal();
        if (fatal != null) {
            fatal.addSuppressed(stuck);
        }
        finish(new Ending.Threw<>(fatal == null ? stuck : fatal));
    }

    private Ending<R> lived() {
        R result;
        try {
            result = program.run(steps.chat());
        } catch (Throwable t) {
            return interrupts.isClosing() || t instanceof Unwinding ? unwound() : threw(t);
        }
        if (interrupts.isClosing()) {
            return unwound(); // the program swallowed the unwinding; what it returned comes from nowhere
        }
        steps.returned(result);
        return new Ending.Returned<>(result);
    }

    private Ending<R> unwound() {
        RuntimeException fatal = steps.fatal();
        return fatal == null ? new Ending.Asleep<>() : new Ending.Threw<>(fatal);
    }

    private Ending<R> threw(Throwable thrown) {
        try {
            steps.threw(thrown);
        } catch (ProgramException.Diverged e) {
            e.addSuppressed(thrown);
            return new Ending.Threw<>(e);
        } catch (RuntimeException e) {
            thrown.addSuppressed(e);
        }
        return new Ending.Threw<>(thrown);
    }

    /** Waits for the end. One that has come is told, whether or not this thread is interrupted: it comes but once. */
    Ending<R> await() throws InterruptedException {
        try {
            done.await();
        } catch (InterruptedException e) {
            if (!isDone()) {
                throw e;
            }
            Thread.currentThread().interrupt();
        }
        Ending<R> how = ending.get();
        if (how == null) {
            throw new IllegalStateException("The run has not ended.");
        }
        return how;
    }

    boolean isDone() {
        return done.getCount() == 0;
    }

    /**
     * Stops the answer that is being generated.
     *
     * @return whether there was one
     */
    boolean stop() {
        return interrupts.stop();
    }

    /**
     * Takes the program down and lets go of the session. Safe to call twice, and after the end.
     *
     * <p>A program that swallows an interrupt is interrupted again, for as long as it may take. One that closes its own run
     * is not waited for: its next step is refused.
     *
     * @throws ProgramException.ProgramStuck if it does not stop; the session is let go of all the same
     */
    void close() {
        interrupts.close();
        boolean running = thread.getState() != Thread.State.NEW
                && !isDone()
                && !Thread.currentThread().equals(thread);
        try {
            if (running) {
                takeDown();
            }
        } finally {
            journal.close();
        }
        if (running && ending.get() instanceof Ending.Threw<R>(ProgramException.ProgramStuck stuck)) {
            throw stuck;
        }
    }

    private void takeDown() {
        boolean interrupted = false;
        long deadline = System.nanoTime() + options.closeWithin().toNanos();
        while (!isDone()) {
            if (System.nanoTime() - deadline >= 0) {
                giveUp(options.closeWithin(), thread.getStackTrace());
                break;
            }
            thread.interrupt();
            try {
                if (done.await(NUDGE.toNanos(), TimeUnit.NANOSECONDS)) {
                    break;
                }
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
