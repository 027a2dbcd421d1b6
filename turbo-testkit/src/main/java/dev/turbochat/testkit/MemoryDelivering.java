package dev.turbochat.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.turbochat.error.SessionException.InboxFull;
import dev.turbochat.memory.Delivery;
import dev.turbochat.memory.Memory;
import dev.turbochat.memory.Memory.Append;
import dev.turbochat.memory.Memory.Appended;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The part of {@link MemoryContract} about inboxes: what is delivered waits, in order, once, until it is taken. */
abstract class MemoryDelivering extends MemoryRaces {
    private static final int ROUNDS = 30;

    private static List<Delivery> deliveries(int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(i -> Samples.delivery("d-" + i))
                .toList();
    }

    private static List<String> ids(List<Delivery> deliveries) {
        return deliveries.stream().map(Delivery::id).toList();
    }

    // Delivering

    @Test
    public final void deliveries_wait_in_order_for_whoever_takes_the_session() throws Exception {
        assertThat(memory().inbox("s")).isEmpty();
        deliveries(0, 12)
                .forEach(delivery -> assertThat(memory().deliver("s", delivery)).isTrue());
        assertThat(memory().inbox("s")).isEqualTo(deliveries(0, 12));
        assertThat(memory().inbox("another")).isEmpty();
        assertThat(memory().read("s")).as("a delivery makes no session").isEmpty();
        assertThat(memory().sessions()).isEmpty();
        assertThat(memory().due(Instant.now(), 10)).containsExactly("s");
        Owner owner = Owner.of(memory(), "s");
        assertThat(owner.granted().entries()).hasSize(1);
        assertThat(memory().inbox("s")).isEqualTo(deliveries(0, 12));
        for (Memory other : others()) {
            assertThat(other.inbox("s")).isEqualTo(deliveries(0, 12));
        }
    }

    @Test
    public final void what_waits_may_come_with_the_journal() throws Exception {
        deliveries(0, 12).forEach(delivery -> memory().deliver("s", delivery));
        List<Delivery> inbox = Owner.of(memory(), "s").granted().inbox();
        assertThat(inbox == null ? memory().inbox("s") : inbox).isEqualTo(deliveries(0, 12));
        inbox = Owner.of(memory(), "another").granted().inbox();
        assertThat(inbox == null ? List.of() : inbox).isEmpty();
    }

    @Test
    public final void an_append_may_ask_that_nothing_unknown_waits() throws Exception {
        Owner owner = Owner.of(memory(), "s");
        assertThat(owner.send(owner.taking(List.of(), List.of(), Samples.said("1"))))
                .isEqualTo(Appended.OK);
        memory().deliver("s", Samples.delivery("a"));
        Append unaware = owner.taking(List.of("b"), List.of("c"), Samples.said("2"));
        assertThat(owner.send(unaware)).isEqualTo(Appended.WAITING);
        assertThat(memory().read("s")).hasSize(2);
        assertThat(memory().inbox("s")).containsExactly(Samples.delivery("a"));
        assertThat(owner.send(owner.taking(List.of("b"), List.of("c", "a"), Samples.said("2"))))
                .as("the same number again, since nothing was stored")
                .isEqualTo(Appended.OK);
        assertThat(owner.send(owner.taking(List.of("a"), List.of(), Samples.said("3"))))
                .isEqualTo(Appended.OK);
        assertThat(memory().inbox("s")).isEmpty();
        Append last = owner.taking(List.of(), List.of(), Samples.said("4"));
        assertThat(owner.send(last)).isEqualTo(Appended.OK);
        for (Memory other : others()) {
            other.deliver("s", Samples.delivery("d"));
            assertThat(memory().append(last)).as("a repeat of what is stored").isEqualTo(Appended.ALREADY);
            assertThat(owner.send(owner.taking(List.of(), List.of(), Samples.said("5"))))
                    .isEqualTo(Appended.WAITING);
        }
        assertThat(memory().read("s")).hasSize(5);
    }

    @Test
    public final void deliveries_of_several_memories_wait_in_the_order_in_which_they_came() throws Exception {
        Memory second = another();
        List<Delivery> deliveries = deliveries(0, 40);
        for (int i = 0; i < deliveries.size(); i++) {
            assertThat((i % 4 == 3 ? second : memory()).deliver("s", deliveries.get(i)))
                    .isTrue();
        }
        assertThat(ids(memory().inbox("s"))).isEqualTo(ids(deliveries));
        assertThat(ids(second.inbox("s"))).isEqualTo(ids(deliveries));
    }

    @Test
    public final void the_same_id_waits_once() throws Exception {
        assertThat(memory().deliver("s", Samples.delivery("d"))).isTrue();
        Delivery same = new Delivery("d", "pizza", null, new Delivery.Start());
        assertThat(memory().deliver("s", same)).isFalse();
        for (Memory other : others()) {
            assertThat(other.deliver("s", same)).isFalse();
        }
        assertThat(memory().inbox("s")).containsExactly(Samples.delivery("d"));
        assertThat(memory().deliver("another", same)).isTrue();
        assertThat(memory().inbox("another")).containsExactly(same);
        assertThat(memory().deliver("s", Samples.delivery("D"))).isTrue();
        assertThat(memory().inbox("s")).hasSize(2);
    }

    @Test
    public final void a_session_that_somebody_else_owns_is_delivered_to_all_the_same() throws Exception {
        Memory second = another();
        Owner owner = Owner.of(memory(), "s");
        assertThat(second.deliver("s", Samples.delivery("d"))).isTrue();
        assertThat(second.due(Instant.now(), 10)).containsExactly("s");
        assertThat(memory().inbox("s")).containsExactly(Samples.delivery("d"));
        assertThat(owner.send(owner.taking(List.of("d"), Samples.said("taken"))))
                .isEqualTo(Appended.OK);
        assertThat(second.inbox("s")).isEmpty();
        assertThat(second.due(Instant.MAX, 10)).isEmpty();
    }

    @Test
    public final void a_full_inbox_takes_no_more_until_something_is_taken() throws Exception {
        List<Delivery> all = deliveries(0, Memory.INBOX);
        all.forEach(delivery -> memory().deliver("s", delivery));
        assertThatThrownBy(() -> memory().deliver("s", Samples.delivery("one more")))
                .isInstanceOfSatisfying(
                        InboxFull.class, e -> assertThat(e.session()).isEqualTo("s"))
                .hasMessageContaining("while " + Memory.INBOX + " deliveries wait");
        assertThat(memory().deliver("s", all.getLast())).as("it waits already").isFalse();
        assertThat(memory().inbox("s")).isEqualTo(all);
        assertThat(memory().deliver("another", Samples.delivery("one more"))).isTrue();
        Owner owner = Owner.of(memory(), "s");
        assertThat(owner.send(owner.taking(List.of("d-0"), Samples.said("taken"))))
                .isEqualTo(Appended.OK);
        assertThat(memory().deliver("s", Samples.delivery("one more"))).isTrue();
        assertThat(ids(memory().inbox("s"))).startsWith("d-1").endsWith("one more");
    }

    // Taking

    @Test
    public final void what_is_taken_leaves_with_the_append() throws Exception {
        deliveries(0, 5).forEach(delivery -> memory().deliver("s", delivery));
        Owner owner = Owner.of(memory(), "s");
        List<Delivery> given = memory().inbox("s");
        assertThat(owner.send(owner.taking(
                        List.of("d-3", "d-0", "unknown", "", "../d-1", "a\0", "\uD83D"), Samples.said("a"))))
                .isEqualTo(Appended.OK);
        assertThat(ids(memory().inbox("s"))).containsExactly("d-1", "d-2", "d-4");
        assertThat(given).as("a list that was given out does not change").hasSize(5);
        assertThat(owner.send(owner.taking(List.of("d-1", "d-2", "d-4"), Samples.said("b"))))
                .isEqualTo(Appended.OK);
        assertThat(memory().inbox("s")).isEmpty();
        assertThat(memory().read("s")).hasSize(3);
        assertThat(memory().deliver("s", Samples.delivery("d-1")))
                .as("it waits no more")
                .isTrue();
        owner.release();
        for (Memory other : others()) {
            assertThat(other.inbox("s")).containsExactly(Samples.delivery("d-1"));
        }
    }

    @Test
    public final void an_append_that_is_refused_takes_nothing() {
        memory().deliver("s", Samples.delivery("d"));
        Owner owner = Owner.of(memory(), "s");
        Append next = owner.taking(List.of("d"), Samples.said("no"));
        List<Append> refused = new ArrayList<>();
        refused.add(signed(next, next.incarnation(), new Memory.Token(1, UUID.randomUUID())));
        refused.add(signed(next, UUID.randomUUID(), next.token()));
        Append late = owner.append(2, 1, Samples.said("no"));
        refused.add(
                new Append("s", late.incarnation(), late.token(), 2, 1, late.entries(), List.of("d"), Instant.EPOCH));
        assertThat(refused.stream().map(memory()::append))
                .containsExactly(Appended.FENCED, Appended.GONE, Appended.CONFLICT);
        assertThat(refused.stream().map(memory()::replace))
                .containsExactly(Appended.FENCED, Appended.GONE, Appended.CONFLICT);
        owner.release();
        assertThat(memory().append(next)).isEqualTo(Appended.FENCED);
        assertThat(memory().inbox("s")).containsExactly(Samples.delivery("d"));
        assertThat(memory().due(Instant.now(), 10)).containsExactly("s");
    }

    private static Append signed(Append append, UUID incarnation, Memory.Token token) {
        return new Append("s", incarnation, token, append.expectedLength(), 1, append.entries(), append.taken(), null);
    }

    @Test
    public final void a_repeated_append_takes_what_it_took() {
        memory().deliver("s", Samples.delivery("d"));
        Owner owner = Owner.of(memory(), "s");
        Append append = owner.taking(List.of("d"), Samples.said("taken"));
        assertThat(owner.send(append)).isEqualTo(Appended.OK);
        assertThat(memory().append(append)).isEqualTo(Appended.ALREADY);
        assertThat(memory().inbox("s")).isEmpty();
        assertThat(memory().read("s")).hasSize(2);
    }

    // Deleting, closing

    @Test
    public final void a_deletion_removes_what_waits() {
        memory().deliver("s", Samples.delivery("d"));
        Owner.of(memory(), "s").release();
        assertThat(memory().delete("s")).isTrue();
        assertThat(memory().inbox("s")).isEmpty();
        assertThat(memory().due(Instant.MAX, 10)).isEmpty();
        assertThat(memory().deliver("s", Samples.delivery("d"))).isTrue();
        assertThat(memory().delete("s")).as("no session, but an inbox").isTrue();
        assertThat(memory().inbox("s")).isEmpty();
        assertThat(memory().due(Instant.MAX, 10)).isEmpty();
        assertThat(memory().delete("s")).isFalse();
        Owner owner = Owner.of(memory(), "s");
        assertThat(owner.granted().entries()).hasSize(1);
        assertThat(memory().inbox("s")).isEmpty();
    }

    @Test
    public final void what_waits_outlives_the_memory_that_it_was_delivered_to() throws Exception {
        Memory second = another();
        deliveries(0, 3).forEach(delivery -> memory().deliver("s", delivery));
        Owner.of(memory(), "s").stores(Samples.said("and never released"));
        memory().close();
        assertThat(second.inbox("s")).isEqualTo(deliveries(0, 3));
        assertThat(second.due(Instant.now(), 10)).containsExactly("s");
    }

    // Many threads

    @Test
    public final void a_delivery_that_races_with_a_release_is_due() throws Exception {
        release(memory(), memory());
    }

    @Test
    public final void a_delivery_to_another_memory_that_races_with_a_release_is_due() throws Exception {
        release(memory(), another());
    }

    private static void release(Memory owning, Memory delivering) throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            Delivery delivery = Samples.delivery("d-" + round);
            Owner owner = Owner.of(owning, "s");
            together(List.<Callable<Boolean>>of(() -> delivering.deliver("s", delivery), () -> {
                owner.release();
                return true;
            }));
            assertThat(delivering.due(Instant.now(), 10)).containsExactly("s");
            assertThat(owning.due(Instant.now(), 10)).containsExactly("s");
            Owner next = Owner.of(owning, "s");
            assertThat(next.send(next.taking(List.of(delivery.id()), Samples.said("taken"))))
                    .isEqualTo(Appended.OK);
            next.release();
            assertThat(owning.due(Instant.MAX, 10)).isEmpty();
        }
    }

    @Test
    public final void a_delivery_that_races_with_an_append_is_due() throws Exception {
        append(memory(), memory());
    }

    @Test
    public final void a_delivery_to_another_memory_that_races_with_an_append_is_due() throws Exception {
        append(memory(), another());
    }

    private static void append(Memory owning, Memory delivering) throws Exception {
        Owner owner = Owner.of(owning, "s");
        owning.deliver("s", Samples.delivery("d-0"));
        for (int round = 0; round < ROUNDS; round++) {
            Append taking = owner.wakes(round % 2 == 0 ? null : Instant.MAX)
                    .taking(List.of("d-" + round), Samples.said("taken"));
            Delivery next = Samples.delivery("d-" + (round + 1));
            List<Object> came = together(List.of(() -> owner.send(taking), () -> delivering.deliver("s", next)));
            assertThat(came).containsExactly(Appended.OK, true);
            assertThat(owning.inbox("s")).containsExactly(next);
            assertThat(delivering.due(Instant.now(), 10)).containsExactly("s");
        }
    }

    @Test
    public final void the_same_id_of_many_threads_waits_once() throws Exception {
        once(List.of(memory(), memory(), memory()));
    }

    @Test
    public final void the_same_id_of_many_memories_waits_once() throws Exception {
        once(List.of(memory(), another(), another()));
    }

    private static void once(List<Memory> memories) throws Exception {
        boolean alone = memories.stream().distinct().count() == 1;
        for (int round = 0; round < ROUNDS; round++) {
            String session = "s" + round;
            List<Boolean> came = together(memories.stream()
                    .<Callable<Boolean>>map(memory -> () -> memory.deliver(session, Samples.delivery("d")))
                    .toList());
            assertThat(came.stream().filter(in -> in).count())
                    .as("how many were told that they put it in")
                    .isBetween(1L, alone ? 1L : memories.size());
            for (Memory memory : memories) {
                assertThat(memory.inbox(session)).containsExactly(Samples.delivery("d"));
            }
            Owner owner = Owner.of(memories.getFirst(), session);
            assertThat(owner.send(owner.taking(List.of("d"), Samples.said("taken"))))
                    .isEqualTo(Appended.OK);
            assertThat(memories.getLast().inbox(session)).isEmpty();
        }
    }

    @Test
    public final void a_delivery_is_taken_or_waits_however_it_meets_its_session() throws Exception {
        Memory memory = memory();
        ConcurrentLinkedQueue<String> taken = new ConcurrentLinkedQueue<>();
        CountDownLatch senders = new CountDownLatch(3);
        List<Callable<Boolean>> works = new ArrayList<>();
        for (int sender = 0; sender < 3; sender++) {
            String me = "sender " + sender + ", ";
            works.add(() -> {
                for (int i = 0; i < ROUNDS; i++) {
                    memory.deliver("s", Samples.delivery(me + String.format("%02d", i)));
                }
                senders.countDown();
                return true;
            });
        }
        works.add(() -> {
            boolean last = false;
            for (boolean done = false; !done; done = last) {
                last = senders.getCount() == 0; // so that another look at the inbox finds all that is left
                Owner owner = Owner.of(memory, "s");
                List<String> waiting = ids(memory.inbox("s"));
                assertThat(owner.send(owner.taking(waiting, Samples.said(waiting.toString()))))
                        .isEqualTo(Appended.OK);
                taken.addAll(waiting);
                owner.release();
            }
            return true;
        });
        together(works);
        assertThat(taken).doesNotHaveDuplicates().hasSize(3 * ROUNDS);
        for (int sender = 0; sender < 3; sender++) {
            String me = "sender " + sender;
            assertThat(taken.stream().filter(id -> id.startsWith(me))).isSorted();
        }
        assertThat(memory.inbox("s")).isEmpty();
        assertThat(memory.due(Instant.MAX, 10)).isEmpty();
    }
}
