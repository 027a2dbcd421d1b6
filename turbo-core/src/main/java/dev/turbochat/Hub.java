package dev.turbochat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Where the events of one session meet their readers.
 *
 * <p>It keeps what a journal does not hold: what was shown and is not stored yet, the answer that is being generated, the
 * question that is being asked. A reader who comes late is given the past off the journal, then this, and then what
 * comes. Everything here is guarded by the lock, which is held while a reader looks at the journal, so that nothing falls
 * between.
 */
final class Hub {
    final ReentrantLock lock = new ReentrantLock();
    final Condition changed = lock.newCondition();
    private final List<Events> readers = new ArrayList<>();
    private final Deque<Event> unstored = new ArrayDeque<>();
    private final StringBuilder partial = new StringBuilder();
    private Event.@Nullable Place generating;
    private Event.@Nullable Ask asked;
    private boolean idle = true;

    /** How far the journal was stored when anything was last told; -1 if nothing was. */
    private long known = -1;

    /** What was delivered to whoever drives the session elsewhere, and was not heard yet. */
    private final Set<String> awaited = new HashSet<>();

    /** Those of them that have left the inbox. */
    private final Set<String> gone = new HashSet<>();

    /** What whoever drives the session elsewhere was asked before he is believed that it is idle; null if he is. */
    private @Nullable String question;

    private @Nullable Tap tap;

    /** Is told of all that readers are told, in order; called under the lock. */
    interface Tap {
        /**
         * Is told of the next event, or that the session is idle, or no more.
         *
         * @return whether it wants to be told of more
         */
        boolean told(@Nullable Event event, long stored, boolean idle);

        /** Is told of all that stands in no journal. */
        void whole(List<Event> events, long stored, boolean idle);
    }

    /** Has this tap told of the whole and all that follows, in the place of the one before. */
    void tell(UnaryOperator<@Nullable Tap> change) {
        lock.lock();
        try {
            tap = change.apply(tap);
            if (tap != null) {
                tap.whole(unstored(), known, idle);
            }
        } finally {
            lock.unlock();
        }
    }

    private void tellTap(@Nullable Event event) {
        if (tap != null && !tap.told(event, known, idle)) {
            tap = null;
        }
    }

    /** Takes over what another node shows, which was not told of bit by bit. */
    void restore(List<Event> events, long stored, boolean nowIdle) {
        lock.lock();
        try {
            forgetUnstored();
            events.forEach(this::keep);
            if (stored >= 0 && stored < known) {
                readers.forEach(reader -> reader.takeBack(stored, stored));
            }
            known = stored;
            idle = nowIdle;
            lookAgain();
        } finally {
            lock.unlock();
        }
    }

    /** Has the turn go on until this delivery was heard. */
    void await(String delivery) {
        lock.lock();
        try {
            awaited.add(delivery);
        } finally {
            lock.unlock();
        }
    }

    /** Has the turn go on until whoever drives the session elsewhere has told how it stands, and repeated this with it. */
    void doubt(String newQuestion) {
        lock.lock();
        try {
            question = newQuestion;
        } finally {
            lock.unlock();
        }
    }

    /** What is to be repeated; null if nothing is. */
    @Nullable
    String question() {
        lock.lock();
        try {
            return question;
        } finally {
            lock.unlock();
        }
    }

    /** Has what was told last hold, if it came with what was to be repeated. */
    void answered(@Nullable String answer) {
        lock.lock();
        try {
            if (question != null && question.equals(answer)) {
                question = null;
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Has the turn be over, since nobody says whether it goes on. */
    void giveUp() {
        lock.lock();
        try {
            question = null;
            awaitNone();
            idle(true);
        } finally {
            lock.unlock();
        }
    }

    /** Whether the session is said to be idle, but something was delivered that was not heard. */
    boolean isLeftWaiting() {
        lock.lock();
        try {
            return idle && question == null && !awaited.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /** Awaits no delivery any more. */
    void awaitNone() {
        lock.lock();
        try {
            gone.clear();
            if (!awaited.isEmpty()) {
                awaited.clear();
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    boolean isAwaiting() {
        lock.lock();
        try {
            return !awaited.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Awaits no more what has left the inbox; what has become of it stands in the journal. It is given up when this finds it
     * gone for the second time, so that readers have looked there.
     */
    void awaitOnly(List<String> inbox) {
        lock.lock();
        try {
            boolean fewer = awaited.removeIf(id -> gone.contains(id) && !inbox.contains(id));
            gone.clear();
            gone.addAll(awaited);
            inbox.forEach(gone::remove);
            if (fewer || !gone.isEmpty()) {
                lookAgain();
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes note that the journal holds an event; the lock is held. An awaited input that nobody has told of yet has begun a
     * turn: that the session was idle was said before.
     */
    void read(Event event) {
        if (event instanceof Event.Heard heard
                && awaited.remove(heard.input().id())
                && known <= heard.place().seq()) {
            idle = false;
        }
    }

    /** Tells the readers of an event; called on the program's thread. */
    void publish(Event event, long stored) {
        lock.lock();
        try {
            keep(event);
            if (event instanceof Event.Heard heard) {
                awaited.remove(heard.input().id());
            }
            known = Math.max(known, stored);
            while (!unstored.isEmpty() && unstored.getFirst().place().seq() < stored) {
                unstored.removeFirst();
            }
            readers.forEach(reader -> reader.offer(event));
            tellTap(event);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Forgets what was shown and not stored: the run that begins shows it again, but not what was stored unseen. */
    void begin() {
        lock.lock();
        try {
            forgetUnstored();
            tap = null;
            idle = false;
            question = null;
            awaitNone(); // whoever drives it here has the inbox, and says himself when he is idle
            lookAgain();
        } finally {
            lock.unlock();
        }
    }

    private void forgetUnstored() {
        unstored.clear();
        asked = null;
        generating = null;
        partial.setLength(0);
    }

    /**
     * Takes note of where a journal ends that was opened. If it was longer once, its store has lost what readers were shown
     * of the rest; if nobody here knows, those have been shown it who come from elsewhere and are beyond its end.
     */
    void opened(long end) {
        lock.lock();
        try {
            if (known < 0 || end < known) {
                long lost = known < 0 ? end + 1 : end; // the question that is asked behind the end is no entry yet
                readers.forEach(reader -> reader.takeBack(lost, end));
            }
            known = end;
        } finally {
            lock.unlock();
        }
    }

    /** Has readers look at the journal: something is in it that nobody published. */
    void lookAgain() {
        lock.lock();
        try {
            readers.forEach(Events::fallBehind);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void keep(Event event) {
        asked = event instanceof Event.Ask ask ? ask : null;
        if (event instanceof Event.Token token) {
            if (!token.place().equals(generating)) {
                generating = token.place();
                partial.setLength(0);
            }
            partial.append(token.text());
        } else {
            generating = null;
            partial.setLength(0);
            if (!(event instanceof Event.Ask)) {
                if (event.place().attempt() == 0) {
                    unstored.removeIf(other -> other.place().attempt() == 0); // it stands in no journal, and never will
                }
                unstored.addLast(event);
            }
        }
    }

    /** Says whether anything will come before somebody delivers something. */
    void idle(boolean now) {
        lock.lock();
        try {
            if (idle != now) {
                idle = now;
                tellTap(null);
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Whether nothing will come before somebody delivers something; the lock is held. */
    boolean isIdle() {
        return idle && question == null && awaited.isEmpty();
    }

    /** Has nobody told any more of what another drives from here on. */
    void untell() {
        lock.lock();
        try {
            tap = null;
        } finally {
            lock.unlock();
        }
    }

    /** Adds a reader; the lock is held. */
    void add(Events reader) {
        readers.add(reader);
    }

    void remove(Events reader) {
        lock.lock();
        try {
            readers.remove(reader);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** What was shown and stands in no journal, in order; the lock is held. */
    List<Event> unstored() {
        List<Event> events = new ArrayList<>(unstored);
        if (generating != null) {
            events.add(new Event.Token(generating, partial.length(), partial.toString()));
        }
        if (asked != null) {
            events.add(asked);
        }
        return events;
    }
}
