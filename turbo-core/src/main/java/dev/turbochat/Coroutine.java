package dev.turbochat;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * Hands control back and forth between a driver and the program that it pulls: one of the two runs at a time.
 *
 * <p>All of the hand-off is here: one field holds the state, and each side writes it only when it is its turn. The one thing
 * that may come at any time is the end, when the run is closed from outside: nothing is written over it. A program that
 * waits no longer, because the time for an answer is over, takes its question back and runs on by itself: then both run.
 *
 * <pre>
 *                ask(question)              answer(question, answer)
 *   Running -----------------------> Asked -----------------------> Answered      end()
 *           <----------------------- ^             (driver)           |      any -----> Ended
 *             ask is interrupted     +--------------------------------+
 *                 (program)                   ask(question) (program)
 * </pre>
 *
 * <p>How a side waits for the other, and why no wake-up is lost, is in {@link Waiter}. The volatile write and read of the state
 * also order what the two sides do to shared objects, but not after a question was taken back.
 *
 * @param <Q> what the program asks
 * @param <A> what the driver answers
 */
final class Coroutine<Q, A> {
    private static final VarHandle STATE;

    static {
        try {
            STATE = MethodHandles.lookup().findVarHandle(Coroutine.class, "state", State.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private sealed interface State<Q, A> {
        /** The program runs, and has asked nothing yet, or nothing that still counts. */
        record Running<Q, A>() implements State<Q, A> {}

        /** The driver's turn. */
        record Asked<Q, A>(Q question) implements State<Q, A> {}

        /** The program runs, with this answer or beyond it. */
        record Answered<Q, A>(A answer) implements State<Q, A> {}

        record Ended<Q, A>() implements State<Q, A> {}
    }

    private final Waiter driver = new Waiter();
    private final Waiter program = new Waiter();
    private volatile State<Q, A> state = new State.Running<>();

    /**
     * Called by the program: hands a question over and waits for its answer. An interrupt that comes after the answer was
     * accepted is taken, and the answer returned.
     *
     * @throws InterruptedException if the program is interrupted before it is answered, or the run was ended from outside
     */
    A ask(Q question) throws InterruptedException {
        State<Q, A> asked = new State.Asked<>(question);
        if (!pass(state, asked)) {
            throw new InterruptedException();
        }
        driver.wake();
        try {
            program.await(() -> !(state instanceof State.Asked));
        } catch (InterruptedException e) {
            if (pass(asked, new State.Running<>())) { // it waits no longer, and nobody may answer
                throw e;
            }
        }
        if (state instanceof State.Answered<Q, A>(A answer)) {
            return answer;
        }
        throw new InterruptedException();
    }

    /** Called when the program has ended, or is given up. */
    void end() {
        state = new State.Ended<>();
        driver.wake();
        program.wake();
    }

    /**
     * Called by the driver when the program asks: answers it.
     *
     * @return whether it still asked this very question: it may have ended meanwhile, or wait no longer
     */
    @SuppressWarnings("ReferenceEquality") // the same words may be asked again, and are another question
    boolean answer(Q question, A answer) {
        State<Q, A> now = state;
        boolean asks = now instanceof State.Asked<Q, A>(Q asked) && asked == question;
        boolean answered = asks && pass(now, new State.Answered<>(answer));
        program.wake();
        return answered;
    }

    /** Goes on from one state to another, unless it is another by now or the end has come. */
    private boolean pass(State<Q, A> from, State<Q, A> to) {
        return !(from instanceof State.Ended) && STATE.compareAndSet(this, from, to);
    }

    /**
     * Called by the driver: waits until the program asks or has ended.
     *
     * @return the question, or null if it has ended
     */
    @Nullable
    Q await() throws InterruptedException {
        while (true) {
            driver.await(() -> state instanceof State.Asked || state instanceof State.Ended);
            switch (state) {
                case State.Asked<Q, A>(Q question) -> {
                    return question;
                }
                case State.Ended<Q, A> ignored -> {
                    return null;
                }
                case State.Running<Q, A> ignored -> {} // the question was taken back since
                case State.Answered<Q, A> ignored -> {} // and the one after it answered by another thread
            }
        }
    }
}
