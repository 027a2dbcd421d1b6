package dev.turbochat;

import dev.turbochat.memory.Delivery;
import dev.turbochat.memory.Memory;
import dev.turbochat.memory.Signals;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;

/**
 * Brings what a session tells to readers at other nodes, live, for as long as there are any.
 *
 * <p>A node that has readers of a session which it does not drive calls that out, again and again; whoever drives the session
 * then calls out what he shows. All of it are hints: what is lost on the way is asked for again, and what is stored stands in
 * the journal. Thread-safe.
 */
final class Relay implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Host.class);

    /** The topic on which is called what a node wants of whoever drives a session. */
    private static final String WANTED = "wanted";

    /** How often a node calls that it has readers. */
    static final Duration EVERY = Duration.ofSeconds(2);

    /** How long a session is called out after somebody said that he has readers. */
    static final Duration LONG = EVERY.multipliedBy(3);

    private static final int MOST_FOLLOWED = 100_000;

    private final Memory memory;
    private final Signals signals;
    private final Function<String, @Nullable Resident> residents;
    private final Consumer<String> lookAfter;
    private final Map<String, Long> followed = new ConcurrentHashMap<>();
    private final Map<String, Following> followings = new HashMap<>();
    private final List<Signals.Listening> listenings;
    private final Thread thread;

    /**
     * What one node wants of another: to be told of a session, or that its answer is stopped.
     *
     * @param question is repeated by whoever tells, so that it is known that he does so after he was asked; null if it does not
     *     matter
     */
    private record Wanted(
            String session, boolean stop, @Nullable String question) {}

    /**
     * @param residents those that are awake here, by session
     * @param lookAfter has a session carried on here if nobody else drives it, without waiting for that
     */
    Relay(Memory memory, Function<String, @Nullable Resident> residents, Consumer<String> lookAfter) {
        this.lookAfter = lookAfter;
        this.memory = memory;
        this.signals = memory.signals();
        this.residents = residents;
        this.thread = Thread.ofVirtual().name("turbo relay").unstarted(this::keepFollowing);
        this.listenings = signals.reachOthers()
                ? List.of(
                        signals.listen(Signals.DELIVERED, text -> apart(() -> delivered(text))),
                        signals.listen(WANTED, text -> apart(() -> wanted(text))))
                : List.of();
    }

    void start() {
        if (signals.reachOthers()) {
            thread.start();
        }
    }

    static String topic(String session) {
        return "events:" + session;
    }

    /** Does something that may wait on a thread of its own: the one that brings signals must not. */
    private static void apart(Runnable work) {
        Thread.ofVirtual().name("turbo relaying").start(() -> {
            try {
                work.run();
            } catch (RuntimeException e) {
                LOG.warn("What another node called was not heeded: {}", e.toString());
            }
        });
    }

    // Of those that are driven here

    private void delivered(String text) {
        Signals.Delivered delivered = Signals.Delivered.of(text);
        Resident resident = residents.apply(delivered.session());
        if (resident != null && !resident.knows(delivered.delivery())) {
            resident.look();
        }
    }

    private void wanted(String text) {
        Wanted wanted;
        try {
            wanted = Json.read(text, Wanted.class);
        } catch (JacksonException e) {
            LOG.debug("Another node wants something that is not known here: {}", e.getOriginalMessage());
            return;
        }
        Resident resident = residents.apply(wanted.session());
        if (wanted.stop()) {
            Run<?> run = resident == null ? null : resident.run();
            if (run != null) {
                run.stop();
            }
            return;
        }
        if (followed.size() < MOST_FOLLOWED || followed.containsKey(wanted.session())) {
            followed.put(wanted.session(), System.nanoTime() + LONG.toNanos());
        }
        if (resident != null) {
            tell(resident, wanted.question());
        }
    }

    /** Has what a session shows called out from here on, if anybody elsewhere reads it. */
    void begun(Resident resident) {
        if (followed.containsKey(resident.session())) {
            tell(resident, null);
        }
    }

    private void tell(Resident resident, @Nullable String question) {
        Telling.Origin origin = resident.origin();
        if (origin != null) {
            resident.hub()
                    .tell(tap -> (tap instanceof Telling telling && telling.isOf(origin)
                                    ? telling
                                    : new Telling(origin, signals, () -> isFollowed(origin.session())))
                            .answering(question));
        }
    }

    private boolean isFollowed(String session) {
        Long until = followed.get(session);
        return until != null && until - System.nanoTime() > 0;
    }

    // Of those that are read here

    /** Has readers told of what a session shows at another node, until {@link #unfollow}. */
    void follow(String session, Hub hub) {
        if (!signals.reachOthers()) {
            return;
        }
        Following following;
        synchronized (followings) { // held for moments
            following = followings.get(session);
            if (following == null) {
                following = new Following(
                        session,
                        hub,
                        () -> !isHere(session),
                        question -> want(session, question),
                        () -> lookAfter.accept(session),
                        () -> inbox(session));
                followings.put(session, following);
            }
            following.readers++; // first, so that unfollow undoes what came of it if listening fails
            if (following.readers == 1) {
                following.listen(signals);
            }
        }
        if (!isHere(session)) {
            want(session, null);
            following.awaitAll(inbox(session)); // a turn begins with it of which nobody here has been told
        }
    }

    /** Has the turn of readers here not over before whoever drives the session elsewhere has said so. */
    void askHow(String session) {
        Following following;
        synchronized (followings) {
            following = followings.get(session);
        }
        if (following != null) {
            following.doubt(); // which calls other nodes
        }
    }

    private boolean isHere(String session) {
        Resident resident = residents.apply(session);
        return resident != null && resident.hasBegun();
    }

    private List<String> inbox(String session) {
        return memory.inbox(session).stream().map(Delivery::id).toList();
    }

    /** Takes note that something was delivered to a session that another node drives. */
    void delivered(String session, Delivery delivery) {
        synchronized (followings) {
            Following following = followings.get(session);
            if (following != null) {
                following.await(delivery.id());
            }
        }
    }

    void unfollow(String session) {
        synchronized (followings) {
            Following following = followings.get(session);
            if (following != null && --following.readers == 0) {
                followings.remove(session);
                following.close();
            }
        }
    }

    private void want(String session, @Nullable String question) {
        signals.call(WANTED, Json.write(new Wanted(session, false, question)));
    }

    /** Has the answer stopped that is being generated in a session at another node, if one is. */
    void stop(String session) {
        signals.call(WANTED, Json.write(new Wanted(session, true, null)));
    }

    private void keepFollowing() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                Thread.sleep(EVERY);
                followed.values().removeIf(until -> until - System.nanoTime() <= 0);
                List<Following> all;
                synchronized (followings) {
                    all = List.copyOf(followings.values());
                }
                all.forEach(Relay::ask);
            }
        } catch (InterruptedException e) {
            LOG.debug("Nobody is followed any more.");
        }
    }

    private static void ask(Following following) {
        try {
            following.ask();
        } catch (RuntimeException e) { // of whatever kind: it must not keep others from being followed
            LOG.debug("A session is not followed for now: {}", e.getMessage());
        }
    }

    @Override
    public void close() {
        thread.interrupt();
        listenings.forEach(Signals.Listening::close);
        synchronized (followings) {
            followings.values().forEach(Following::close);
            followings.clear();
        }
    }
}
