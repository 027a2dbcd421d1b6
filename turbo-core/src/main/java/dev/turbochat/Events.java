package dev.turbochat;

import dev.turbochat.memory.Memory;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The events of one session as somebody reads them: from a place on, each once and in order, whenever the reader came.
 *
 * <p>A reader who is slower than the conversation is not waited for and fills no memory: what he has missed he is given
 * off the journal, where the tokens of a finished answer are one piece. Reading changes nothing for the run, and neither
 * does going away. Used by one thread at a time, but closed by any. Whoever opened it closes it.
 */
public final class Events implements AutoCloseable {
    /** How many events wait for a reader before he is given them off the journal instead. */
    private static final int MOST_WAITING = 1_024;

    private final String session;
    private final Hub hub;
    private final Memory memory;
    private final Sentences sentences;
    private final Runnable onClose;
    private final Deque<Event> waiting = new ArrayDeque<>();
    private EventId last;
    private boolean behind = true;

    /** What the reader was shown from this entry on is void, and the journal ends before the other. */
    private long voidFrom = Long.MAX_VALUE;

    private long end = Long.MAX_VALUE;
    private boolean closed;

    Events(String session, EventId after, Hub hub, Memory memory, Sentences sentences, Runnable onClose) {
        this.session = session;
        this.last = after;
        this.hub = hub;
        this.memory = memory;
        this.sentences = sentences;
        this.onClose = onClose;
        hub.lock.lock();
        try {
            hub.add(this);
        } finally {
            hub.lock.unlock();
        }
    }

    /** How many events wait for the reader. */
    int waiting() {
        hub.lock.lock();
        try {
            return waiting.size();
        } finally {
            hub.lock.unlock();
        }
    }

    /** Has the reader go on from the journal; the hub's lock is held. */
    void fallBehind() {
        behind = true;
    }

    /** Has the reader told, if he has been shown so much, that the journal ends sooner; the hub's lock is held. */
    void takeBack(long lost, long newEnd) {
        voidFrom = Math.min(voidFrom, lost);
        end = Math.min(end, newEnd);
        behind = true;
    }

    /** Takes an event for the reader; the hub's lock is held. */
    void offer(Event event) {
        if (behind) {
            return;
        }
        if (waiting.size() >= MOST_WAITING) {
            behind = true;
        } else {
            waiting.addLast(event);
        }
    }

    /**
     * Waits for the next event.
     *
     * @param time the longest wait; zero for none
     * @return the event, or empty if none came in that time, or this is closed
     */
    public Optional<Event> next(Duration time) throws InterruptedException {
        return next(time.toNanos(), false);
    }

    /**
     * The events up to where the session waits for somebody to deliver something, or has ended: with nothing under way,
     * those that this reader has not had, and no more.
     *
     * <p>Interrupting the reading thread ends the iteration and leaves the thread interrupted.
     */
    public Iterable<Event> untilTurnEnds() {
        return () -> new Iterator<>() {
            private @Nullable Event ahead;

            @Override
            public boolean hasNext() {
                if (ahead == null) {
                    try {
                        ahead = Events.this.next(Long.MAX_VALUE, true).orElse(null);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                }
                return ahead != null;
            }

            @Override
            public Event next() {
                if (!hasNext() || ahead == null) {
                    throw new NoSuchElementException("The turn is over; look before taking.");
                }
                Event event = ahead;
                ahead = null;
                return event;
            }
        };
    }

    private Optional<Event> next(long nanos, boolean untilIdle) throws InterruptedException {
        hub.lock.lockInterruptibly();
        try {
            long left = nanos;
            while (!closed) {
                Event event = poll();
                if (event != null) {
                    return Optional.of(event);
                }
                if (left <= 0 || (untilIdle && hub.isIdle())) {
                    return Optional.empty();
                }
                left = hub.changed.awaitNanos(left);
            }
            return Optional.empty();
        } finally {
            hub.lock.unlock();
        }
    }

    private @Nullable Event poll() {
        while (true) {
            if (waiting.isEmpty() && behind) {
                catchUp();
            }
            Event event = waiting.pollFirst();
            if (event == null) {
                return null;
            }
            EventId id = EventId.of(event);
            if (id.attempt() == 0) {
                return event; // it is told, but has no place in the journal
            }
            if (id.compareTo(last) > 0) {
                last = id;
                return event;
            }
        }
    }

    /** Reads the journal from where the reader is; what is not in it comes from the hub. */
    private void catchUp() {
        List<Event> past = Past.of(session, memory.read(session), sentences); // if that fails, it is behind still
        behind = false;
        if (last.seq() >= voidFrom) {
            waiting.addLast(new Event.Restart(new Event.Place(session, end, 0, 0)));
            last = new EventId(end - 1, Integer.MAX_VALUE, Integer.MAX_VALUE);
        }
        voidFrom = Long.MAX_VALUE;
        end = Long.MAX_VALUE;
        EventId from = last;
        for (List<Event> part : List.of(past, hub.unstored())) {
            for (Event event : part) {
                hub.read(event);
                if (event.place().attempt() == 0) {
                    waiting.addLast(event);
                } else if (EventId.of(event).compareTo(from) > 0) {
                    from = add(from, event);
                }
            }
        }
    }

    /** Adds an event of the past; of an answer in whose middle the reader was, the rest of it. */
    private EventId add(EventId from, Event event) {
        Event.Place place = event.place();
        boolean inTheMiddle = from.seq() == place.seq() && from.attempt() == place.attempt() && from.offset() > 0;
        if (inTheMiddle && event instanceof Event.Said said && place.offset() == Event.Place.BEHIND) {
            String text = said.message().text();
            if (from.offset() < text.length()) {
                waiting.addLast(new Event.Token(place.at(0), text.length(), text.substring(from.offset())));
            }
            waiting.addLast(new Event.Said(place, said.message(), true));
        } else if (inTheMiddle && event instanceof Event.Token token) {
            waiting.addLast(
                    new Event.Token(token.place(), token.offset(), token.text().substring(from.offset())));
        } else {
            waiting.addLast(event);
        }
        return EventId.of(event);
    }

    /** Stops reading. Safe to call twice, and from any thread. */
    @Override
    public void close() {
        hub.lock.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            hub.remove(this);
        } finally {
            hub.lock.unlock();
        }
        onClose.run();
    }
}
