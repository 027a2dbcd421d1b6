package dev.turbochat.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.turbochat.memory.Body;
import dev.turbochat.memory.Entry;
import dev.turbochat.memory.Memory;
import dev.turbochat.memory.Memory.Append;
import dev.turbochat.memory.Memory.Appended;
import dev.turbochat.memory.Memory.Opening;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A session in a test's hands: it counts as a journal does, and is as easily made to lie. Not thread-safe. */
final class Owner {
    private final Memory memory;
    private final String session;
    private final Opening.Granted granted;
    private Instant time = Instant.now();
    private @Nullable Instant wake;
    private long length;
    private long appends;

    private Owner(Memory memory, String session, Opening.Granted granted) {
        this.memory = memory;
        this.session = session;
        this.granted = granted;
        this.length = granted.entries().getLast().seq() + 1;
    }

    /** Takes a session that is free. */
    static Owner of(Memory memory, String session) {
        return of(memory, session, memory.open(session, "a test"));
    }

    /** Takes a session that is free, and says which wake time the first append will ask for. */
    static Owner announcing(Memory memory, String session, Instant wake) {
        return of(memory, session, memory.open(session, "a test", wake));
    }

    private static Owner of(Memory memory, String session, Opening opening) {
        assertThat(opening).as("opening %s", session).isInstanceOf(Opening.Granted.class);
        return new Owner(memory, session, (Opening.Granted) opening);
    }

    Opening.Granted granted() {
        return granted;
    }

    Memory.Token token() {
        return granted.token();
    }

    /** Has the entries from now on say that they were written then. */
    Owner at(Instant newTime) {
        this.time = newTime;
        return this;
    }

    /** Has the appends from now on, and the release, ask for this wake time. */
    Owner wakes(@Nullable Instant time) {
        this.wake = time;
        return this;
    }

    /** The next append, which is sent by whoever asks for it. */
    Append next(Body... bodies) {
        return append(length, appends + 1, bodies);
    }

    /** The next append, which takes these deliveries. */
    Append taking(List<String> taken, Body... bodies) {
        Append next = next(bodies);
        return new Append(
                session,
                next.incarnation(),
                next.token(),
                next.expectedLength(),
                next.appendId(),
                next.entries(),
                taken,
                next.wake());
    }

    /** The next append, which takes these deliveries, and is refused if others wait than those it takes and knows. */
    Append taking(List<String> taken, List<String> known, Body... bodies) {
        Append next = taking(taken, bodies);
        return new Append(
                session,
                next.incarnation(),
                next.token(),
                next.expectedLength(),
                next.appendId(),
                next.entries(),
                taken,
                next.wake(),
                known);
    }

    /** A replacement of the journal by a header and these. */
    Append anew(Body... bodies) {
        List<Body> all = new ArrayList<>(List.of(new Body.Header(Entry.FORMAT, session)));
        all.addAll(List.of(bodies));
        return next(all.toArray(Body[]::new));
    }

    /** An append that may claim anything. */
    Append append(long expectedLength, long appendId, Body... bodies) {
        List<Entry> entries = new ArrayList<>();
        var stamp = new Entry.Stamp(granted.incarnation(), granted.token().epoch(), appendId, time);
        for (Body body : bodies) {
            wake = body instanceof Body.TimerSet set ? set.due() : body instanceof Body.TimerDone ? null : wake;
            var position = new Entry.Position(expectedLength + entries.size(), 1, "", entries.size());
            entries.add(new Entry(position, stamp, Entry.NO_REF, 1, body));
        }
        return new Append(
                session, granted.incarnation(), granted.token(), expectedLength, appendId, entries, List.of(), wake);
    }

    /** Sends the next append and counts it if it was stored. */
    Appended send(Body... bodies) {
        return send(next(bodies));
    }

    /** Sends this append and counts it if it was stored. */
    Appended send(Append append) {
        return counted(append, memory.append(append));
    }

    /** Sends this append as a replacement and counts it if it was stored. */
    Appended replace(Append append) {
        return counted(append, memory.replace(append));
    }

    private Appended counted(Append append, Appended appended) {
        if (appended == Appended.OK) {
            length += append.entries().size();
            appends++;
        }
        return appended;
    }

    /** Sends the next append, which must be stored. */
    List<Entry> stores(Body... bodies) {
        List<Entry> entries = next(bodies).entries();
        assertThat(send(bodies)).isEqualTo(Appended.OK);
        return entries;
    }

    void release() {
        memory.release(session, granted.token(), wake);
    }
}
