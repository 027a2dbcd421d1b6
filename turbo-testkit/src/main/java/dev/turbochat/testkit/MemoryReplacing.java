package dev.turbochat.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.turbochat.memory.Body;
import dev.turbochat.memory.Entry;
import dev.turbochat.memory.Memory;
import dev.turbochat.memory.Memory.Append;
import dev.turbochat.memory.Memory.Appended;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** The part of {@link MemoryContract} about journals that begin anew: the old one or the new one, whole. */
abstract class MemoryReplacing extends MemoryWaking {

    @Test
    public final void a_replacement_takes_the_place_of_the_whole_journal() throws Exception {
        Owner owner = Owner.of(memory(), "s");
        List<Entry> old = owner.stores(new Body.RunStarted("pizza", 1, null), Samples.said("one"));
        Append anew = owner.anew(new Body.RunStarted("pasta", 1, null), Samples.said("two"));
        assertThat(owner.replace(anew)).isEqualTo(Appended.OK);

        assertThat(anew.entries().getFirst().body()).isInstanceOf(Body.Header.class);
        assertThat(anew.entries()).extracting(Entry::seq).containsExactly(3L, 4L, 5L);
        assertThat(memory().read("s")).isEqualTo(anew.entries()).doesNotContainAnyElementsOf(old);
        for (Memory other : others()) {
            assertThat(other.read("s")).isEqualTo(anew.entries());
        }
        assertThat(memory().sessions()).singleElement().satisfies(summary -> {
            assertThat(summary.program()).isEqualTo("pasta");
            assertThat(summary.entries()).as("all that it ever had").isEqualTo(6);
        });
        owner.release();
        Owner later = Owner.of(memory(), "s");
        assertThat(later.granted().entries()).isEqualTo(anew.entries());
        assertThat(later.granted().incarnation()).isEqualTo(owner.granted().incarnation());
        assertThat(later.token().epoch()).isGreaterThan(owner.token().epoch());
    }

    @Test
    public final void numbers_go_on_behind_a_replacement() {
        Owner owner = Owner.of(memory(), "s");
        owner.stores(Samples.said("one"), Samples.said("two"));
        List<Entry> expected = new ArrayList<>();
        for (int round = 0; round < 3; round++) {
            Append anew = owner.anew(Samples.said("round " + round));
            assertThat(owner.replace(anew)).isEqualTo(Appended.OK);
            expected = new ArrayList<>(anew.entries());
            expected.addAll(owner.stores(Samples.said("behind it")));
            assertThat(memory().read("s")).isEqualTo(expected);
            owner.release();
            owner = Owner.of(memory(), "s");
        }
        assertThat(expected).extracting(Entry::seq).containsExactly(9L, 10L, 11L);
        owner.stores(Samples.said("and goes on"));
        assertThat(memory().read("s").getLast().seq()).isEqualTo(12);
        for (long length : new long[] {0, 3, 4, 12, 14}) {
            assertThat(memory().append(owner.append(length, 2, Samples.said("no"))))
                    .as("at %s", length)
                    .isEqualTo(Appended.CONFLICT);
        }
    }

    @Test
    public final void a_header_alone_is_enough() {
        Owner owner = Owner.of(memory(), "s");
        owner.stores(Samples.said("one"));
        assertThat(owner.replace(owner.anew())).isEqualTo(Appended.OK);
        assertThat(memory().read("s")).hasSize(1);
        assertThat(memory().sessions()).hasSize(1);
        owner.stores(Samples.said("two"));
        owner.release();
        assertThat(memory().delete("s")).isTrue();
        assertThat(memory().read("s")).isEmpty();
    }

    @Test
    public final void a_repeated_replacement_is_stored_once() {
        Owner owner = Owner.of(memory(), "s");
        owner.stores(Samples.said("one"));
        Append anew = owner.anew(Samples.said("two"));
        assertThat(owner.replace(anew)).isEqualTo(Appended.OK);
        assertThat(memory().replace(anew)).isEqualTo(Appended.ALREADY);
        assertThat(memory().append(anew)).as("as whatever it is repeated").isEqualTo(Appended.ALREADY);
        assertThat(memory().read("s")).isEqualTo(anew.entries());
        owner.stores(Samples.said("three"));
        assertThat(memory().replace(anew)).as("an older one").isNotEqualTo(Appended.OK);
        assertThat(memory().read("s")).hasSize(3);
    }

    @Test
    public final void a_replacement_that_is_refused_changes_nothing() {
        Owner owner = Owner.of(memory(), "s");
        owner.stores(Samples.said("one"));
        List<Entry> before = memory().read("s");
        Body header = new Body.Header(Entry.FORMAT, "s");
        for (long length : new long[] {0, 1, 3, Long.MAX_VALUE - 1}) {
            assertThat(memory().replace(owner.append(length, 2, header))).isEqualTo(Appended.CONFLICT);
        }
        Append next = owner.anew(Samples.said("no"));
        assertThat(memory().replace(signed("s", next, UUID.randomUUID(), next.token())))
                .isEqualTo(Appended.GONE);
        assertThat(memory().replace(signed("other", next, next.incarnation(), next.token())))
                .isEqualTo(Appended.GONE);
        Memory.Token token = new Memory.Token(next.token().epoch(), UUID.randomUUID());
        assertThat(memory().replace(signed("s", next, next.incarnation(), token)))
                .isEqualTo(Appended.FENCED);
        owner.release();
        assertThat(memory().replace(next)).isEqualTo(Appended.FENCED);
        Owner.of(memory(), "s");
        assertThat(memory().replace(next)).isEqualTo(Appended.FENCED);
        assertThat(memory().read("s")).isEqualTo(before);
        assertThat(memory().read("other")).isEmpty();
    }

    private static Append signed(String session, Append append, UUID incarnation, Memory.Token token) {
        return new Append(
                session,
                incarnation,
                token,
                append.expectedLength(),
                append.appendId(),
                append.entries(),
                List.of(),
                null);
    }

    @Test
    public final void a_replacement_takes_deliveries_and_sets_the_wake_time() {
        memory().deliver("s", Samples.delivery("d-1"));
        memory().deliver("s", Samples.delivery("d-2"));
        Owner owner = Owner.of(memory(), "s");
        Append anew = owner.wakes(Instant.EPOCH).anew(Samples.said("both"));
        assertThat(owner.replace(new Append(
                        "s",
                        anew.incarnation(),
                        anew.token(),
                        anew.expectedLength(),
                        anew.appendId(),
                        anew.entries(),
                        List.of("d-1"),
                        Instant.EPOCH)))
                .isEqualTo(Appended.OK);
        assertThat(memory().inbox("s")).containsExactly(Samples.delivery("d-2"));
        assertThat(memory().due(Instant.now(), 10)).containsExactly("s");
        owner.send(owner.taking(List.of("d-2"), Samples.said("taken")));
        assertThat(memory().due(Instant.now(), 10)).as("owned").isEmpty();
        owner.release();
        assertThat(memory().due(Instant.EPOCH, 10)).containsExactly("s");
    }

    @Test
    public final void a_reader_sees_the_old_journal_or_the_new_one() throws Exception {
        reading(memory());
    }

    @Test
    public final void a_reader_of_another_memory_sees_the_old_journal_or_the_new_one() throws Exception {
        reading(another());
    }

    private void reading(Memory reading) throws Exception {
        Owner owner = Owner.of(memory(), "s");
        Body[] many = new Body[20];
        for (int i = 0; i < many.length; i++) {
            many[i] = Samples.said("x".repeat(2_000));
        }
        owner.stores(many);
        AtomicBoolean done = new AtomicBoolean();
        together(List.<Callable<Boolean>>of(
                () -> {
                    for (int round = 0; round < 20; round++) {
                        assertThat(owner.replace(owner.anew(many))).isEqualTo(Appended.OK);
                    }
                    done.set(true);
                    return true;
                },
                () -> {
                    long last = 0;
                    while (!done.get()) {
                        List<Entry> entries = reading.read("s");
                        assertThat(entries).hasSize(21);
                        assertThat(entries.getFirst().body()).isInstanceOf(Body.Header.class);
                        long first = entries.getFirst().seq();
                        assertThat(first).isGreaterThanOrEqualTo(last);
                        assertThat(entries.getLast().seq()).isEqualTo(first + 20);
                        assertThat(reading.sessions()).hasSize(1);
                        last = first;
                    }
                    return true;
                }));
        assertThat(reading.read("s").getLast().seq()).isEqualTo(20 * 21 + 20);
    }
}
