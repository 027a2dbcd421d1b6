package dev.turbochat.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.turbochat.step.Input;
import dev.turbochat.step.Message;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class HeapEntriesTest {
    private static final UUID INCARNATION = UUID.randomUUID();

    private final HeapEntries entries = new HeapEntries();

    @Test
    void whatever_entries_are_added_equal_ones_are_read() {
        Random random = new Random(7);
        for (int times = 0; times < 200; times++) {
            List<Entry> added = new ArrayList<>();
            for (int seq = 0; seq < 50; seq++) {
                added.add(entry(random, seq, added));
            }
            entries.clear();
            entries.addAll(added);

            assertThat(entries.all()).isEqualTo(added);
            assertThat(entries.next()).isEqualTo(50);
        }
    }

    @Test
    void a_message_is_kept_as_it_is() {
        Message.User said = new Message.User("Hello");
        Entry.Stamp stamp = new Entry.Stamp(INCARNATION, 1, 1, Instant.EPOCH);
        entries.add(new Entry(new Entry.Position(0, 1, "", 0), stamp, Entry.NO_REF, 1, new Body.Cleared()));
        entries.add(new Entry(new Entry.Position(1, 1, "", 1), stamp, Entry.NO_REF, 1, new Body.Said(said)));

        assertThat(entries.all().getLast().body())
                .isInstanceOfSatisfying(
                        Body.Said.class, body -> assertThat(body.message()).isSameAs(said));
    }

    @Test
    void of_none_none_are_read() {
        assertThat(entries.isEmpty()).isTrue();
        assertThat(entries.all()).isEmpty();
        assertThat(entries.next()).isZero();

        entries.add(entry(new Random(1), 0, List.of()));
        entries.clear();

        assertThat(entries.isEmpty()).isTrue();
        assertThat(entries.all()).isEmpty();
    }

    /** Most of the time the next of the one before, and else one that differs from it in any one way. */
    private static Entry entry(Random random, int seq, List<Entry> before) {
        Body body = random.nextBoolean()
                ? new Body.Said(new Message.User("message " + seq))
                : new Body.Answered("?", Input.text("answer " + seq), null);
        if (before.isEmpty()) {
            return new Entry(new Entry.Position(seq, 0, "", 0), stamp(1, 1), Entry.NO_REF, 1, body);
        }
        Entry last = before.getLast();
        Entry.Position place = last.position();
        Entry.Stamp stamp = last.stamp();
        int what = random.nextInt(16);
        return new Entry(
                new Entry.Position(
                        seq,
                        place.run() + (what == 0 ? 1 : 0),
                        what == 1 ? "1" : what == 2 ? "" : place.branch(),
                        what == 3 ? 0 : place.ordinal() + 1),
                what == 4 ? stamp(stamp.epoch() + 1, 1) : what == 5 ? stamp(stamp.epoch(), stamp.append() + 1) : stamp,
                what == 6 ? seq - 1 : Entry.NO_REF,
                what == 7 ? 2 : 1,
                body);
    }

    private static Entry.Stamp stamp(long epoch, long append) {
        return new Entry.Stamp(INCARNATION, epoch, append, Instant.ofEpochSecond(epoch, append));
    }
}
