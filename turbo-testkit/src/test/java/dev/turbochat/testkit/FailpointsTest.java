package dev.turbochat.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.turbochat.error.BackendException;
import dev.turbochat.memory.Body;
import dev.turbochat.memory.Entry;
import dev.turbochat.memory.Memory;
import dev.turbochat.memory.Memory.Appended;
import dev.turbochat.memory.Memory.Opening;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FailpointsTest {
    private static final Body INTENT = new Body.Generating(Map.of());

    private final Memory heap = Memory.heap();
    private final Failpoints memory = Failpoints.on(heap);

    @Test
    void a_crashed_memory_refuses_everything_until_it_is_restarted() {
        memory.at(Failpoint.AFTER_INTENT, 2);
        Owner owner = Owner.of(memory, "s");
        owner.stores(INTENT);
        owner.stores(Samples.said("hi"));
        assertThatThrownBy(() -> owner.wakes(Instant.EPOCH).send(INTENT))
                .isInstanceOf(Failpoints.Crashed.class)
                .hasMessage("The process of this memory is dead since AFTER_INTENT; call restart() to begin another.");
        assertThat(memory.isDown()).isTrue();
        assertThatThrownBy(() -> memory.read("s")).isInstanceOf(Failpoints.Crashed.class);
        assertThatThrownBy(owner::release).isInstanceOf(Failpoints.Crashed.class);
        assertThat(heap.open("s", "too early")).isInstanceOf(Opening.Busy.class);

        memory.restart();
        assertThat(heap.due(Instant.now(), 1)).as("as the dead one had it set").containsExactly("s");
        assertThat(Owner.of(memory, "s").granted().entries()).hasSize(4);
    }

    @Test
    void before_a_place_nothing_is_stored_and_after_it_all() {
        for (Failpoint row : List.of(Failpoint.BEFORE_INTENT, Failpoint.AFTER_INTENT, Failpoint.TORN_TAIL)) {
            Failpoints one = Failpoints.on(Memory.heap()).at(row, 1);
            Owner owner = Owner.of(one, "s");
            assertThatThrownBy(() -> owner.send(INTENT)).isInstanceOf(Failpoints.Crashed.class);
            one.restart();
            assertThat(one.read("s")).hasSize(row == Failpoint.AFTER_INTENT ? 2 : 1);
        }
    }

    @Test
    void a_place_counts_once_and_repeated_attempts_do_not() {
        memory.everywhere(Failpoint.BEFORE_INTENT);
        for (int i = 0; i < 3; i++) {
            Owner owner = Owner.of(memory, "s");
            assertThatThrownBy(() -> owner.send(INTENT)).isInstanceOf(Failpoints.Crashed.class);
            memory.restart();
            Owner again = Owner.of(memory, "s");
            again.stores(INTENT);
            again.release();
        }
        assertThat(memory.reached(Failpoint.BEFORE_INTENT)).isEqualTo(3);
        Owner owner = Owner.of(memory, "s");
        Entry first = owner.next(INTENT).entries().getFirst();
        Entry repeated = new Entry(first.position(), first.stamp(), 1, 2, INTENT);
        assertThat(memory.append(new Memory.Append(
                        "s",
                        first.stamp().incarnation(),
                        owner.token(),
                        first.seq(),
                        1,
                        List.of(repeated),
                        List.of(),
                        null)))
                .isEqualTo(Appended.OK);
    }

    @Test
    void an_action_can_wait_for_an_effect_of_a_name() {
        List<Failpoint> sprung = new ArrayList<>();
        memory.at(Failpoint.IDEMPOTENT_RAN, "charge", 1, sprung::add);
        Owner owner = Owner.of(memory, "s");
        owner.stores(new Body.Acting("look", false));
        owner.stores(new Body.ActFailed("look", "x", "y"));
        assertThat(sprung).isEmpty();
        owner.stores(new Body.Acting("charge", false));
        owner.stores(new Body.ActFailed("charge", "x", "y"));
        assertThat(sprung).containsExactly(Failpoint.IDEMPOTENT_RAN);
    }

    @Test
    void a_lost_acknowledgement_is_sent_again_and_found_stored() {
        memory.at(Failpoint.ACKNOWLEDGEMENT_LOST, 1);
        Owner owner = Owner.of(memory, "s");
        Memory.Append append = owner.next(Samples.said("hi"));
        assertThatThrownBy(() -> memory.append(append))
                .isInstanceOfSatisfying(
                        BackendException.class, e -> assertThat(e.passing()).isTrue());
        assertThat(memory.append(append)).isEqualTo(Appended.ALREADY);
        assertThat(memory.read("s")).hasSize(2);
    }

    @Test
    void a_paused_owner_is_fenced_and_a_lost_tail_is_in_conflict() {
        memory.at(Failpoint.OWNER_PAUSED, 2).at(Failpoint.TAIL_LOST, 3);
        Owner paused = Owner.of(memory, "s");
        paused.stores(Samples.said("one"));
        assertThat(paused.send(Samples.said("no"))).isEqualTo(Appended.FENCED);

        Owner owner = Owner.of(memory, "t");
        assertThat(owner.send(Samples.said("lost"))).isEqualTo(Appended.OK);
        assertThat(memory.read("t")).hasSize(1);
        assertThat(owner.send(Samples.said("no"))).isEqualTo(Appended.CONFLICT);
    }

    @Test
    void a_journal_that_begins_anew_is_the_old_one_before_and_the_new_one_after() {
        memory.everywhere(Failpoint.DURING_COMPACTION);
        Owner owner = Owner.of(memory, "s");
        owner.stores(Samples.said("old"));
        assertThatThrownBy(() -> owner.replace(owner.anew())).isInstanceOf(Failpoints.Crashed.class);
        memory.restart();
        assertThat(memory.read("s")).hasSize(2);
        Owner again = Owner.of(memory, "s");
        assertThatThrownBy(() -> again.replace(again.anew())).isInstanceOf(Failpoints.Crashed.class);
        memory.restart();
        assertThat(memory.read("s"))
                .singleElement()
                .satisfies(entry -> assertThat(entry.seq()).isEqualTo(2));
    }
}
