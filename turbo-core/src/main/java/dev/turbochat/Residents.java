package dev.turbochat;

import dev.turbochat.error.BackendException;
import dev.turbochat.error.MemoryException;
import dev.turbochat.error.ProgramException;
import dev.turbochat.error.SessionException;
import dev.turbochat.memory.Delivery;
import dev.turbochat.memory.LastRun;
import dev.turbochat.memory.Memory;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sessions of a host that are awake: wakes them, and lets them go.
 *
 * <p>A session has one resident at a time, which is found in the map from before its journal is opened until after it is
 * closed; so whoever finds none may open it. A resident takes one of a fixed number of slots. If none is free, the one that
 * has waited longest for input hibernates early.
 */
final class Residents {
    private static final Logger LOG = LoggerFactory.getLogger(Host.class);

    /** How often a session is woken for one delivery before that is left in its inbox. */
    private static final int MOST_WAKINGS = 5;

    /** How long is waited for a slot before it is looked again for a session that can make room. */
    private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

    private final Host host;
    private final Memory memory;
    private final Runner runner;
    private final Runner.Options runnerOptions;
    private final Semaphore slots;
    private final Map<String, Resident> awake = new ConcurrentHashMap<>();
    private final Hubs hubs = new Hubs();
    private final Parking parking = new Parking();
    private final Relay relay;
    private final Settling settling;
    /** Those that are being taken down since they do not end by themselves. */
    private final Set<Resident> hurried = ConcurrentHashMap.newKeySet();

    private volatile boolean closing;

    Residents(Host host, Runner runner, Runner.Options runnerOptions) {
        this.host = host;
        this.memory = host.memory();
        this.runner = runner;
        this.runnerOptions = runnerOptions;
        this.relay = new Relay(memory, awake::get, this::lookAfterApart);
        this.settling = new Settling(memory, runner, runnerOptions.programs(), parking, relay);
        this.slots = new Semaphore(host.options().awake());
    }

    // Deliveries

    /** Brings a delivery to its session, wherever that is, and returns once it is stored. */
    void bring(String session, Delivery delivery, Busy busy) throws InterruptedException {
        if (!delivery.program().isEmpty()) {
            int ignored = runnerOptions.programs().newest(session, delivery.program()); // it must not wait for a run
        }
        for (int wakings = 0; wakings < MOST_WAKINGS; ) {
            Woken woken = wake(session, delivery, host.options().patience());
            if (woken == null || offer(woken, delivery, busy) == Resident.Offer.STORED) {
                return;
            }
            wakings += woken.now() ? 1 : 0;
            woken.resident().awaitGone();
        }
        memory.deliver(session, delivery); // nobody stays awake long enough to be given it
        Resident found = awake.get(session);
        if (found != null) {
            look(found);
        }
    }

    private static Resident.Offer offer(Woken woken, Delivery delivery, Busy busy) throws InterruptedException {
        try {
            return woken.resident().offer(delivery, busy, woken.now());
        } catch (MemoryException.NotOwner e) {
            return Resident.Offer.OVER; // it was not stored, and whoever owns the session now is to have it
        }
    }

    /** A session that is awake, and whether it was woken just now. */
    private record Woken(Resident resident, boolean now) {}

    // Waking

    /**
     * The session's resident, made if need be.
     *
     * @param delivery what it is woken for; null if it is to be looked after
     * @return the resident to which the delivery is to be offered; null if it is stored, or nothing is to be done
     */
    private @Nullable Woken wake(String session, @Nullable Delivery delivery, Duration patience)
            throws InterruptedException {
        if (closing) {
            throw new SessionException.HostClosed(session);
        }
        Resident found = awake.get(session);
        while (found == null && !takeSlot(session, patience)) {
            found = awake.get(session);
        }
        if (found != null) {
            return new Woken(found, false);
        }
        Resident resident = new Resident(host, session, hubs.use(session), delivery != null);
        Resident other = awake.putIfAbsent(session, resident);
        if (other != null) {
            hubs.unuse(session);
            slots.release();
            return new Woken(other, false);
        }
        boolean settled = false;
        try {
            if (closing) { // while it was being woken: nobody would see to its end
                throw new SessionException.HostClosed(session);
            }
            settled = settling.settle(resident, delivery, () -> ended(resident));
            return settled ? new Woken(resident, true) : null;
        } finally {
            if (!settled) {
                resident.over(null); // others who wait for it try for themselves
                leave(resident, false);
            }
        }
    }

    boolean isCrowded() {
        return slots.hasQueuedThreads();
    }

    /** Takes a slot; false if the session needs none any more, since it is awake by now. */
    private boolean takeSlot(String session, Duration patience) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!slots.tryAcquire()) {
            awake.values().stream()
                    .filter(Resident::isWaiting)
                    .min(Comparator.comparingLong(Resident::since))
                    .ifPresent(Resident::leave);
            long left = Math.min(deadline - System.nanoTime(), LOOK_AGAIN.toNanos());
            if (slots.tryAcquire(left, TimeUnit.NANOSECONDS)) {
                return true;
            }
            if (awake.containsKey(session)) {
                return false;
            }
            if (System.nanoTime() - deadline >= 0) {
                throw new SessionException.HostFull(session, host.options().awake());
            }
        }
        return true;
    }

    /** Looks after these sessions, and says whether there was room for all. */
    boolean lookAfter(List<String> sessions) throws InterruptedException {
        for (String session : sessions) {
            Resident resident = awake.get(session);
            if (resident != null) {
                look(resident);
            } else if (!parking.holds(session)) {
                if (slots.availablePermits() == 0 && awake.values().stream().noneMatch(Resident::isWaiting)) {
                    return false;
                }
                lookAfter(session);
            }
        }
        return true;
    }

    private static void look(Resident resident) {
        try {
            resident.look();
        } catch (BackendException e) {
            LOG.warn("The inbox of a session cannot be read: {}", e.getMessage());
        }
    }

    private void lookAfter(String session) throws InterruptedException {
        try {
            wake(session, null, host.options().patience());
        } catch (SessionException.HostFull | SessionException.HostClosed | MemoryException.MemoryClosed e) {
            LOG.debug("{}", e.getMessage());
        } catch (RuntimeException e) { // of whatever kind: it must not keep others from being looked after
            LOG.warn("Session '{}' cannot be woken: {}", session, e.getMessage());
            parking.park(session, e);
        }
    }

    private void lookAfterApart(String session) {
        Thread.ofVirtual().name("turbo waking").start(() -> {
            try {
                lookAfter(session);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    /** Takes down the runs that were let sleep and do not end: their programs do something else instead. */
    void hurry() {
        long longest = runnerOptions.closeWithin().toNanos();
        for (Resident resident : awake.values()) {
            Run<?> run = resident.run();
            boolean lags = resident.isLeft() && System.nanoTime() - resident.since() > longest;
            if (run != null && lags && hurried.add(resident)) {
                Thread.ofVirtual().name("turbo closing").start(() -> close(run));
            }
        }
    }

    private static void close(Run<?> run) {
        try {
            run.close();
        } catch (ProgramException.ProgramStuck | MemoryException e) {
            LOG.warn("A session was left as it is: {}", e.getMessage());
        }
    }

    // The end of a run

    /** Called on the program's thread when a run has ended or sleeps. */
    private void ended(Resident resident) {
        String session = resident.session();
        Run<?> run = resident.run();
        if (run == null) {
            return; // it was given up before it was settled
        }
        Throwable fatal = run.fatal();
        boolean goesOn = false;
        try {
            Host.Parked why = why(run, resident);
            if (why != null) {
                LOG.warn("Session '{}' is parked: {}", session, why.message());
                parking.park(session, why);
                run.park(why.until());
                resident.fail(why);
            }
            letGo(session, run);
            goesOn = why == null && resident.isWanted() && !closing;
        } finally {
            resident.over(fatal);
            leave(resident, goesOn);
        }
        if (goesOn) {
            lookAfterApart(session);
        }
    }

    /** Why a run that has ended is not to be carried on; null if it is. */
    private Host.@Nullable Parked why(Run<?> run, Resident resident) {
        Throwable fatal = run.fatal();
        if (fatal != null) {
            return Host.Parked.of(fatal, Parking.REST);
        }
        if (run.isAsleep() && !resident.isLeft() && !closing) {
            String message = "The program of session '" + resident.session() + "' was interrupted by somebody else than"
                    + " its host, and sleeps; let nothing in it interrupt its thread.";
            return new Host.Parked("interrupted", message, Instant.now().plus(Parking.REST));
        }
        return null;
    }

    private void letGo(String session, Run<?> run) {
        try {
            runner.forget(session, run);
        } catch (RuntimeException e) {
            LOG.warn("Session '{}' could not be let go of: {}", session, e.getMessage());
        }
    }

    private void leave(Resident resident, boolean goesOn) {
        try {
            resident.ends(!goesOn); // before another may say that the session is not idle
        } finally {
            awake.remove(resident.session(), resident);
            hurried.remove(resident);
            resident.gone();
            hubs.unuse(resident.session());
            slots.release();
        }
    }

    Map<String, Host.Parked> parked() {
        return parking.all();
    }

    List<String> awake() {
        return List.copyOf(awake.keySet());
    }

    int freeSlots() {
        return slots.availablePermits();
    }

    int hubs() {
        return hubs.size();
    }

    // Readers

    Events events(String session, @Nullable String after) {
        EventId from = after == null || after.isEmpty() ? EventId.START : EventId.parse(after);
        Hub hub = hubs.use(session);
        Events events = new Events(session, from, hub, memory, runnerOptions.sentences(), () -> {
            relay.unfollow(session);
            hubs.unuse(session);
        });
        try {
            relay.follow(session, hub); // before a look at the journal, so that nothing falls between
            Resident found = awake.get(session);
            if (found != null) {
                found.awaitOpened();
            }
            if (!awake.containsKey(session)
                    && !closing
                    && LastRun.underWay(memory.read(session)).isPresent()) {
                lookAfter(session);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            events.close();
            throw e;
        }
        return events;
    }

    boolean stop(String session) {
        Resident resident = awake.get(session);
        Run<?> run = resident == null ? null : resident.run();
        if (run == null) {
            relay.stop(session);
        }
        return run != null && run.stop();
    }

    void retry(String session) throws InterruptedException {
        boolean wasParked = parking.free(session);
        Resident before = awake.get(session);
        if (!runner.rewindFailure(session) && !wasParked) {
            throw new SessionException.NothingToRetry(session);
        }
        if (before != null) {
            before.awaitGone(); // it had let go of the session
        }
        wake(session, null, host.options().patience());
    }

    // The end

    /** Begins to listen to what other nodes call. */
    void open() {
        relay.start();
    }

    void close(Duration drain) {
        closing = true;
        awake.values().forEach(Resident::leave);
        boolean interrupted = !awaitAll(drain);
        settling.drain();
        List<Thread> takingDown = awake.values().stream()
                .map(Resident::run)
                .flatMap(Stream::ofNullable)
                .map(run -> Thread.ofVirtual().name("turbo closing").start(() -> close(run)))
                .toList();
        for (Thread thread : takingDown) {
            interrupted |= !joined(thread);
        }
        relay.close();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits so long for all to be gone; false if this thread is interrupted instead. */
    private boolean awaitAll(Duration drain) {
        long deadline = System.nanoTime() + drain.toNanos();
        try {
            for (Resident resident : awake.values()) {
                if (!resident.awaitGone(deadline - System.nanoTime())) {
                    return true;
                }
            }
            return true;
        } catch (InterruptedException e) {
            return false;
        }
    }

    /** Waits for what has a bound of its own; says whether this thread was not interrupted meanwhile. */
    private static boolean joined(Thread thread) {
        boolean undisturbed = true;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                undisturbed = false;
            }
        }
        return undisturbed;
    }
}
