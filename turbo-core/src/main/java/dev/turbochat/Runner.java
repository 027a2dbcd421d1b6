package dev.turbochat;

import dev.turbochat.error.ConfigurationException;
import dev.turbochat.error.ProgramException;
import dev.turbochat.error.SessionException;
import dev.turbochat.memory.Journal;
import dev.turbochat.memory.Memory;
import dev.turbochat.model.BudgetedModel;
import dev.turbochat.model.Model;
import dev.turbochat.step.Settings;
import dev.turbochat.step.Step;
import dev.turbochat.step.Window;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Runs programs: a model, a memory and how they are used.
 *
 * <p>Thread-safe; one runner serves any number of sessions at a time. A session whose last run has ended starts a new run
 * that keeps the messages; one whose last run has not ended carries it on. Whoever made a runner closes it; it closes the
 * runs that are under way, and its memory only if it made that itself.
 */
public final class Runner implements AutoCloseable {
    private final Model model;
    private final @Nullable BudgetedModel budgeted;
    private final Options options;
    private final Memory memory;
    private final boolean ownsMemory;
    private final Map<String, Run<?>> active = new ConcurrentHashMap<>();
    private final ReentrantLock hosting = new ReentrantLock();
    private @Nullable Host host;
    private volatile String owner = "";
    private volatile boolean closed;

    private Runner(Model model, Options options) {
        this.budgeted = options.budget == null ? null : BudgetedModel.of(model, options.budget);
        this.model = budgeted == null ? model : budgeted;
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
            forget(session, run);
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
        return new Session<>(this, session, run, pull);
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
        activate(journal, run);
        return run;
    }

    /** What was shown in a session before, as its journal has it. */
    List<Event> past(String session) {
        return Past.of(session, memory.read(session), options.sentences());
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
        Journal journal = Journal.open(memory, session, owner(), options.patience(), busy -> {
            Event.Place nowhere = new Event.Place(session, 0, 0, 0);
            frontEnd.show(new Event.Notice(nowhere, options.sentences().held(busy.owner(), busy.patience())));
        });
        try {
            Run<R> run = new Run<>(journal, model, options, start, program, start.telling(frontEnd), ended);
            activate(journal, run);
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

    /** Who opens a session, for people; whoever opens many is described once. */
    private String owner() {
        String described = "thread '" + Thread.currentThread().getName() + "' of process "
                + ProcessHandle.current().pid();
        String last = owner;
        if (described.equals(last)) {
            return last;
        }
        owner = described;
        return described;
    }

    /** Takes over what the session has spent so far, in one with the run: the one before may be on its way out. */
    private void activate(Journal journal, Run<?> run) {
        active.compute(journal.session(), (session, before) -> {
            if (budgeted != null) {
                budgeted.spent(
                        session,
                        Spending.estimated(journal.entries(), budgeted.options().prices()));
            }
            return run;
        });
    }

    private static ConfigurationException used() {
        return new ConfigurationException("A runner was used after it was closed; make another.");
    }

    /** Closes a run, and lets go of it. */
    void forget(String session, Run<?> run) {
        active.remove(session, run);
        try {
            run.close();
        } finally {
            forgetSpent(session);
        }
    }

    /** Forgets what a session has spent, unless it has begun its next life meanwhile. */
    private void forgetSpent(String session) {
        if (budgeted != null) {
            active.compute(session, (key, next) -> {
                if (next == null) {
                    budgeted.spent(session, null);
                }
                return next;
            });
        }
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

    /** How a runner runs; immutable. */
    public static final class Options {
        static final Options DEFAULT = new Options();

        private @Nullable Memory memory;
        private Programs programs = Programs.NONE;
        private Settings settings = Settings.none();
        private Sentences sentences = Sentences.ENGLISH;
        private int answers = 10;
        private Duration patience = Duration.ofSeconds(2);
        private Duration closeWithin = Duration.ofSeconds(5);
        private Consumer<ProgramException.Diverged> edits = Tape::warn;
        private Window window = Window.all();
        private List<Interceptor> interceptors = List.of();
        private @Nullable UnaryOperator<BudgetedModel.Options> budget;

        private Options() {}

        private Options with(Consumer<Options> change) {
            Options changed = new Options();
            changed.memory = memory;
            changed.programs = programs;
            changed.settings = settings;
            changed.sentences = sentences;
            changed.answers = answers;
            changed.patience = patience;
            changed.closeWithin = closeWithin;
            changed.edits = edits;
            changed.window = window;
            changed.interceptors = interceptors;
            changed.budget = budget;
            change.accept(changed);
            return changed;
        }

        /** Keeps sessions in this memory, which the caller closes; on a heap of the runner's own by default. */
        public Options memory(Memory newMemory) {
            return with(changed -> changed.memory = newMemory);
        }

        /**
         * Registers a program under a name, so that a host can start and wake it. A run is always carried on by the version
         * that began it: keep the old ones registered while sessions of theirs are under way.
         *
         * @param version from 1; new runs take the highest
         */
        public <R extends @Nullable Object> Options program(String name, int version, Program<R> program) {
            return with(changed -> changed.programs = programs.with(name, version, program));
        }

        /** {@link #program} for a method that returns nothing. */
        public Options routine(String name, int version, Routine routine) {
            return program(name, version, Program.of(routine));
        }

        /** Starts every model call from these settings: {@code settings(s -> s.temperature(0.2))}. */
        public Options settings(UnaryOperator<Settings> change) {
            return with(changed -> changed.settings = change.apply(settings));
        }

        /** Says these sentences to users, where turbo itself says something. */
        public Options sentences(Sentences newSentences) {
            return with(changed -> changed.sentences = newSentences);
        }

        /**
         * Gives a question up after so many answers that do not fit; 10 by default.
         *
         * @throws IllegalArgumentException if it is less than 1
         */
        public Options answers(int times) {
            if (times < 1) {
                throw new IllegalArgumentException(
                        "Questions were to be asked " + times + " times; ask at least once.");
            }
            return with(changed -> changed.answers = times);
        }

        /** Waits so long for a session that another driver owns; 2 seconds by default. */
        public Options patience(Duration time) {
            return with(changed -> changed.patience = time);
        }

        /** Gives a program so long to stop; 5 seconds by default. */
        public Options closeWithin(Duration time) {
            return with(changed -> changed.closeWithin = time);
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
            return with(changed -> changed.edits = newEdits);
        }

        /** Sends the model this much of a conversation, where a step says nothing else; all of it by default. */
        public Options window(Window newWindow) {
            return with(changed -> changed.window = newWindow);
        }

        /** Has the steps of programs pass this one, too, within those that were given before. */
        public Options interceptor(Interceptor interceptor) {
            return with(changed -> changed.interceptors =
                    Stream.concat(interceptors.stream(), Stream.of(interceptor)).toList());
        }

        /**
         * Ends a run with the code {@code budget-exceeded} once its session has used up what it may: {@code budget(b ->
         * b.turns(50).money("0.25"))}. What it spent in earlier lives, on whichever node, is read off its journal.
         *
         * @see BudgetedModel
         */
        public Options budget(UnaryOperator<BudgetedModel.Options> newBudget) {
            return with(changed -> changed.budget = newBudget);
        }

        @Nullable
        Memory memory() {
            return memory;
        }

        Programs programs() {
            return programs;
        }

        Settings settings() {
            return settings;
        }

        Sentences sentences() {
            return sentences;
        }

        int answers() {
            return answers;
        }

        Duration patience() {
            return patience;
        }

        Duration closeWithin() {
            return closeWithin;
        }

        Consumer<ProgramException.Diverged> edits() {
            return edits;
        }

        Window window() {
            return window;
        }

        /** A chat that has its steps pass the interceptors. */
        Chat intercepted(Chat chat) {
            Chat outer = chat;
            for (Interceptor interceptor : interceptors.reversed()) {
                Chat inner = outer;
                outer = new Chat() {
                    @Override
                    public <R extends @Nullable Object> R emit(Step<R> step) {
                        return interceptor.around(step, inner);
                    }
                };
            }
            return outer;
        }
    }
}
