package dev.turbochat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
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

    /** Tells the readers of an event; called on the program's thread. */
    void publish(Event event, long stored) {
        lock.lock();
        try {
            keep(event);
            known = Math.max(known, stored);
            while (!unstored.isEmpty() && unstored.getFirst().place().seq() < stored) {
                unstored.removeFirst();
            }
            readers.forEach(reader -> reader.offer(event));
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Forgets what was shown and not stored: the run that begins shows it again, but not what was stored unseen. */
    void begin() {
        lock.lock();
        try {
            unstored.clear();
            generating = null;
            partial.setLength(0);
            idle = false;
            lookAgain();
        } finally {
            lock.unlock();
        }
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
            idle = now;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    boolean isIdle() {
        return idle;
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
