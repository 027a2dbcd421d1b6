package dev.turbochat;

import dev.turbochat.error.ProgramException;
import dev.turbochat.error.SessionException;
import dev.turbochat.step.Input;
import dev.turbochat.step.Message;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A session that is stepped from outside, like a generator: {@link #next} runs the program to its next question.
 *
 * <p>Used by one thread at a time. Interrupting a thread that waits here leaves the run as it is; call {@link #next}
 * again. Whoever opened it closes it; closing an unfinished one lets it sleep.
 *
 * @param <R> what the program returns
 */
public final class Session<R extends @Nullable Object> implements AutoCloseable {
    private final Runner runner;
    private final String id;
    private final Run<R> run;
    private final Pull pull;
    private State state = State.NEW;
    private @Nullable Question pending;

    private enum State {
        NEW,
        RUNNING,
        ASKING,
        FINISHED,
        CLOSED
    }

    Session(Runner runner, String id, Run<R> run, Pull pull) {
        this.runner = runner;
        this.id = id;
        this.run = run;
        this.pull = pull;
    }

    /**
     * The front end that the program sees: its questions go to whoever calls {@link #next}. What it was shown is guarded by its
     * monitor: a program whose question has timed out runs on while the driver takes that.
     */
    static final class Pull implements FrontEnd {
        private final Coroutine<Question, Input> coroutine = new Coroutine<>();
        private List<Message> said = List.of();
        private List<String> notices = List.of();

        @Override
        public Optional<Input> answer(Question question) throws InterruptedException {
            if (question.deadline() != null && !question.deadline().isAfter(Instant.now())) {
                throw new InterruptedException(); // the driver need not see what nobody can answer
            }
            return Optional.of(coroutine.ask(question));
        }

        @Override
        public synchronized void show(Event event) {
            if (event instanceof Event.Said shown) {
                said = Rarely.add(said, shown.message());
            } else if (event instanceof Event.Notice notice) {
                notices = Rarely.add(notices, notice.text());
            }
        }

        void ended() {
            coroutine.end();
        }

        /** What was said since this was asked last. */
        private synchronized List<Message> said() {
            List<Message> since = said;
            said = List.of();
            return since;
        }

        /** What was shown besides since this was asked last. */
        private synchronized List<String> notices() {
            List<String> since = notices;
            notices = List.of();
            return since;
        }
    }

    /** The session's id. */
    public String id() {
        return id;
    }

    /**
     * Runs the program to its next question, or to its end. While it is asking, this is the question again.
     *
     * @throws ProgramException.ProgramFailed if the program throws; the cause is what it threw
     * @throws SessionException.RunFinished if it has ended before
     * @throws SessionException.SessionClosed if this is closed, or its runner
     * @throws InterruptedException if this thread is interrupted; the run goes on
     */
    public Turn<R> next() throws InterruptedException {
        switch (state) {
            case NEW -> {
                state = State.RUNNING;
                run.start();
            }
            case RUNNING, ASKING -> {}
            case FINISHED -> throw new SessionException.RunFinished(id);
            case CLOSED -> throw new SessionException.SessionClosed(id);
        }
        pending = pull.coroutine.await();
        if (pending != null) {
            state = State.ASKING;
            return new Turn.AwaitingInput<>(pull.said(), pull.notices(), pending);
        }
        state = State.FINISHED;
        return switch (run.await()) {
            case Run.Ending.Returned<R>(R result) -> new Turn.Finished<>(pull.said(), pull.notices(), result);
            case Run.Ending.Threw<R>(Throwable thrown) ->
                throw new ProgramException.ProgramFailed(id, thrown, pull.said());
            case Run.Ending.Asleep<R> ignored -> throw new SessionException.SessionClosed(id);
        };
    }

    /** {@link #reply(Input)} with a text. */
    public Turn<R> reply(String text) throws InterruptedException {
        return reply(Input.text(text));
    }

    /**
     * Answers the question and runs on to the next, or to the end.
     *
     * @throws SessionException.NotAsking if the program is not asking, or asks no longer: its deadline has passed
     * @throws SessionException.EmptyInput if the input holds nothing, and the question needs something
     * @throws SessionException.InputTooLong if its text is longer than 64 KiB
     * @throws InterruptedException if this thread is interrupted; the answer was given, and the run goes on
     */
    public Turn<R> reply(Input input) throws InterruptedException {
        switch (state) {
            case NEW, RUNNING -> throw new SessionException.NotAsking(id);
            case FINISHED -> throw new SessionException.RunFinished(id);
            case CLOSED -> throw new SessionException.SessionClosed(id);
            case ASKING -> {}
        }
        Question question = Objects.requireNonNull(pending);
        if (input.isEmpty() && !question.secret()) {
            throw new SessionException.EmptyInput(id);
        }
        if (input.bytes() > Input.LARGEST) {
            throw new SessionException.InputTooLong(id, input.bytes(), Input.LARGEST);
        }
        state = State.RUNNING;
        if (!pull.coroutine.answer(question, input) && !run.isDone()) {
            throw new SessionException.NotAsking(id);
        }
        return next();
    }

    /**
     * What the user was shown as said in this session before, read off the journal: a driver who opens it again is not told
     * it anew by {@link #next}.
     *
     * @param after the number of the entry after which to begin; -1 for all
     */
    public List<Message> said(long after) {
        return runner.past(id).stream()
                .filter(event -> event.place().seq() > after)
                .flatMap(event -> event instanceof Event.Said shown ? Stream.of(shown.message()) : Stream.empty())
                .toList();
    }

    /**
     * Lets go of the session; an unfinished run sleeps. Safe to call twice.
     *
     * @throws ProgramException.ProgramStuck if the program does not stop; the session is let go of all the same
     */
    @Override
    public void close() {
        if (state != State.CLOSED) {
            state = State.CLOSED;
            runner.forget(id, run);
        }
    }
}
