package dev.turbochat.memory;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.turbochat.error.BackendException;
import dev.turbochat.memory.Memory.Append;
import dev.turbochat.memory.Memory.Appended;
import dev.turbochat.memory.Memory.Opening;
import dev.turbochat.step.Input;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A session "s" that is worked on at random, and what is known of it: what a memory acknowledged, and what it was asked and
 * did not answer. The same seed asks the same things.
 */
final class Ledger {
    private static final Instant TIME = Instant.parse("2031-02-03T04:05:06.007Z");

    /** What a session holds. */
    record State(List<Entry> entries, Set<String> taken, Optional<Instant> wake) {}

    private final Memory memory;
    private final Random random;
    private State known = new State(List.of(), Set.of(), Optional.empty());
    private @Nullable State asked;
    private final Set<String> delivered = new HashSet<>();
    private Opening.@Nullable Granted granted;
    private long length;
    private long appends;
    private int deliveries;

    Ledger(Memory memory, long seed) {
        this.memory = memory;
        this.random = new Random(seed);
    }

    /** Asks so many things; stops at the first that fails. */
    void work(int steps) {
        try {
            for (int i = 0; i < steps; i++) {
                step(random.nextInt(12));
            }
        } catch (BackendException e) {
            return; // what was asked is known
        }
    }

    private void step(int what) {
        if (what < 3) {
            deliver();
        } else if (granted == null) {
            open();
        } else if (what < 9) {
            store(false);
        } else if (what < 10) {
            store(true);
        } else {
            release();
        }
    }

    private void deliver() {
        String id = "d" + deliveries++;
        memory.deliver(
                "s", new Delivery(id, "p", null, new Delivery.Answer(Input.text("x".repeat(random.nextInt(99))))));
        delivered.add(id);
    }

    private void open() {
        granted = (Opening.Granted) memory.open("s", "a test");
        known = new State(granted.entries(), known.taken(), known.wake());
        length = granted.entries().getLast().seq() + 1;
        appends = 0;
    }

    private void store(boolean anew) {
        Opening.Granted mine = requireNonNull(granted);
        var stamp = new Entry.Stamp(mine.incarnation(), mine.token().epoch(), ++appends, TIME);
        List<Entry> entries = new ArrayList<>();
        for (int i = random.nextInt(4); i >= 0; i--) {
            Body body = entries.isEmpty() && anew
                    ? new Body.Header(Entry.FORMAT, "s")
                    : new Body.Noticed(String.valueOf((char) ('a' + random.nextInt(26)))
                            .repeat(random.nextInt(random.nextInt(8) == 0 ? 900 : 200)));
            entries.add(new Entry(new Entry.Position(length + entries.size(), 1, "", 0), stamp, Entry.NO_REF, 1, body));
        }
        List<String> taken = delivered.stream()
                .filter(id -> !known.taken().contains(id) && random.nextBoolean())
                .sorted()
                .toList();
        Set<String> allTaken = new HashSet<>(known.taken());
        allTaken.addAll(taken);
        List<Entry> all = new ArrayList<>(anew ? List.of() : known.entries());
        all.addAll(entries);
        Instant wake = time();
        asked = new State(List.copyOf(all), allTaken, Optional.ofNullable(wake));
        Append append = new Append("s", mine.incarnation(), mine.token(), length, appends, entries, taken, wake);
        assertThat(anew ? memory.replace(append) : memory.append(append)).isEqualTo(Appended.OK);
        known = asked;
        asked = null;
        length += entries.size();
    }

    private @Nullable Instant time() {
        return random.nextInt(4) == 0 ? null : TIME.plusSeconds(random.nextInt(100));
    }

    private void release() {
        Instant wake = time();
        asked = new State(known.entries(), known.taken(), Optional.ofNullable(wake));
        memory.release("s", requireNonNull(granted).token(), wake);
        granted = null;
        known = asked;
        asked = null;
    }

    /** Lets go of the session after a failure, as its owner does. */
    void giveUp() {
        if (granted != null) {
            try {
                memory.release("s", granted.token(), known.wake().orElse(null));
            } catch (BackendException e) {
                return; // it is let go of all the same
            }
        }
    }

    /** Takes the session from another memory on the same disk, and finds in it what it must hold. */
    void check(Memory later, FileWakes wakes) throws Exception {
        State state = check(later.read("s"));
        List<String> waiting = later.inbox("s").stream().map(Delivery::id).toList();
        assertThat(waiting).doesNotHaveDuplicates();
        Set<String> lost = new HashSet<>(delivered);
        lost.removeAll(state.taken());
        waiting.forEach(lost::remove);
        assertThat(lost).as("deliveries that are nowhere").isEmpty();
        assertThat(state.wake().isPresent() && FileWakes.isBefore(state.wake(), wakes.get("s")))
                .as("the wake time is %s, and %s was asked for", wakes.get("s"), state.wake())
                .isFalse();
        if (state.wake().isPresent() || !waiting.isEmpty()) {
            assertThat(later.due(Instant.MAX, 9)).containsExactly("s");
        }
    }

    private State check(List<Entry> found) {
        for (int i = 1; i < found.size(); i++) {
            assertThat(found.get(i).seq()).isEqualTo(found.get(i - 1).seq() + 1);
        }
        State other = asked;
        if (known.entries().isEmpty()) {
            assertThat(found).hasSizeLessThan(2); // its making may have been cut short
            return known;
        }
        if (other == null || (found.equals(known.entries()) && !other.entries().equals(known.entries()))) {
            assertThat(found).isEqualTo(known.entries());
            return known;
        }
        assertThat(found).isEqualTo(other.entries());
        if (!other.entries().equals(known.entries())) {
            return other;
        }
        Optional<Instant> later = FileWakes.isBefore(known.wake(), other.wake()) ? other.wake() : known.wake();
        return new State(found, known.taken(), later);
    }

    /** Takes the session, appends to it, and gives back all that it then holds. */
    static List<Entry> goOn(Memory memory) {
        Opening.Granted granted = (Opening.Granted) memory.open("s", "a test");
        assertThat(granted.entries()).isEqualTo(memory.read("s"));
        var stamp = new Entry.Stamp(granted.incarnation(), granted.token().epoch(), 1, TIME);
        long next = granted.entries().getLast().seq() + 1;
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            entries.add(new Entry(
                    new Entry.Position(next + i, 1, "", 0),
                    stamp,
                    Entry.NO_REF,
                    1,
                    new Body.Noticed("on " + UUID.randomUUID())));
        }
        Append append = new Append("s", granted.incarnation(), granted.token(), next, 1, entries, List.of(), null);
        assertThat(memory.append(append)).isEqualTo(Appended.OK);
        List<Entry> all = new ArrayList<>(granted.entries());
        all.addAll(entries);
        return all;
    }
}
