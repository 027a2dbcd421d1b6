package dev.turbochat.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.turbochat.error.SessionException.BadSessionId;
import dev.turbochat.memory.Body;
import dev.turbochat.memory.Delivery;
import dev.turbochat.memory.Entry;
import dev.turbochat.memory.Memory;
import dev.turbochat.memory.Memory.Append;
import dev.turbochat.memory.Memory.Appended;
import dev.turbochat.step.Message;
import dev.turbochat.step.Part;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The part of {@link MemoryContract} that asks for everything back as it was given: entries, texts, numbers, ids. */
abstract class MemoryRoundTrips extends MemoryReplacing {

    @Test
    public final void every_kind_of_entry_comes_back_as_it_went_in() throws Exception {
        List<Body> bodies = Samples.bodies();
        assertThat(bodies.stream().map(Body::getClass)).as("a sample of each").containsAll(kinds(Body.class));
        assertThat(Samples.messages().stream().map(Message::getClass)).containsAll(kinds(Message.class));
        assertThat(Samples.parts().stream().map(Part::getClass)).containsAll(kinds(Part.class));
        comeBack(bodies);
    }

    private static <T> List<Class<? extends T>> kinds(Class<T> type) {
        return Samples.kinds(type)
                .<Class<? extends T>>map(kind -> kind.asSubclass(type))
                .toList();
    }

    @Test
    public final void every_text_comes_back_as_it_went_in() throws Exception {
        comeBack(Samples.TEXTS.stream().map(Samples::said).toList());
        List<Entry> entries = memory().read("s");
        assertThat(entries.subList(1, entries.size()))
                .extracting(Entry::body)
                .isEqualTo(Samples.TEXTS.stream().map(Samples::said).toList());
    }

    @Test
    public final void every_value_comes_back_as_it_went_in() throws Exception {
        comeBack(Samples.values().stream()
                .map(v -> (Body) new Body.Acted("e", v))
                .toList());
    }

    @Test
    public final void every_field_of_an_entry_comes_back() throws Exception {
        Owner owner = Owner.of(memory(), "s");
        var stamp = new Entry.Stamp(
                owner.granted().incarnation(),
                owner.token().epoch(),
                1,
                Instant.parse("2031-02-03T04:05:06.007008009Z"));
        Entry full = new Entry(
                new Entry.Position(1, Integer.MAX_VALUE, "0.1/\uD83D\uDE00", 7), stamp, 0, 3, new Body.Cleared());
        Entry bare = new Entry(new Entry.Position(2, 0, "", 0), stamp, Entry.NO_REF, 1, new Body.Cleared());
        Append append = new Append("s", stamp.incarnation(), owner.token(), 1, 1, List.of(full, bare), List.of(), null);
        assertThat(memory().append(append)).isEqualTo(Appended.OK);
        assertThat(memory().read("s").subList(1, 3)).containsExactly(full, bare);
    }

    @Test
    public final void every_delivery_comes_back_as_it_went_in() throws Exception {
        List<Delivery> deliveries = Samples.deliveries();
        assertThat(deliveries.stream().map(Delivery::content).map(Delivery.Content::getClass))
                .containsAll(kinds(Delivery.Content.class));
        for (int from = 0; from < deliveries.size(); from += Memory.INBOX) {
            String session = "s" + from;
            List<Delivery> some = deliveries.subList(from, Math.min(from + Memory.INBOX, deliveries.size()));
            some.forEach(delivery -> assertThat(memory().deliver(session, delivery))
                    .as(delivery.id())
                    .isTrue());
            comesBack(memory().inbox(session), some);
            for (Memory other : others()) {
                comesBack(other.inbox(session), some);
            }
        }
    }

    private static void comesBack(List<Delivery> read, List<Delivery> delivered) {
        assertThat(read).hasSameSizeAs(delivered);
        for (int i = 0; i < read.size(); i++) {
            assertThat(read.get(i).content()).hasSameClassAs(delivered.get(i).content());
            assertThat(Samples.text(read.get(i))).isEqualTo(Samples.text(delivered.get(i)));
        }
    }

    private void comeBack(List<Body> bodies) throws Exception {
        Owner owner = Owner.of(memory(), "s");
        List<Entry> stored = owner.stores(bodies.toArray(Body[]::new));
        assertSame(memory().read("s"), stored);
        owner.release();
        assertSame(Owner.of(memory(), "s").granted().entries(), stored);
        for (Memory other : others()) {
            assertSame(other.read("s"), stored);
        }
    }

    private static void assertSame(List<Entry> read, List<Entry> stored) {
        assertThat(read).hasSize(stored.size() + 1);
        for (int i = 0; i < stored.size(); i++) {
            Entry entry = read.get(i + 1);
            assertThat(entry.body()).hasSameClassAs(stored.get(i).body());
            assertThat(Samples.text(entry)).isEqualTo(Samples.text(stored.get(i)));
        }
    }

    @Test
    public final void every_id_names_a_session_of_its_own() {
        for (String id : Samples.IDS) {
            Owner owner = Owner.of(memory(), id);
            assertThat(owner.granted().entries()).as(id).hasSize(1);
            owner.stores(Samples.said("in " + id), new Body.TimerSet("sleep", Instant.EPOCH));
            owner.release();
        }
        for (String id : Samples.IDS) {
            assertThat(memory().read(id))
                    .as(id)
                    .extracting(Entry::body)
                    .containsExactly(
                            new Body.Header(Entry.FORMAT, id),
                            Samples.said("in " + id),
                            new Body.TimerSet("sleep", Instant.EPOCH));
        }
        assertThat(memory().sessions())
                .extracting(Memory.Summary::session)
                .containsExactlyInAnyOrderElementsOf(Samples.IDS);
        assertThat(memory().due(Instant.now(), 1_000)).containsExactlyInAnyOrderElementsOf(Samples.IDS);
        for (String id : Samples.IDS) {
            assertThat(memory().deliver(id, Samples.delivery("to " + id)))
                    .as(id)
                    .isTrue();
        }
        for (String id : Samples.IDS) {
            assertThat(memory().inbox(id)).as(id).containsExactly(Samples.delivery("to " + id));
            assertThat(memory().delete(id)).as(id).isTrue();
            assertThat(memory().inbox(id)).as(id).isEmpty();
        }
        assertThat(memory().sessions()).isEmpty();
    }

    @Test
    public final void an_id_that_is_no_text_is_nobody_elses() {
        Owner owner = Owner.of(memory(), "a?");
        owner.stores(Samples.said("mine"), new Body.TimerSet("sleep", Instant.EPOCH));
        owner.release();
        try {
            assertThat(memory().read("a\uD800")).isEmpty();
            assertThat(memory().delete("a\uD800")).isFalse();
        } catch (BadSessionId e) {
            assertThat(e).hasMessageContaining("lone surrogate");
        }
        assertThat(memory().read("a?")).hasSize(3);
    }
}
