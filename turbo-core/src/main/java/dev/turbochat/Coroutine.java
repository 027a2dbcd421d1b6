package dev.turbochat;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Hands control back and forth between a driver and the program that it pulls: exactly one of the two runs at a time.
 *
 * <p>All of the hand-off is here: one atomic field holds the state, and each side writes it only when it is its turn. The
 * one thing that may come at any time is the end, when the run is closed from outside: nothing is written over it. A
 * program that waits no longer, because the time for an answer is over, takes its question back and runs on by itself.
 *
 * <pre>
 *            resume(answer)                 take
 *   Asked ------------------> Answered ------------> Running
 *     ^       (driver)                  (program)     |   |
 *     |                    ask(question)              |   |  end()
 *     +-----------------------------------------------+   +--------> Ended
 *                             (program)                  (program)
 * </pre>
 *
 * <p>A side that has written the state unparks the other and parks until the state is its own again. Parking may return
 * for no reason, so the state is looked at in a loop; a permit that was given before the other side parked makes it
 * return at once, so no wake-up is lost: the writer writes the state before it unparks, and the reader reads it after
 * it was unparked. The volatile write and read also order everything that the two sides do to shared objects, such as
 * the list of what was said.
 *
 * @param <Q> what the program asks
 * @param <A> what the driver answers
 */
final class Coroutine<Q, A> {
    private sealed interface State<Q, A> {
        record Running<Q, A>() implements State<Q, A> {}

        record Asked<Q, A>(Q question) implements State<Q, A> {}

        record Answered<Q, A>(A answer) implements State<Q, A> {}

        record Ended<Q, A>() implements State<Q, A> {}
    }

    private final AtomicReference<State<Q, A>> state = new AtomicReference<>(new State.Running<>());
    private volatile @Nullable Thread driver;
    private volatile @Nullable Thread program;

    /**
     * Called by the program: hands a question over and waits for its answer.
     *
     * @throws InterruptedException if the program is interrupted, or the run was ended from outside
     */
    A ask(Q question) throws InterruptedException {
        program = Thread.currentThread();
        pass(State.Running.class, new State.Asked<>(question));
        LockSupport.unpark(driver);
        while (true) {
            switch (now()) {
                case State.Answered<Q, A>(A answer) -> {
                    pass(State.Answered.class, new State.Running<>());
                    return answer;
                }
                case State.Ended<Q, A> ignored -> throw new InterruptedException();
                case State.Asked<Q, A> ignored -> {}
                case State.Running<Q, A> ignored -> {}
            }
            if (Thread.interrupted()) {
                pass(State.Asked.class, new State.Running<>()); // it waits no longer, and nobody may answer
                throw new InterruptedException();
            }
            LockSupport.park(this);
        }
    }

    /** Called when the program has ended, or is given up. */
    void end() {
        state.set(new State.Ended<>());
        LockSupport.unpark(driver);
    }

    /**
     * Called by the driver when the program asks: answers it.
     *
     * @return whether it still asked this very question: it may have ended meanwhile, or wait no longer
     */
    @SuppressWarnings("ReferenceEquality") // the same words may be asked again, and are another question
    boolean answer(Q question, A answer) {
        State<Q, A> now = now();
        boolean asks = now instanceof State.Asked<Q, A>(Q asked) && asked == question;
        boolean answered = asks && state.compareAndSet(now, new State.Answered<>(answer));
        LockSupport.unpark(program);
        return answered;
    }

    private State<Q, A> now() {
        return Objects.requireNonNull(state.get());
    }

    /** Writes the state if it is the one that the caller goes on from. */
    private boolean pass(Class<?> from, State<Q, A> to) {
        State<Q, A> now = now();
        return from.isInstance(now) && state.compareAndSet(now, to);
    }

    /**
     * Called by the driver: waits until the program asks or has ended.
     *
     * @return the question, or null if it has ended
     */
    @Nullable
    Q await() throws InterruptedException {
        driver = Thread.currentThread();
        while (true) {
            switch (now()) {
                case State.Asked<Q, A>(Q question) -> {
                    return question;
                }
                case State.Ended<Q, A> ignored -> {
                    return null;
                }
                case State.Running<Q, A> ignored -> park();
                case State.Answered<Q, A> ignored -> park();
            }
        }
    }

    private void park() throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        LockSupport.park(this);
    }
}
