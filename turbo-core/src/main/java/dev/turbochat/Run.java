package dev.turbochat;

import dev.turbochat.error.MemoryException;
import dev.turbochat.error.ProgramException;
import dev.turbochat.error.Unwinding;
import dev.turbochat.memory.Body;
import dev.turbochat.memory.Entry;
import dev.turbochat.memory.Journal;
import dev.turbochat.memory.LastRun;
import dev.turbochat.model.Model;
import dev.turbochat.step.ContinueAsNew;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
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
    /** How many ids of deliveries are known beyond a new beginning of the journal. */
    private static final int KEPT_IDS = 1_000;

    private static final Duration NUDGE = Duration.ofMillis(50);

    private final Journal journal;
    private final Program<R> program;
    private final Interrupts interrupts = new Interrupts(this::giveUp);
    private final CompletableFuture<Ending<R>> ended = new CompletableFuture<>();
    private final Runner.Options options;
    private final Runnable onEnd;
    private final Thread thread;
    private final Model model;
    private final FrontEnd frontEnd;
    private volatile Steps steps;
    private Body.RunStarted started;
    private int number;
    private List<Event> retold = List.of();

    /** What ended the run and stands in no journal. */
    private volatile @Nullable Throwable unrecorded;

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
            Start start,
            Program<R> program,
            FrontEnd frontEnd,
            Runnable onEnd) {
        this.journal = journal;
        this.model = model;
        this.program = program;
        this.options = options;
        this.frontEnd = frontEnd;
        this.onEnd = onEnd;
        this.thread = Thread.ofVirtual().name("turbo " + journal.session()).unstarted(carryingMdc(this::live));
        List<Entry> entries = Entry.inForce(journal.entries());
        LastRun last = LastRun.of(entries).orElse(null);
        int begun = last == null ? -1 : last.index();
        boolean goesOn = last != null && (last.isUnderWay() || Replay.isWhole(entries));
        number = begun < 0 ? 0 : entries.get(begun).position().run();
        if (goesOn && start.withMessagesOnly()) {
            Body.RunEnded given = new Body.RunEnded(Body.Outcome.ABANDONED, null, null, null);
            Entry end = new Tape(journal, number, List.of(), options.edits()).add("", given);
            entries = Stream.concat(entries.stream(), Stream.of(end)).toList();
            goesOn = false;
        }
        Tape tape;
        View view;
        if (goesOn && entries.get(begun).body() instanceof Body.RunStarted recorded) {
            started = recorded;
            tape = new Tape(journal, number, entries.subList(begun, entries.size()), options.edits());
            view = View.of(entries.subList(0, begun));
            boolean continued =
                    entries.get(begun - 1).body() instanceof Body.Carried; // with a context of its own choice
            JsonNode given = continued ? null : json(start.context());
            start.check(journal.session(), entries.get(begun).seq(), recorded, given);
            if (start.retelling()) {
                retold = Past.sinceLastAnswer(journal.session(), entries, options.sentences());
            }
            tape.begin(start);
        } else {
            started = new Body.RunStarted(
                    start.program(), start.version(), json(start.context()), start.opening(), start.byAnswer());
            tape = new Tape(journal, ++number, List.of(), options.edits());
            view = View.of(entries);
            tape.add("", started);
        }
        steps = steps(tape, view);
    }

    private Steps steps(Tape tape, View view) {
        Stage stage = new Stage(journal.session(), model, options, tape, frontEnd, interrupts);
        return new Steps(stage, view, started, thread);
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

    private static Runnable carryingMdc(Runnable work) {
        Map<String, String> mdc = MDC.getCopyOfContextMap();
        if (mdc == null || mdc.isEmpty()) {
            return work;
        }
        return () -> {
            MDC.setContextMap(mdc);
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
            retold.forEach(frontEnd::show);
            how = lived();
        } catch (Throwable t) { // what even the journal could not be told
            unrecorded = t;
            how = new Ending.Threw<>(t);
        }
        finish(how);
    }

    /** Ends the run for whoever waits for it; how it ended is what was said first. */
    private void finish(Ending<R> how) {
        steps.close();
        if (ended.complete(how)) {
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
        if (!isDone()) {
            unrecorded = stuck;
        }
        finish(new Ending.Threw<>(fatal == null ? stuck : fatal));
    }

    @SuppressWarnings("NullAway") // a program's result may be null
    private Ending<R> lived() {
        while (true) {
            R result = null;
            Throwable thrown = null;
            try {
                result = program.run(steps.chat());
            } catch (Throwable t) {
                thrown = t;
            }
            if (interrupts.isClosing()) { // whatever came out of the program, it comes from nowhere
                return unwound();
            }
            ContinueAsNew next = steps.continuation();
            if (next != null) {
                JsonNode context;
                try {
                    context = json(next.context());
                } catch (IllegalArgumentException e) {
                    return threw(e);
                }
                begin(next, context);
            } else if (thrown != null) {
                return thrown instanceof Unwinding ? unwound() : threw(thrown);
            } else {
                try {
                    steps.returned(result);
                } catch (MemoryException.Refused e) { // it is too large; the journal goes on, and can be told
                    return threw(e);
                }
                return new Ending.Returned<>(result);
            }
        }
    }

    /** Begins the run that goes on in the place of the one that has been. */
    private void begin(ContinueAsNew next, @Nullable JsonNode context) {
        List<String> deliveries = journal.deliveries();
        List<String> latest = deliveries.subList(Math.max(0, deliveries.size() - KEPT_IDS), deliveries.size());
        Body.Carried carried = steps.view().carried(next.latest(), latest);
        started = new Body.RunStarted(
                started.program(), started.version(), context, started.opening(), started.byAnswer());
        List<Entry> entries = journal.beginAnew(carried, ++number, started);
        Tape tape = new Tape(journal, number, entries.subList(2, entries.size()), options.edits());
        tape.takeIf(Body.RunStarted.class);
        steps.close();
        interrupts.left();
        steps = steps(tape, View.of(entries.subList(0, 2)));
    }

    private Ending<R> unwound() {
        RuntimeException fatal = steps.fatal();
        if (fatal instanceof MemoryException.Refused) { // the journal goes on, and can be told
            return threw(fatal);
        }
        return fatal == null ? new Ending.Asleep<>() : new Ending.Threw<>(fatal);
    }

    private Ending<R> threw(Throwable thrown) {
        try {
            steps.threw(thrown);
        } catch (ProgramException.Diverged e) {
            e.addSuppressed(thrown);
            unrecorded = e;
            return new Ending.Threw<>(e);
        } catch (RuntimeException e) {
            thrown.addSuppressed(e);
            unrecorded = e;
        }
        return new Ending.Threw<>(thrown);
    }

    /** Waits for the end. One that has come is told, whether or not this thread is interrupted: it comes but once. */
    Ending<R> await() throws InterruptedException {
        try {
            return ended.get();
        } catch (InterruptedException e) {
            if (!isDone()) {
                throw e;
            }
            Thread.currentThread().interrupt();
            return ended.join();
        } catch (ExecutionException e) {
            throw failed(e);
        }
    }

    private static IllegalStateException failed(ExecutionException e) {
        return new IllegalStateException("A run ends in one way or another, and nothing fails it.", e);
    }

    boolean isDone() {
        return ended.isDone();
    }

    /** What ended the run and stands in no journal: it would end it again; null if nothing did. */
    @Nullable
    Throwable fatal() {
        RuntimeException fatal = steps.fatal();
        return fatal == null ? unrecorded : fatal;
    }

    /** Whether it was ended from outside: it carries on when the session is run again. */
    boolean isAsleep() {
        return ended.getNow(null) instanceof Ending.Asleep<R>;
    }

    /**
     * Has nobody look after the session by himself when it is let go of.
     *
     * @param until when somebody should again; null for never
     */
    void park(@Nullable Instant until) {
        journal.park(until);
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
        if (running && ended.getNow(null) instanceof Ending.Threw<R>(ProgramException.ProgramStuck stuck)) {
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
                ended.get(NUDGE.toNanos(), TimeUnit.NANOSECONDS);
            } catch (InterruptedException e) {
                interrupted = true;
            } catch (TimeoutException ignored) { // then it is interrupted again
            } catch (ExecutionException e) {
                throw failed(e);
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
