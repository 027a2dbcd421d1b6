package dev.turbochat;

import dev.turbochat.memory.Signals;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;

/**
 * Passes on to the readers here what a session shows at another node.
 *
 * <p>What is called is worked off in order by a thread of its own, which ends when nothing is left. Where a number is missing
 * it asks for the whole; if nobody answers, it has the readers look at the journal, less and less often. Thread-safe.
 */
final class Following {
    private static final Logger LOG = LoggerFactory.getLogger(Host.class);
    private static final int MOST_WAITING = 10_000;
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

    /** How often nobody answers before nothing is under way: longer than a dead node's session waits for the next one. */
    private static final int GIVEN_UP = 8;

    private final Hub hub;
    private final String session;
    private final BooleanSupplier elsewhere;
    private final Consumer<@Nullable String> ask;
    private final Runnable lookAfter;
    private final Supplier<List<String>> inbox;
    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<String> calls = new ArrayDeque<>();
    private boolean working;
    private Signals.@Nullable Listening listening;

    private Telling.@Nullable Origin origin;
    private long number;
    private volatile boolean answered;
    private int unanswered;
    private final AtomicInteger silence = new AtomicInteger();
    private long pause = 1;

    /** Counted by {@link Relay}. */
    int readers;

    /**
     * @param elsewhere whether the session is not driven here
     * @param ask asks whoever drives it to tell the whole, and to repeat a question with it
     * @param lookAfter has it carried on here if nobody drives it any more
     * @param inbox the ids of what waits for the session
     */
    Following(
            String session,
            Hub hub,
            BooleanSupplier elsewhere,
            Consumer<@Nullable String> ask,
            Runnable lookAfter,
            Supplier<List<String>> inbox) {
        this.inbox = inbox;
        this.lookAfter = lookAfter;
        this.session = session;
        this.hub = hub;
        this.elsewhere = elsewhere;
        this.ask = ask;
    }

    void listen(Signals signals) {
        listening = signals.listen(Relay.topic(session), this::called);
    }

    void close() {
        if (listening != null) {
            listening.close();
        }
    }

    private void called(String text) {
        lock.lock();
        try {
            if (calls.size() >= MOST_WAITING) {
                calls.clear(); // the number behind will be missed
            }
            calls.addLast(text);
            if (!working) {
                working = true;
                Thread.ofVirtual().name("turbo following").start(this::work);
            }
        } finally {
            lock.unlock();
        }
    }

    private void work() {
        while (true) {
            String text;
            lock.lock();
            try {
                text = calls.pollFirst();
                if (text == null) {
                    working = false;
                    return;
                }
            } finally {
                lock.unlock();
            }
            try {
                take(Telling.Told.of(text));
            } catch (JacksonException e) { // a newer node's
                LOG.debug("What another node tells is not known here: {}", e.getOriginalMessage());
            } catch (RuntimeException e) {
                LOG.warn("What another node tells of session '{}' is not passed on: {}", session, e.toString());
            }
        }
    }

    private void take(Telling.Told told) {
        if (!elsewhere.getAsBoolean() || (origin != null && told.origin().isBefore(origin))) {
            return; // it is driven here, or that node has lost it and does not know yet
        }
        answered = true;
        if (passOn(told)) {
            hub.answered(told.answer());
        } else {
            ask.accept(hub.question());
        }
    }

    /** Passes on what is told, unless it was before; false if something was lost before it. */
    private boolean passOn(Telling.Told told) {
        boolean known = told.origin().equals(origin);
        if (known && told.number() <= number) {
            return true; // a repeat
        }
        if (told.whole()) {
            hub.restore(told.events(), told.stored(), told.idle());
        } else if (known && told.number() == number + 1) {
            told.events().forEach(event -> hub.publish(event, told.stored()));
            hub.idle(told.idle());
        } else {
            return false;
        }
        origin = told.origin();
        number = told.number();
        return true;
    }

    /** Has the turn of readers here not over before whoever drives the session has told how it stands from now on. */
    void doubt() {
        String question = UUID.randomUUID().toString();
        if (hub.question() == null) {
            silence.set(0);
        } // else nobody has answered so far: whoever asks again has to wait no longer for that
        hub.doubt(question);
        ask.accept(question);
    }

    /** Has the turn of readers here not over before what was delivered has left the inbox. */
    void await(String delivery) {
        silence.set(0);
        hub.await(delivery);
    }

    /** Does so for all that a reader who comes finds in the inbox; others who came before him wait no longer for that. */
    void awaitAll(List<String> found) {
        if (!found.isEmpty() && !hub.isAwaiting() && hub.question() == null) {
            silence.set(0);
        }
        found.forEach(hub::await);
    }

    /** Asks for the whole; looks at the journal if that was not answered for a while. */
    void ask() {
        if (!elsewhere.getAsBoolean()) {
            hub.awaitNone(); // what a reader found in the inbox while the session woke up here
            return;
        }
        if (hub.isAwaiting()) {
            hub.awaitOnly(inbox.get());
        }
        if (answered) {
            answered = false;
            unanswered = 0;
            pause = 1;
            if (!hub.isLeftWaiting()) {
                silence.set(0);
            } else if (silence.incrementAndGet() >= GIVEN_UP) {
                hub.awaitNone(); // whoever drives it knows of it long since, and leaves it where it is
            }
            ask.accept(hub.question());
            return;
        }
        if (silence.incrementAndGet() >= GIVEN_UP) {
            hub.giveUp();
        } else if (hub.question() != null) {
            lookAfter.run(); // whoever was asked may have let go of it just before
        }
        if (++unanswered > pause) {
            unanswered = 0;
            pause = Math.min(2 * pause, LONGEST_PAUSE.dividedBy(Relay.EVERY));
            hub.lookAgain();
        }
        ask.accept(hub.question());
    }
}
