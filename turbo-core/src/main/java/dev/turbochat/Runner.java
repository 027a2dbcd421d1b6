package dev.turbochat;

import dev.turbochat.error.ConfigurationException;
import dev.turbochat.error.ProgramException;
import dev.turbochat.error.SessionException;
import dev.turbochat.memory.Body;
import dev.turbochat.memory.Delivery;
import dev.turbochat.memory.Journal;
import dev.turbochat.memory.Memory;
import dev.turbochat.model.Model;
import dev.turbochat.step.Input;
import dev.turbochat.step.Settings;
import dev.turbochat.step.Window;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.NullNode;

/**
 * Runs programs: a model, a memory and how they are used.
 *
 * <p>Thread-safe; one runner serves any number of sessions at a time. A session whose last run has ended starts a new run
 * that keeps the messages; one whose last run has not ended carries it on. Whoever made a runner closes it; it closes the
 * runs that are under way, and its memory only if it made that itself.
 */
public final class Runner implements AutoCloseable {
    private final Model model;
    private final Options options;
    private final Memory memory;
    private final boolean ownsMemory;
    private final Map<String, Run<?>> active = new ConcurrentHashMap<>();
    private final ReentrantLock hosting = new ReentrantLock();
    private @Nullable Host host;
    private volatile boolean closed;

    private Runner(Model model, Options options) {
        this.model = model;
        this.options = options;
        this.ownsMemory = options.memory() == null;
        this.memory = options.memory() == null ? Memory.heap() : options.memory();
    }

    /** A runner of this model that remembers on the heap. */
    public static Runner of(Model model) {
        return of(model, options -> options);
    }

    /** A runner of this model, with options: {@code Runner.of(model, r -> r.memory(memory))}. */
    public static Runner of(Model model, UnaryOperator<Options> options) {
        return new Runner(model, options.apply(Options.DEFAULT));
    }

    /** {@link #run(String, Routine, FrontEnd, UnaryOperator)} from nothing. */
    public void run(String session, Routine routine, FrontEnd frontEnd) throws InterruptedException {
        run(session, routine, frontEnd, start -> start);
    }

    /** {@link #call(String, Program, FrontEnd, UnaryOperator)} for a program that returns nothing of interest. */
    public void run(String session, Routine routine, FrontEnd frontEnd, UnaryOperator<Start> start)
            throws InterruptedException {
        call(session, Program.of(routine), frontEnd, start);
    }

    /** {@link #call(String, Program, FrontEnd, UnaryOperator)} from nothing. */
    public <R> R call(String session, Program<R> program, FrontEnd frontEnd) throws InterruptedException {
        return call(session, program, frontEnd, start -> start);
    }

    /**
     * Runs a program in a session, answered by a front end, and returns what it returns.
     *
     * <p>What the program throws, checked or not, comes out of here as it is. Interrupting the calling thread closes the
     * run: it sleeps, and carries on when the session is run again.
     *
     * @throws SessionException.SessionAsleep if the front end had no more input, or this runner is closed meanwhile
     * @throws SessionException.SessionBusy if another driver owns the session and does not let go in time
     */
    public <R extends @Nullable Object> R call(
            String session, Program<R> program, FrontEnd frontEnd, UnaryOperator<Start> start)
            throws InterruptedException {
        Run<R> run = begin(session, start.apply(Start.nothing()), program, frontEnd, () -> {});
        try {
            run.start();
            return switch (run.await()) {
                case Run.Ending.Returned<R>(R result) -> result;
                case Run.Ending.Threw<R>(Throwable thrown) -> throw Sneaky.rethrow(thrown);
                case Run.Ending.Asleep<R> ignored ->
                    throw closed
                            ? SessionException.SessionAsleep.byClosing(session)
                            : new SessionException.SessionAsleep(session);
            };
        } finally {
            end(session, run);
        }
    }

    /** {@link #open(String, Program, UnaryOperator)} from nothing. */
    public <R> Session<R> open(String session, Program<R> program) throws InterruptedException {
        return open(session, program, start -> start);
    }

    /**
     * Opens a session to be stepped from outside; nothing runs before {@link Session#next}.
     *
     * @throws SessionException.SessionBusy if another driver owns the session and does not let go in time
     */
    public <R extends @Nullable Object> Session<R> open(String session, Program<R> program, UnaryOperator<Start> start)
            throws InterruptedException {
        Session.Pull pull = new Session.Pull();
        Run<R> run = begin(session, start.apply(Start.nothing()), program, pull, pull::ended);
        return new Session<>(
                session,
                run,
                pull,
                () -> Past.of(session, memory.read(session), options.sentences()),
                () -> end(session, run));
    }

    /**
     * Stops the answer that is being generated in a session, if one is; the program goes on with what had come of it.
     *
     * @return whether there was one
     */
    public boolean stop(String session) {
        Run<?> run = active.get(session);
        return run != null && run.stop();
    }

    /** Many sessions of this runner, fed from outside, with a host's defaults. The same one whenever it is asked for. */
    public Host host() {
        return host(options -> options);
    }

    /**
     * Many sessions of this runner, fed from outside. Closed with this runner, or before.
     *
     * @throws ConfigurationException if this runner is closed, or has a host with other options
     */
    public Host host(UnaryOperator<Host.Options> options) {
        Host.Options wanted = Host.options(options);
        hosting.lock();
        try {
            if (closed) {
                throw used();
            }
            if (host == null) {
                host = new Host(this, memory, this.options, wanted);
                host.open();
            } else if (!host.options().equals(wanted)) {
                throw new ConfigurationException(
                        "A runner was asked for a second host with other options; make another runner for it.");
            }
            return host;
        } finally {
            hosting.unlock();
        }
    }

    /** A run in a session that a host has opened. */
    Run<?> hosted(Journal journal, Program<?> program, Start start, Desk desk, Runnable ended) {
        Run<?> run = new Run<>(journal, model, options, start, program, desk, ended);
        active.put(journal.session(), run);
        return run;
    }

    /** Lets go of a run that has ended. */
    void forget(String session, Run<?> run) {
        end(session, run);
    }

    /**
     * Takes back what a session's last run failed at: the failed step counts no more, and the next driver of the session
     * carries the run on before it.
     *
     * @throws SessionException.NothingToRetry if its last run did not fail
     * @throws SessionException.SessionBusy if another driver owns the session and does not let go in time
     */
    public void retry(String session) throws InterruptedException {
        if (!rewindFailure(session)) {
            throw new SessionException.NothingToRetry(session);
        }
    }

    /** {@link #retry}; says whether there was a failure. */
    boolean rewindFailure(String session) throws InterruptedException {
        try (Journal journal = Journal.open(memory, session, "a retry", options.patience())) {
            OptionalLong before = Failure.before(journal.entries());
            before.ifPresent(to -> journal.rewind(to, true));
            return before.isPresent();
        }
    }

    private <R extends @Nullable Object> Run<R> begin(
            String session, Start start, Program<R> program, FrontEnd frontEnd, Runnable ended)
            throws InterruptedException {
        if (closed) {
            throw used();
        }
        String owner = "thread '" + Thread.currentThread().getName() + "' of process "
                + ProcessHandle.current().pid();
        Journal journal = Journal.open(memory, session, owner, options.patience(), busy -> {
            Event.Place nowhere = new Event.Place(session, 0, 0, 0);
            frontEnd.show(new Event.Notice(nowhere, options.sentences().held(busy.owner(), busy.patience())));
        });
        try {
            Run<R> run = new Run<>(journal, model, options, start, program, start.telling(frontEnd), ended);
            active.put(session, run);
            if (closed) { // while the session was being opened
                active.remove(session, run);
                throw used();
            }
            return run;
        } catch (RuntimeException e) {
            journal.close();
            throw e;
        }
    }

    private static ConfigurationException used() {
        return new ConfigurationException("A runner was used after it was closed; make another.");
    }

    private void end(String session, Run<?> run) {
        active.remove(session, run);
        run.close();
    }

    /**
     * Closes every run that is under way, which then sleeps, and the memory if this runner made it. Safe to call twice.
     *
     * @throws ProgramException.ProgramStuck if a program does not stop; all others are closed all the same
     */
    @Override
    public void close() {
        closeHost();
        RuntimeException failure = null;
        for (Run<?> run : active.values()) {
            try {
                run.close();
            } catch (RuntimeException e) {
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        if (ownsMemory) {
            memory.close();
        }
        if (failure != null) {
            throw failure;
        }
    }

    private void closeHost() {
        Host mine;
        hosting.lock();
        try {
            closed = true;
            mine = host;
        } finally {
            hosting.unlock();
        }
        if (mine != null) {
            mine.close();
        }
    }

    /**
     * How a runner runs; immutable.
     *
     * @param memory where sessions live; null for a heap of the runner's own
     * @param programs what a host may run, by name and version
     * @param settings what every model call starts from
     * @param sentences what turbo itself says to users
     * @param answers how often a question is asked before it is given up, at least 1
     * @param patience how long to wait for a session that another driver owns
     * @param closeWithin how long a program may take to stop
     * @param edits what is done where a program that goes on says something in other words than are recorded
     * @param window how much of a conversation the model is sent
     */
    public record Options(
            @Nullable Memory memory,
            Programs programs,
            Settings settings,
            Sentences sentences,
            int answers,
            Duration patience,
            Duration closeWithin,
            Consumer<ProgramException.Diverged> edits,
            Window window) {
        static final Options DEFAULT = new Options(
                null,
                Programs.NONE,
                Settings.none(),
                Sentences.ENGLISH,
                10,
                Duration.ofSeconds(2),
                Duration.ofSeconds(5),
                Tape::warn,
                Window.all());

        /**
         * @throws IllegalArgumentException if {@code answers} is less than 1
         */
        public Options {
            if (answers < 1) {
                throw new IllegalArgumentException(
                        "Questions were to be asked " + answers + " times; ask at least once.");
            }
        }

        /** Keeps sessions in this memory, which the caller closes. */
        public Options memory(Memory newMemory) {
            return new Options(newMemory, programs, settings, sentences, answers, patience, closeWithin, edits, window);
        }

        /**
         * Registers a program under a name, so that a host can start and wake it. A run is always carried on by the version
         * that began it: keep the old ones registered while sessions of theirs are under way.
         *
         * @param version from 1; new runs take the highest
         */
        public <R extends @Nullable Object> Options program(String name, int version, Program<R> program) {
            Programs more = programs.with(name, version, program);
            return new Options(memory, more, settings, sentences, answers, patience, closeWithin, edits, window);
        }

        /** {@link #program} for a method that returns nothing. */
        public Options routine(String name, int version, Routine routine) {
            return program(name, version, Program.of(routine));
        }

        /** Starts every model call from these settings: {@code settings(s -> s.temperature(0.2))}. */
        public Options settings(UnaryOperator<Settings> change) {
            return new Options(
                    memory, programs, change.apply(settings), sentences, answers, patience, closeWithin, edits, window);
        }

        /** Says these sentences. */
        public Options sentences(Sentences newSentences) {
            return new Options(memory, programs, settings, newSentences, answers, patience, closeWithin, edits, window);
        }

        /** Gives a question up after so many answers that do not fit; 10 by default. */
        public Options answers(int times) {
            return new Options(memory, programs, settings, sentences, times, patience, closeWithin, edits, window);
        }

        /** Waits so long for a session that another driver owns; 2 seconds by default. */
        public Options patience(Duration time) {
            return new Options(memory, programs, settings, sentences, answers, time, closeWithin, edits, window);
        }

        /** Gives a program so long to stop; 5 seconds by default. */
        public Options closeWithin(Duration time) {
            return new Options(memory, programs, settings, sentences, answers, patience, time, edits, window);
        }

        /**
         * Refuses a program that goes on and says something in other words than are recorded, as it refuses one that takes
         * other steps. Not so by default: the recorded words stand, and a warning is logged.
         */
        public Options strict(boolean refuses) {
            Consumer<ProgramException.Diverged> refusing = edit -> {
                throw edit;
            };
            return edits(refuses ? refusing : Tape::warn);
        }

        /**
         * Has this told, on the run's thread, of each recorded entry whose words differ from the program's; the recorded
         * ones stand, unless it throws what it is given.
         */
        public Options edits(Consumer<ProgramException.Diverged> newEdits) {
            return new Options(memory, programs, settings, sentences, answers, patience, closeWithin, newEdits, window);
        }

        /** Sends the model this much of a conversation, where a step says nothing else; all of it by default. */
        public Options window(Window newWindow) {
            return new Options(memory, programs, settings, sentences, answers, patience, closeWithin, edits, newWindow);
        }
    }

    /**
     * What a run is started with; immutable. A run that goes on keeps what it was started with.
     *
     * @param program the program's name; empty for none
     * @param version the program's version; 0 for none
     * @param context what the program reads with {@link Chat#context}; null for nothing
     * @param insists whether a run that goes on must have been started with this very context
     * @param withMessagesOnly whether a run that has not ended is given up, and a new one goes on with its messages
     * @param opening the id of the delivery that starts it; null where none does
     * @param byAnswer whether that is an answer
     * @param retelling whether the front end is shown again what was said since the last answer, if the run goes on
     * @param listener is told of every event besides the front end, on the run's thread
     */
    public record Start(
            String program,
            int version,
            @Nullable Object context,
            boolean insists,
            boolean withMessagesOnly,
            @Nullable String opening,
            boolean byAnswer,
            boolean retelling,
            @Nullable Consumer<Event> listener) {
        private static final Start NOTHING = new Start("", 0, null, false, false, null, false, false, null);

        /** No name, no context. */
        public static Start nothing() {
            return NOTHING;
        }

        /** Names the program, for the journal. */
        public Start program(String name, int number) {
            return new Start(name, number, context, insists, withMessagesOnly, opening, byAnswer, retelling, listener);
        }

        /** Gives the program this context, as JSON. A run that goes on must have been started with the same. */
        public Start context(Object newContext) {
            return new Start(
                    program, version, newContext, true, withMessagesOnly, opening, byAnswer, retelling, listener);
        }

        /** Gives the program this context, as JSON, if the run is a new one. */
        public Start contextIfNew(Object newContext) {
            return new Start(
                    program, version, newContext, false, withMessagesOnly, opening, byAnswer, retelling, listener);
        }

        /** Tells this listener of every event, too. */
        public Start listener(Consumer<Event> newListener) {
            return new Start(
                    program, version, context, insists, withMessagesOnly, opening, byAnswer, retelling, newListener);
        }

        /**
         * Starts a new run in any case: one that has not ended is given up, and its messages are kept. The way on for a
         * conversation whose program has changed too much to be replayed.
         */
        public Start messagesOnly() {
            return new Start(program, version, context, insists, true, opening, byAnswer, retelling, listener);
        }

        /**
         * Shows the front end again what was said since the last answer, if the run goes on: a crash may have come before it
         * was shown. The events have the ids that they had.
         */
        public Start retold() {
            return new Start(program, version, context, insists, withMessagesOnly, opening, byAnswer, true, listener);
        }

        /** Says which delivery starts the run. */
        Start opening(Delivery delivery) {
            boolean answers = delivery.content() instanceof Delivery.Answer;
            return new Start(
                    program, version, context, insists, withMessagesOnly, delivery.id(), answers, retelling, listener);
        }

        /** Refuses to carry on a run of another program, or one that was started with another context. */
        void check(String session, long seq, Body.RunStarted recorded, @Nullable JsonNode given) {
            boolean named = !program.isEmpty() && !recorded.program().isEmpty();
            if (named && !program.equals(recorded.program())) {
                throw Comparison.anotherProgram(session, seq, recorded, this);
            }
            if (given != null && insists) {
                JsonNode had = recorded.context() == null ? NullNode.getInstance() : recorded.context();
                String difference = Json.difference(had, given);
                if (!difference.isEmpty()) {
                    throw new ProgramException.ContextDiffers(session, difference);
                }
            }
        }

        private FrontEnd telling(FrontEnd frontEnd) {
            return listener == null ? frontEnd : new Listened(frontEnd, listener);
        }
    }

    /** A front end with a listener beside it. */
    private record Listened(FrontEnd frontEnd, Consumer<Event> listener) implements FrontEnd {
        @Override
        public Optional<Input> answer(Question question) throws InterruptedException {
            return frontEnd.answer(question);
        }

        @Override
        public void show(Event event) {
            frontEnd.show(event);
            listener.accept(event);
        }
    }
}
