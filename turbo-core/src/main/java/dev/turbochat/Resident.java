package dev.turbochat;

import dev.turbochat.error.SessionException;
import dev.turbochat.memory.Delivery;
import dev.turbochat.memory.Journal;
import dev.turbochat.step.Input;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
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

    /** How long a delivery waits for a replay to end; then it goes into the inbox. */
    private static final Duration LONGEST_REPLAY = Duration.ofSeconds(5);

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
        /** It waits for a time. */
        NAPPING,
        OVER
    }

    private final Host host;
    private final String session;
    private final Hub hub;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private volatile State state = State.WAKING;
    private @Nullable Journal journal;
    private @Nullable Inbox inbox;
    private @Nullable Run<?> run;
    private @Nullable Question question;
    private volatile @Nullable Handed handed;
    private @Nullable Throwable failure;
    private final CountDownLatch opened = new CountDownLatch(1);
    private final CountDownLatch gone = new CountDownLatch(1);
    private List<String> left = List.of();
    private boolean expected;

    /** Whether the answer that starts the run is still to be offered. */
    private boolean openingComes;

    private volatile boolean begun;
    private volatile boolean leaving;
    private volatile long since;

    /** A delivery in the hands of the program, which is not stored yet. */
    private static final class Handed {
        final Delivery delivery;
        boolean taken;
        boolean stored;
        boolean returned;

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

    /** Whether a delivery of this id is known of here. */
    boolean knows(String delivery) {
        lock.lock();
        try {
            return inbox != null && inbox.knows(delivery);
        } finally {
            lock.unlock();
        }
    }

    /** Who tells of the session while this drives it; null as long as that is not settled. */
    Telling.@Nullable Origin origin() {
        lock.lock();
        try {
            return journal == null || state == State.OVER
                    ? null
                    : new Telling.Origin(session, journal.incarnation(), journal.epoch());
        } finally {
            lock.unlock();
        }
    }

    // Waking

    /** Takes readers over from whoever drove the session before. */
    void begin() {
        begun = true;
        hub.begin();
        opened.countDown();
    }

    boolean hasBegun() {
        return begun;
    }

    /** Leaves readers to whoever drives the session from here on. */
    void ends(boolean idle) {
        if (begun) { // else it never was ours
            if (idle) {
                hub.idle(true);
            }
            hub.untell();
        }
    }

    /**
     * Takes up the work on an opened session. Called once.
     *
     * @param waiting what is in its inbox
     * @param startedBy the id of the delivery that starts the run, or started it; null if none does
     * @param comes whether that is an answer that is about to be offered: it goes before all others
     */
    void settle(Journal newJournal, Run<?> newRun, List<Delivery> waiting, @Nullable String startedBy, boolean comes) {
        lock.lock();
        try {
            openingComes = comes;
            journal = newJournal;
            run = newRun;
            inbox = new Inbox(newJournal, waiting, startedBy);
            hub.opened(newJournal.stored());
        } finally {
            lock.unlock();
        }
    }

    /** Says that it came to nothing, and to whoever waits, why. */
    void over(@Nullable Throwable why) {
        lock.lock();
        try {
            state = State.OVER;
            since = System.nanoTime();
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
            if (!woken && state == State.OVER) {
                return Offer.OVER; // what ended it has nothing to do with this
            }
            await(delivery, woken);
            if (state == State.OVER) {
                return over();
            }
            if (inbox().knows(delivery)) {
                return Offer.STORED;
            }
            boolean unaware = woken && question != null && question.secret() && question.again();
            if (state == State.ASKING
                    && handed == null
                    && inbox().next(question, openingComes) == null
                    && inbox().isAnswer(delivery, question)
                    && !unaware
                    && (woken || !openingComes)) {
                return hand(delivery);
            }
            boolean answers = delivery.content() instanceof Delivery.Answer;
            boolean isBusy = state == State.BUSY || state == State.NAPPING;
            if (isBusy && busy == Busy.REJECT && answers && !woken) {
                throw new SessionException.RunBusy(session);
            }
            store(delivery);
            return Offer.STORED;
        } finally {
            if (woken) {
                expected = false;
                openingComes = false;
            }
            changed.signalAll();
            lock.unlock();
        }
    }

    /**
     * Waits until the program has replayed, or, if it was woken for this, has come to its question, most likely; and in any
     * case until nobody else hands it the same: what stands in the journal and is not stored yet is not known.
     */
    private void await(Delivery delivery, boolean woken) throws InterruptedException {
        long replay = LONGEST_REPLAY.toNanos();
        long grace = woken ? GRACE.toNanos() : 0;
        while (true) {
            if ((state == State.WAKING && (journal == null || replay > 0)) || isHanded(delivery)) {
                replay = changed.awaitNanos(Math.max(replay, GRACE.toNanos()));
            } else if (state == State.BUSY && grace > 0) {
                grace = changed.awaitNanos(grace);
            } else {
                return;
            }
        }
    }

    private Offer hand(Delivery delivery) throws InterruptedException {
        Handed mine = new Handed(delivery);
        handed = mine;
        hub.idle(false);
        changed.signalAll();
        while (!mine.stored && !mine.returned && state != State.OVER) {
            changed.await();
        }
        while (mine.returned && isHanded(delivery)) {
            changed.await(); // another has handed the same meanwhile
        }
        if (mine.returned && state != State.OVER) {
            if (!inbox().knows(delivery)) { // else it is what went before, by another way
                store(delivery);
            }
            return Offer.STORED;
        }
        return mine.stored ? Offer.STORED : over();
    }

    private boolean isHanded(Delivery delivery) {
        Handed other = handed;
        return state != State.OVER && other != null && other.delivery.id().equals(delivery.id());
    }

    private Offer over() {
        if (failure instanceof RuntimeException e) {
            throw e;
        }
        return Offer.OVER;
    }

    private void store(Delivery delivery) {
        host.memory().deliver(session, delivery);
        takeAll(host.memory().inbox(session)); // what others put in before goes first
    }

    private void takeAll(List<Delivery> found) {
        inbox().addAll(found).forEach(this::announce);
    }

    private Inbox inbox() {
        return Objects.requireNonNull(inbox, "it was settled before");
    }

    /** Has the program see to what has come into the inbox. */
    private void announce(Delivery delivery) {
        if (state == State.ASKING) {
            hub.idle(false);
        }
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
                takeAll(found);
            }
        } finally {
            lock.unlock();
        }
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
    public boolean hasOpening() {
        lock.lock();
        try {
            return openingComes || inbox().hasOpening();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public List<Delivery> posts(boolean asks) {
        lock.lock();
        try {
            return inbox().posts(asks);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean nap(Instant until) throws InterruptedException {
        lock.lock();
        try {
            state = State.NAPPING;
            since = System.nanoTime();
            changed.signalAll();
            boolean isLong = Instant.now().plus(host.options().idle()).isBefore(until);
            while (true) {
                Duration left = Duration.between(Instant.now(), until);
                if (!left.isPositive()) {
                    state = State.BUSY;
                    return true;
                }
                if ((isLong || leaving || host.isCrowded()) && !expected) {
                    sleep();
                    return false;
                }
                changed.awaitNanos((left.compareTo(Naps.LONGEST) < 0 ? left : Naps.LONGEST).toNanos());
            }
        } catch (InterruptedException e) {
            state = State.BUSY;
            throw e;
        } finally {
            lock.unlock();
        }
    }

    /** Lets the program be taken down: from here on nothing is given to this run. */
    private void sleep() {
        left = inbox().ids(); // nothing of it is what the run waits for
        if (journal != null) {
            journal.sleeps(left);
        }
        state = State.OVER;
        since = System.nanoTime();
        changed.signalAll();
    }

    @Override
    public Optional<Input> answer(Question asked) throws InterruptedException {
        lock.lock(); // what waits here goes before a deadline that has passed
        try {
            state = State.ASKING;
            question = asked;
            since = System.nanoTime();
            changed.signalAll();
            long nanos = host.options().idle().toNanos();
            while (true) {
                Delivery delivery = answering();
                if (delivery != null && delivery.content() instanceof Delivery.Answer answer) {
                    state = State.BUSY;
                    hub.idle(false);
                    return Optional.of(answer.input());
                }
                boolean late = asked.deadline() != null && !asked.deadline().isAfter(Instant.now());
                if (!late && (nanos <= 0 || leaving || host.isCrowded()) && !expected) {
                    sleep();
                    return Optional.empty();
                }
                hub.idle(!expected && !late);
                if (late) {
                    changed.awaitNanos(GRACE.toNanos()); // until the alarm interrupts this
                } else if (expected) {
                    changed.await();
                } else {
                    nanos = changed.awaitNanos(nanos);
                }
            }
        } catch (InterruptedException e) {
            state = State.BUSY;
            hub.idle(false);
            giveBack();
            changed.signalAll();
            throw e;
        } finally {
            question = null;
            lock.unlock();
        }
    }

    private @Nullable Delivery answering() {
        Delivery next = inbox().next(question, openingComes);
        if (next != null) {
            inbox().give(next);
            return next;
        }
        Handed given = handed;
        if (given != null && !given.taken) {
            given.taken = true;
            return given.delivery;
        }
        return null;
    }

    /** The question is taken back: whoever was about to answer it puts it into the inbox instead. */
    private void giveBack() {
        Handed given = handed;
        if (given != null && !given.taken) {
            given.returned = true;
            handed = null;
        }
    }

    @Override
    public @Nullable List<String> waiting(Input input) {
        lock.lock();
        try {
            Handed given = handed;
            boolean direct = given != null && given.delivery.id().equals(input.id());
            return direct ? inbox().ids() : null;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void taken(Input input) {
        stored(input.id());
    }

    @Override
    public void overtaken(Input input) {
        List<Delivery> found = host.memory().inbox(session);
        lock.lock();
        try {
            Journal mine = Objects.requireNonNull(journal);
            found.stream().map(Delivery::id).filter(mine::holds).forEach(mine::take); // brought again, and done with
            takeAll(found);
            Handed given = handed;
            if (given != null && given.delivery.id().equals(input.id())) {
                given.returned = true;
                handed = null;
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
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
            Handed given = handed;
            if (given != null && given.delivery.id().equals(id)) {
                given.stored = true;
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
            return inbox != null && inbox.isWanted(left);
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
        opened.countDown();
        gone.countDown();
    }

    /** Waits until it is known whether the session is driven here: its hub knows how it stands, or it is gone. */
    void awaitOpened() throws InterruptedException {
        opened.await();
    }

    void awaitGone() throws InterruptedException {
        gone.await();
    }

    /** Waits so long, and says whether it is gone. */
    boolean awaitGone(long nanos) throws InterruptedException {
        return gone.await(nanos, TimeUnit.NANOSECONDS);
    }

    /** Whether it only waits, and nobody has it hibernate for that yet. Takes no lock. */
    boolean isWaiting() {
        return (state == State.ASKING || state == State.NAPPING) && handed == null && !leaving;
    }

    /** Whether its run was let sleep at a question or a timer. */
    boolean isLeft() {
        return state == State.OVER;
    }

    /** Since when it waits, or is over, by {@link System#nanoTime}. */
    long since() {
        return since;
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
}
