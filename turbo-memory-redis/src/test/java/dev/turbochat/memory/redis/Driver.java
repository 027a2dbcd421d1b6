package dev.turbochat.memory.redis;

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
import tools.jackson.databind.node.JsonNodeFactory;

/** A session in a test's hands. */
final class Driver {
    final Memory memory;
    final String session;
    final Opening.Granted granted;
    private long length;
    private long appends;
    private @Nullable Instant wake;
    private List<String> taken = List.of();

    private Driver(Memory memory, String session, Opening.Granted granted) {
        this.memory = memory;
        this.session = session;
        this.granted = granted;
        this.length = granted.entries().getLast().seq() + 1;
    }

    /** Takes a session that is free. */
    static Driver of(Memory memory, String session) {
        Opening opening = memory.open(session, "a test");
        assertThat(opening).as("opening %s", session).isInstanceOf(Opening.Granted.class);
        return new Driver(memory, session, (Opening.Granted) opening);
    }

    /** A session that was taken. */
    static Driver of(Memory memory, String session, Opening.Granted granted) {
        return new Driver(memory, session, granted);
    }

    static boolean isFree(Memory memory, String session) {
        if (memory.open(session, "a look") instanceof Opening.Granted granted) {
            memory.release(session, granted.token(), null);
            return true;
        }
        return false;
    }

    static Body said(String text) {
        return new Body.Acted("said", JsonNodeFactory.instance.stringNode(text));
    }

    Driver wakes(@Nullable Instant time) {
        wake = time;
        return this;
    }

    Driver takes(String... deliveries) {
        taken = List.of(deliveries);
        return this;
    }

    Append next(String... texts) {
        List<Entry> entries = new ArrayList<>();
        var stamp = new Entry.Stamp(granted.incarnation(), granted.token().epoch(), appends + 1, Instant.now());
        for (String text : texts) {
            var position = new Entry.Position(length + entries.size(), 1, "", entries.size());
            entries.add(new Entry(position, stamp, Entry.NO_REF, 1, said(text)));
        }
        return new Append(session, granted.incarnation(), granted.token(), length, appends + 1, entries, taken, wake);
    }

    /** Counts an append that is stored. */
    void counted(Append append) {
        length = append.expectedLength() + append.entries().size();
        appends = append.appendId();
        taken = List.of();
    }

    Appended sends(String... texts) {
        Append append = next(texts);
        Appended appended = memory.append(append);
        if (appended == Appended.OK) {
            counted(append);
        }
        return appended;
    }

    void stores(String... texts) {
        assertThat(sends(texts)).isEqualTo(Appended.OK);
    }

    /** Sends the next append, and once more if its outcome is not known, as a journal does. */
    Appended insists(String... texts) {
        Append append = next(texts);
        Appended appended;
        try {
            appended = memory.append(append);
        } catch (RedisFailure.RedisSilent e) {
            appended = memory.append(append);
        }
        if (appended == Appended.OK || appended == Appended.ALREADY) {
            counted(append);
        }
        return appended;
    }

    void release() {
        memory.release(session, granted.token(), wake);
    }
}
