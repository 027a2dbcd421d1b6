package dev.turbochat;

import java.util.Objects;

/** Turbo's hand-off alone, without steps and journal: a class of the core's own that nobody else may use. */
public final class BareHandOff {
    private final Coroutine<Integer, Integer> coroutine = new Coroutine<>();

    /** Asks so many questions on a thread of its own, and answers them on the caller's. */
    public void run(int questions) throws InterruptedException {
        Thread program = Thread.ofVirtual().start(() -> {
            try {
                for (int i = 0; i < questions; i++) {
                    coroutine.ask(i);
                }
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            } finally {
                coroutine.end();
            }
        });
        for (Integer question = coroutine.await(); question != null; question = coroutine.await()) {
            if (!coroutine.answer(Objects.requireNonNull(question), question)) {
                throw new IllegalStateException("Question " + question + " was taken back.");
            }
        }
        program.join();
    }
}
