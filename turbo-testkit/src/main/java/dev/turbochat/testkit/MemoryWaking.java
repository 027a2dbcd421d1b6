package dev.turbochat.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.turbochat.memory.Body;
import dev.turbochat.memory.Memory;
import dev.turbochat.memory.Memory.Appended;
import dev.turbochat.memory.Memory.Opening;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The part of {@link MemoryContract} about wake times: which sessions somebody should look after, and when. */
abstract class MemoryWaking extends MemoryDelivering {
    private static final Instant NOON = Instant.parse("2030-01-01T12:00:00Z");

    @Test
    public final void due_are_the_sessions_whose_timer_has_come_and_is_pending() {
        setTimer("noon", new Body.TimerSet("sleep", NOON));
        setTimer("ten", new Body.TimerSet("sleep", NOON.minusSeconds(7_200)));
        setTimer("eleven", Samples.said("hi"), new Body.TimerSet("sleep", NOON.minusSeconds(3_600)));
        setTimer("one", new Body.TimerSet("sleep", NOON.plusMillis(1)));
        setTimer("done", new Body.TimerSet("sleep", NOON.minusSeconds(9)), new Body.TimerDone());
        setTimer(
                "reset",
                new Body.TimerSet("sleep", NOON.minusSeconds(9)),
                new Body.TimerSet("sleep", NOON.plusSeconds(9)));
        setTimer("none", Samples.said("hi"));
        assertThat(memory().due(NOON, 10)).containsExactly("ten", "eleven", "noon");
        assertThat(memory().due(NOON, 2)).containsExactly("ten", "eleven");
        assertThat(memory().due(NOON, 0)).isEmpty();
        assertThat(memory().due(NOON.minusSeconds(7_201), 10)).isEmpty();
        assertThat(memory().due(Instant.MAX, 10)).hasSize(5);
    }

    private void setTimer(String session, Body... bodies) {
        Owner owner = Owner.of(memory(), session);
        owner.stores(bodies);
        owner.release();
    }

    @Test
    public final void the_wake_time_that_was_said_last_counts() {
        Owner owner = Owner.of(memory(), "s");
        owner.wakes(NOON).stores(Samples.said("at noon"));
        owner.release();
        assertThat(memory().due(NOON.minusMillis(1), 10)).isEmpty();
        assertThat(memory().due(NOON, 10)).containsExactly("s");

        Owner later = Owner.of(memory(), "s");
        later.wakes(NOON.plusSeconds(60)).stores(Samples.said("a minute later"));
        later.wakes(NOON.plusSeconds(30)).release();
        assertThat(memory().due(NOON.plusSeconds(29), 10)).isEmpty();
        assertThat(memory().due(NOON.plusSeconds(30), 10)).containsExactly("s");

        Owner never = Owner.of(memory(), "s");
        never.wakes(null).release();
        assertThat(memory().due(Instant.MAX, 10)).isEmpty();
        Owner again = Owner.of(memory(), "s");
        again.wakes(NOON).release();
        assertThat(memory().due(NOON, 10)).containsExactly("s");
        Owner appending = Owner.of(memory(), "s");
        appending.wakes(null).stores(Samples.said("nothing to wait for"));
        appending.release();
        assertThat(memory().due(Instant.MAX, 10)).isEmpty();
    }

    @Test
    public final void a_release_that_counts_for_nothing_sets_no_wake_time() {
        Owner owner = Owner.of(memory(), "s");
        memory().release("s", new Memory.Token(owner.token().epoch(), UUID.randomUUID()), NOON);
        memory().release("nobody", owner.token(), NOON);
        owner.release();
        assertThat(memory().due(Instant.MAX, 10)).isEmpty();
        owner.wakes(NOON).release();
        assertThat(memory().due(Instant.MAX, 10)).isEmpty();
    }

    @Test
    public final void an_append_that_is_refused_sets_no_wake_time() {
        Owner owner = Owner.of(memory(), "s");
        owner.wakes(NOON.plusSeconds(9)).stores(Samples.said("one"));
        owner.wakes(NOON);
        assertThat(memory().append(owner.append(7, 2, Samples.said("no")))).isEqualTo(Appended.CONFLICT);
        assertThat(memory().replace(owner.append(7, 2, new Body.Header(1, "s"))))
                .isEqualTo(Appended.CONFLICT);
        owner.wakes(NOON.plusSeconds(9)).release();
        owner.wakes(NOON);
        assertThat(memory().append(owner.next(Samples.said("no")))).isEqualTo(Appended.FENCED);
        assertThat(memory().due(NOON, 10)).isEmpty();
        assertThat(memory().due(NOON.plusSeconds(9), 10)).containsExactly("s");
    }

    @Test
    public final void an_owned_session_is_left_out_until_it_is_let_go() throws Exception {
        Owner owner = Owner.of(memory(), "s");
        owner.wakes(Instant.EPOCH).stores(Samples.said("look after me"));
        assertThat(memory().due(Instant.now(), 10)).isEmpty();
        for (Memory other : others()) {
            assertThat(other.due(Instant.now(), 10)).isEmpty();
        }
        owner.release();
        assertThat(memory().due(Instant.now(), 10)).containsExactly("s");
        Owner.of(memory(), "s");
        assertThat(memory().due(Instant.now(), 10)).isEmpty();
    }

    @Test
    public final void those_left_out_do_not_count_against_the_limit() {
        for (int i = 0; i < 3; i++) {
            Owner.of(memory(), "owned " + i).wakes(NOON.plusSeconds(i)).stores(Samples.said("hi"));
        }
        Owner free = Owner.of(memory(), "free");
        free.wakes(NOON.plusSeconds(9)).release();
        assertThat(memory().due(Instant.MAX, 1)).containsExactly("free");
    }

    @Test
    public final void a_wake_time_that_is_only_announced_counts_for_nothing() {
        for (int i = 0; i < 2; i++) { // one that is new, and one that is there
            Opening opening = memory().open("s", "a host", Instant.EPOCH);
            assertThat(opening).isInstanceOfSatisfying(Opening.Granted.class, granted -> {
                assertThat(memory().open("s", "another", Instant.EPOCH)).isInstanceOf(Opening.Busy.class);
                memory().release("s", granted.token(), null);
            });
            assertThat(memory().due(Instant.MAX, 10)).isEmpty();
        }
        Owner other = Owner.announcing(memory(), "s", Instant.EPOCH);
        other.wakes(NOON).stores(Samples.said("at noon"));
        assertThat(memory().due(Instant.MAX, 10)).as("owned").isEmpty();
        other.release();
        assertThat(memory().due(NOON.minusMillis(1), 10)).isEmpty();
        assertThat(memory().due(NOON, 10)).containsExactly("s");
        Owner.announcing(memory(), "s", Instant.EPOCH).wakes(null).release();
        assertThat(memory().due(Instant.MAX, 10)).isEmpty();
    }

    @Test
    public final void a_wake_time_that_was_announced_and_written_counts() throws Exception {
        Memory second = another();
        Owner.announcing(memory(), "new", Instant.EPOCH).wakes(Instant.EPOCH).stores(Samples.said("hi"));
        Owner.of(memory(), "old").release();
        Owner old = Owner.announcing(memory(), "old", NOON);
        old.wakes(NOON).stores(Samples.said("hi"));
        assertThat(old.granted().entries()).hasSize(1);
        memory().close();
        assertThat(second.due(NOON.minusMillis(1), 10)).containsExactly("new");
        assertThat(second.due(NOON, 10)).containsExactly("new", "old");
        assertThat(second.read("old")).hasSize(2);
    }

    @Test
    public final void any_wake_time_will_do() {
        setTimer("long ago", new Body.TimerSet("sleep", Instant.MIN));
        setTimer("epoch", new Body.TimerSet("sleep", Instant.EPOCH));
        setTimer("far", new Body.TimerSet("sleep", NOON.plus(Duration.ofDays(365_000))));
        setTimer("at the end", new Body.TimerSet("sleep", Instant.MAX));
        assertThat(memory().due(Instant.EPOCH, 10)).containsExactlyInAnyOrder("long ago", "epoch");
        assertThat(memory().due(NOON, 10)).containsExactlyInAnyOrder("long ago", "epoch");
        assertThat(memory().due(Instant.MAX, 10)).hasSize(4);
    }

    @Test
    public final void wake_times_outlive_their_owner_and_its_memory() throws Exception {
        Memory second = another();
        Owner appended = Owner.of(memory(), "appended");
        appended.wakes(NOON).stores(Samples.said("and never released"));
        Owner released = Owner.of(memory(), "released");
        released.stores(Samples.said("hi"));
        released.wakes(NOON.plusSeconds(1)).release();
        Owner none = Owner.of(memory(), "none");
        none.stores(Samples.said("hi"));
        memory().close();
        assertThat(second.due(NOON.minusSeconds(1), 10)).isEmpty();
        assertThat(second.due(Instant.MAX, 10)).containsExactly("appended", "released");
        assertThat(Owner.of(second, "appended").granted().entries()).hasSize(2);
    }

    @Test
    public final void a_delivery_comes_before_any_wake_time_and_gives_it_back() {
        Owner owner = Owner.of(memory(), "s");
        owner.wakes(NOON).release();
        memory().deliver("s", Samples.delivery("d"));
        assertThat(memory().due(Instant.now(), 10)).containsExactly("s");
        Owner later = Owner.of(memory(), "s");
        assertThat(memory().due(Instant.now(), 10)).as("owned, and waited for").containsExactly("s");
        later.wakes(NOON).stores(Samples.said("without taking it"));
        assertThat(memory().due(Instant.now(), 10)).containsExactly("s");
        later.send(later.taking(List.of("d"), Samples.said("taken")));
        assertThat(memory().due(NOON, 10)).as("owned").isEmpty();
        later.release();
        assertThat(memory().due(NOON.minusMillis(1), 10)).isEmpty();
        assertThat(memory().due(NOON, 10)).containsExactly("s");
    }

    @Test
    public final void a_session_is_due_while_deliveries_wait_whatever_its_owner_says() {
        Owner owner = Owner.of(memory(), "s");
        memory().deliver("s", Samples.delivery("d"));
        owner.wakes(null).stores(Samples.said("I take nothing"));
        assertThat(memory().due(Instant.now(), 10)).containsExactly("s");
        owner.stores(Samples.said("still nothing"));
        assertThat(memory().due(Instant.now(), 10)).containsExactly("s");
        owner.release();
        assertThat(memory().due(Instant.now(), 10)).containsExactly("s");
        Owner.of(memory(), "s").release();
        assertThat(memory().due(Instant.now(), 10)).containsExactly("s");
    }
}
