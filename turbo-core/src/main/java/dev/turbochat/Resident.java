package dev.turbochat;

import dev.turbochat.error.SessionException;
import dev.turbochat.memory.Body;
import dev.turbochat.memory.Delivery;
import dev.turbochat.memory.Entry;
import dev.turbochat.memory.Journal;
import dev.turbochat.step.Input;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A session that is awake: its run, and the desk at which what is delivered meets what is asked.
 *
 * <p>A delivery that answers the question being asked is handed to the program's thread, and is acknowledged when its
 * entry is stored; any other is put into the memory's inbox, and is acknowledged by that. The program takes from the
 * inbox at its next question. It lives for one run, or until it hibernates.
 */
final class Resident implements Desk {
    /** How long a session that was just woken is given to come to its question. */
    private static final Duration GRACE = Duration.ofMillis(50);

    /** What came of offering a delivery. */
    enum Offer {
        /** It is stored. */
        STORED,
        /** The session went to sleep, or its run ended, before it was: offer it to the next resident. */
        OVER
    }

    private enum State {
        WAKING,
        BUSY,
        ASKING,
        OVER
    }

    private final Host host;
    private final String session;
    private final Hub hub;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final List<Delivery> inbox = new ArrayList<>();
    private State state = State.WAKING;
    private @Nullable Journal journal;
    private @Nullable Run<?> run;
    private @Nullable String opening;
    private @Nullable Question question;
    private @Nullable Handed handed;
    private @Nullable Throwable failure;
    private final CountDownLatch gone = new CountDownLatch(1);
    private List<String> left = List.of();
    private boolean expected;
    private boolean leaving;
    private volatile long askingSince;

    /** A delivery in the hands of the program, which is not stored yet. */
    private static final class Handed {
        final Delivery delivery;
        boolean taken;
        boolean stored;

        Handed(Delivery delivery) {
            this.delivery = delivery;
        }
    }

    /**
     * @param expected whether something is about to be offered: it waits for that
     */
    Resident(Host host, String session, Hub hub, boolean expected) {
        this.expected = expected;
        this.host = host;
        this.session = session;
        this.hub = hub;
    }

    String session() {
        return session;
    }

    Hub hub() {
        return hub;
    }

    // Waking

    /**
     * Takes up the work on an opened session. Called once.
     *
     * @param waiting what is in its inbox
     * @param newRun the id of the delivery that starts the run; null if the run goes on
     */
    void settle(Journal newJournal, Run<?> newRun, List<Delivery> waiting, @Nullable String startedBy) {
        lock.lock();
        try {
            journal = newJournal;
            run = newRun;
            opening = startedBy;
            inbox.addAll(waiting);
        } finally {
            lock.unlock();
        }
    }

    /** Says that it came to nothing, and to whoever waits, why. */
    void over(@Nullable Throwable why) {
        lock.lock();
        try {
            state = State.OVER;
            failure = why;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    // What is delivered

    /**
     * Offers a delivery, and waits until it is stored.
     *
     * @param woken whether it was woken for this
     * @throws SessionException.RunBusy if the program is busy, and that is what is to happen then
     */
    Offer offer(Delivery delivery, Busy busy, boolean woken) throws InterruptedException {
        lock.lock();
        try {
            while (state == State.WAKING
                    || (handed != null && handed.delivery.id().equals(delivery.id()))) {
                changed.await();
            }
            long grace = woken ? GRACE.toNanos() : 0;
            while (state == State.BUSY && grace > 0) { // on its way to its question, most likely
                grace = changed.awaitNanos(grace);
            }
            if (state == State.OVER) {
                return over();
            }
            if (isKnown(delivery)) {
                return Offer.STORED;
            }
            boolean unaware = woken && question != null && question.secret() && question.again();
            if (state == State.ASKING && handed == null && next() == null && isAnswer(delivery) && !unaware) {
                return hand(delivery);
            }
            boolean answers = delivery.content() instanceof Delivery.Answer;
            if (state == State.BUSY && busy == Busy.REJECT && answers && !woken) {
                throw new SessionException.RunBusy(session);
            }
            store(delivery);
            return Offer.STORED;
        } finally {
            expected &= !woken;
            changed.signalAll();
            lock.unlock();
        }
    }

    private Offer hand(Delivery delivery) throws InterruptedException {
        Handed mine = new Handed(delivery);
        handed = mine;
        changed.signalAll();
        while (!mine.stored && state != State.OVER) {
            changed.await();
        }
        return mine.stored ? Offer.STORED : over();
    }

    private Offer over() {
        if (failure instanceof RuntimeException e) {
            throw e;
        }
        return Offer.OVER;
    }

    private void store(Delivery delivery) {
        if (host.memory().deliver(session, delivery)) {
            take(delivery);
        }
    }

    private void take(Delivery delivery) {
        inbox.add(delivery);
        changed.signalAll();
        boolean interrupts =
                delivery.content() instanceof Delivery.Answer answer && answer.urgency() == Delivery.Urgency.INTERRUPTS;
        if (interrupts && run != null) {
            run.stop();
        }
    }

    /** Looks for what others put into the inbox. */
    void look() {
        List<Delivery> found = host.memory().inbox(session);
        lock.lock();
        try {
            if (state != State.OVER && state != State.WAKING) {
                found.stream().filter(delivery -> !isKnown(delivery)).forEach(this::take);
            }
        } finally {
            lock.unlock();
        }
    }

    private boolean isKnown(Delivery delivery) {
        boolean waits = inbox.stream().anyMatch(waiting -> waiting.id().equals(delivery.id()));
        boolean started =
                delivery.content() instanceof Delivery.Start && delivery.id().equals(opening);
        return waits || started || (journal != null && journal.holds(delivery.id()));
    }

    /** What in the inbox answers the question, the oldest first; null if nothing does. */
    private @Nullable Delivery next() {
        return inbox.stream().filter(this::isAnswer).findFirst().orElse(null);
    }

    /** Whether it may answer the question: what opened the run waits for one that anything may answer. */
    private boolean isAnswer(Delivery delivery) {
        if (question == null || !(delivery.content() instanceof Delivery.Answer)) {
            return false;
        }
        boolean waited = inbox.contains(delivery); // so it was stored in clear
        return !(question.secret() && waited)
                && !(question.typed() && delivery.id().equals(opening));
    }

    // The program's thread

    @Override
    public void live() {
        lock.lock();
        try {
            if (state == State.WAKING) {
                state = State.BUSY;
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public List<Delivery> posts(boolean asks) {
        lock.lock();
        try {
            if (inbox.isEmpty()) {
                return List.of();
            }
            List<Delivery> posts = new ArrayList<>();
            for (Iterator<Delivery> waiting = inbox.iterator(); waiting.hasNext(); ) {
                Delivery delivery = waiting.next();
                boolean steers = delivery.content() instanceof Delivery.Answer answer
                        && answer.urgency() == Delivery.Urgency.STEERS
                        && !asks;
                if (steers || delivery.content() instanceof Delivery.Post) {
                    posts.add(delivery);
                    waiting.remove();
                }
            }
            return posts;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Duration patience() {
        return host.options().idle();
    }

    @Override
    public Optional<Input> answer(Question asked) throws InterruptedException {
        lock.lock(); // what waits here goes before a deadline that has passed
        try {
            state = State.ASKING;
            question = asked;
            askingSince = System.nanoTime();
            changed.signalAll();
            long nanos = host.options().idle().toNanos();
            while (true) {
                Delivery delivery = answering();
                if (delivery != null && delivery.content() instanceof Delivery.Answer answer) {
                    state = State.BUSY;
                    hub.idle(false);
                    return Optional.of(answer.input());
                }
                if ((nanos <= 0 || leaving || host.isCrowded()) && !expected) {
                    left = inbox.stream().map(Delivery::id).toList(); // none of them answers this question
                    if (journal != null) {
                        journal.leave(left);
                    }
                    state = State.OVER; // nothing more is handed to this run
                    changed.signalAll();
                    return Optional.empty();
                }
                hub.idle(!expected);
                if (expected) {
                    changed.await();
                } else {
                    nanos = changed.awaitNanos(nanos);
                }
            }
        } catch (InterruptedException e) {
            state = State.BUSY;
            hub.idle(false);
            changed.signalAll();
            throw e;
        } finally {
            question = null;
            lock.unlock();
        }
    }

    private @Nullable Delivery answering() {
        Delivery next = next();
        if (next != null) {
            inbox.remove(next);
            return next;
        }
        if (handed != null && !handed.taken) {
            handed.taken = true;
            return handed.delivery;
        }
        return null;
    }

    @Override
    public void show(Event event) {
        Event shown =
                event instanceof Event.Done done ? new Event.Done(done.place(), Json.ifPossible(done.result())) : event;
        if (journal != null) {
            hub.publish(shown, journal.stored());
        }
        if (event instanceof Event.Heard heard) {
            stored(heard.input().id());
        }
    }

    /** Tells readers that the run cannot go on; it is no entry of the journal, and moves no reader on. */
    void fail(Host.Parked why) {
        if (journal != null) {
            Event.Place place = new Event.Place(session, journal.stored(), 0, 0);
            hub.publish(new Event.Failed(place, why.code(), why.message()), journal.stored());
        }
    }

    private void stored(@Nullable String id) {
        lock.lock();
        try {
            if (handed != null && handed.delivery.id().equals(id)) {
                handed.stored = true;
                handed = null;
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Whether something waits that a run should be woken for, or started. */
    boolean isWanted() {
        lock.lock();
        try {
            return inbox.stream()
                    .anyMatch(delivery ->
                            !(delivery.content() instanceof Delivery.Post) && !left.contains(delivery.id()));
        } finally {
            lock.unlock();
        }
    }

    // From outside

    /** Has it hibernate at its question, or as soon as it asks one. */
    void leave() {
        lock.lock();
        try {
            leaving = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Says that its session may be opened by another. */
    void gone() {
        gone.countDown();
    }

    void awaitGone() throws InterruptedException {
        gone.await();
    }

    boolean isAsking() {
        lock.lock();
        try {
            return state == State.ASKING && handed == null;
        } finally {
            lock.unlock();
        }
    }

    /** Since when it asks, by {@link System#nanoTime}. */
    long askingSince() {
        return askingSince;
    }

    @Nullable
    Run<?> run() {
        lock.lock();
        try {
            return run;
        } finally {
            lock.unlock();
        }
    }

    /** What a journal says about the run that is under way in it, if one is. */
    static Body.@Nullable RunStarted underWay(List<Entry> entries) {
        Body.RunStarted started = null;
        for (Entry entry : Entry.inForce(entries)) {
            if (entry.body() instanceof Body.RunStarted begun) {
                started = begun;
            } else if (entry.body() instanceof Body.RunEnded) {
                started = null;
            }
        }
        return started;
    }
}
