package dev.turbochat.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.turbochat.error.BackendException;
import dev.turbochat.error.MemoryException;
import dev.turbochat.error.SessionException;
import dev.turbochat.memory.Memory.Append;
import dev.turbochat.memory.Memory.Appended;
import dev.turbochat.memory.Memory.Opening;
import dev.turbochat.step.Input;
import dev.turbochat.step.Message;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class JournalTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    private final Line memory = new Line();

    /** A line to a heap memory that may be cut before or behind it, and that sees what goes over it. */
    private static final class Line extends ForwardingMemory {
        final Memory heap;
        final List<Append> sent = new ArrayList<>();
        final Deque<Supplier<Appended>> answers = new ArrayDeque<>();
        final CountDownLatch refused = new CountDownLatch(3);
        int releases;

        Line() {
            this(Memory.heap());
        }

        private Line(Memory heap) {
            super(heap);
            this.heap = heap;
        }

        /** The next append does not arrive. */
        void cutBefore(boolean passing) {
            answers.add(() -> {
                throw new Cut(passing);
            });
        }

        /** The next append arrives, and its answer does not. */
        void cutBehind(boolean passing) {
            answers.add(() -> {
                assertThat(heap.append(sent.getLast())).isEqualTo(Appended.OK);
                throw new Cut(passing);
            });
        }

        @Override
        public Opening open(String session, String owner) {
            Opening opening = heap.open(session, owner);
            if (opening instanceof Opening.Busy) {
                refused.countDown();
            }
            return opening;
        }

        @Override
        public Appended append(Append append) {
            sent.add(append);
            return answers.isEmpty() ? heap.append(append) : answers.remove().get();
        }

        @Override
        public Appended replace(Append append) {
            sent.add(append);
            return answers.isEmpty() ? heap.replace(append) : answers.remove().get();
        }

        @Override
        public void release(String session, Token token, @Nullable Instant wake, List<String> left) {
            releases++;
            heap.release(session, token, wake, left);
        }
    }

    private static final class Cut extends BackendException {
        private static final long serialVersionUID = 1;

        private final boolean passing;

        Cut(boolean passing) {
            super("The line is cut; mend it.", null);
            this.passing = passing;
        }

        @Override
        public boolean passing() {
            return passing;
        }
    }

    private Journal open(String session) throws InterruptedException {
        return Journal.open(memory, session, "a test", Duration.ZERO);
    }

    private static Entry add(Journal journal, String text) {
        return journal.add(1, "", 0, Entry.NO_REF, 1, new Body.Noticed(text));
    }

    private List<String> stored() {
        return memory.read("s").stream()
                .map(Entry::body)
                .filter(Body.Noticed.class::isInstance)
                .map(body -> ((Body.Noticed) body).text())
                .toList();
    }

    // Ids

    @Test
    void refuses_an_id_that_cannot_be_one() {
        refuses("", "it is empty");
        refuses("x".repeat(129), "it has 129 bytes");
        refuses("x".repeat(125) + "\uD83D\uDE00", "it has 129 bytes");
        refuses("a\uD83D", "it holds half a character (a lone surrogate)");
        refuses("\uDE00\uD83D", "it holds half a character (a lone surrogate)");
        assertThat(memory.sessions()).isEmpty();
    }

    private void refuses(String session, String why) {
        assertThatThrownBy(() -> open(session))
                .isInstanceOfSatisfying(
                        SessionException.BadSessionId.class,
                        e -> assertThat(e.session()).isEqualTo(session))
                .hasMessage("A session id was refused: " + why + "; use 1 to 128 bytes of well-formed text.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", " ", "\0", "../x", "\uFFFD", "\uD83D\uDE00"})
    void takes_any_other_id(String session) throws InterruptedException {
        try (Journal journal = open(session)) {
            assertThat(journal.session()).isEqualTo(session);
            assertThat(journal.entries()).hasSize(1);
        }
        try (Journal journal = open(session.repeat(128).substring(0, 32))) {
            assertThat(journal.next()).isEqualTo(1);
        }
    }

    // Adding and flushing

    @Test
    void what_is_added_is_stored_with_the_next_flush_and_in_one_append() throws InterruptedException {
        Journal journal = open("s");
        Entry one = add(journal, "one");
        Entry two = add(journal, "two");
        assertThat(memory.sent).isEmpty();
        assertThat(journal.next()).isEqualTo(3);
        journal.flush();
        journal.flush();
        add(journal, "three");
        journal.flush();

        assertThat(memory.sent).hasSize(2);
        Append first = memory.sent.getFirst();
        assertThat(first.entries()).containsExactly(one, two);
        assertThat(first.expectedLength()).isEqualTo(1);
        assertThat(first.appendId()).isEqualTo(1);
        assertThat(one.position().seq()).isEqualTo(1);
        assertThat(two.position().seq()).isEqualTo(2);
        assertThat(two.stamp()).isEqualTo(one.stamp());
        assertThat(one.stamp().append()).isEqualTo(1);
        assertThat(one.stamp().epoch()).isEqualTo(first.token().epoch());
        assertThat(one.stamp().incarnation()).isEqualTo(first.incarnation());
        Append second = memory.sent.getLast();
        assertThat(second.expectedLength()).isEqualTo(3);
        assertThat(second.appendId()).isEqualTo(2);
        assertThat(second.entries().getFirst().stamp().append()).isEqualTo(2);
        assertThat(stored()).containsExactly("one", "two", "three");
    }

    @Test
    void what_was_not_flushed_is_dropped_on_closing() throws InterruptedException {
        Journal journal = open("s");
        add(journal, "one");
        journal.close();
        journal.close();
        assertThat(memory.releases).isEqualTo(1);
        assertThat(stored()).isEmpty();
        assertThatThrownBy(journal::flush).isInstanceOf(MemoryException.NotOwner.class);
        open("s").close();
    }

    @Test
    void what_may_not_go_before_others_is_dropped_and_was_never_heard() throws InterruptedException {
        try (Journal journal = open("s")) {
            memory.deliver("s", Delivery.of("elsewhere", new Delivery.Post(new Message.User("hi"))));
            journal.add(
                    1,
                    "",
                    0,
                    Entry.NO_REF,
                    1,
                    new Body.Answered("?", Input.text("x").id("here"), null));
            journal.take("here");
            assertThat(journal.holds("here")).isTrue();
            assertThat(journal.flushUnlessOthersWait(List.of())).isFalse();
            assertThat(journal.holds("here")).isFalse();
            assertThat(journal.next()).isEqualTo(1);
            memory.deliver("s", Delivery.of("here", new Delivery.Post(new Message.User("again"))));
            add(journal, "one");
            assertThat(journal.flushUnlessOthersWait(List.of("elsewhere", "here")))
                    .isTrue();
            assertThat(memory.inbox("s"))
                    .as("it is not taken by what comes later")
                    .hasSize(2);
        }
    }

    @Test
    void what_has_failed_is_repeated_whatever_came_since_as_more_may_stand_behind_it() throws InterruptedException {
        try (Journal journal = open("s")) {
            journal.add(
                    1,
                    "",
                    0,
                    Entry.NO_REF,
                    1,
                    new Body.Answered("?", Input.text("x").id("here"), null));
            journal.take("here");
            memory.answers.add(() -> {
                throw new BackendException("It failed; free the disk.", null);
            });
            assertThatThrownBy(() -> journal.flushUnlessOthersWait(List.of())).isInstanceOf(BackendException.class);
            memory.deliver("s", Delivery.of("elsewhere", new Delivery.Post(new Message.User("hi"))));
            add(journal, "one");
            journal.flush();
            assertThat(memory.read("s")).hasSize(3);
            assertThat(journal.stored()).isEqualTo(3);
            assertThat(journal.holds("here")).isTrue();
        }
    }

    // What a store may answer

    @ParameterizedTest
    @EnumSource(
            value = Appended.class,
            names = {"CONFLICT", "FENCED", "GONE"})
    void a_refusal_stops_the_owner_however_often_it_tries(Appended refusal) throws InterruptedException {
        Journal journal = open("s");
        add(journal, "one");
        memory.answers.addAll(List.of(() -> refusal, () -> refusal));
        String message = switch (refusal) {
            case CONFLICT -> "Session 's' is now driven elsewhere (its journal has grown); this driver of it stops.";
            case FENCED ->
                "Session 's' is now driven elsewhere (its ownership has passed on); this driver of it stops.";
            case GONE -> "Session 's' was deleted while it was being driven; this driver of it stops.";
            case OK, ALREADY, WAITING -> throw new IllegalArgumentException("not a refusal");
        };
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(journal::flush)
                    .isInstanceOf(
                            refusal == Appended.GONE
                                    ? MemoryException.SessionGone.class
                                    : MemoryException.NotOwner.class)
                    .hasMessage(message);
        }
        assertThat(stored()).isEmpty();
    }

    @Test
    void a_deleted_session_is_told_from_one_that_passed_on() throws InterruptedException {
        Journal journal = open("s");
        add(journal, "one");
        journal.flush();
        memory.heap.release("s", memory.sent.getLast().token(), null);
        memory.delete("s");
        add(journal, "no");
        assertThatThrownBy(journal::flush).isInstanceOf(MemoryException.SessionGone.class);
    }

    @Test
    void a_passing_failure_is_tried_again_under_the_same_append_id() throws InterruptedException {
        Journal journal = open("s");
        add(journal, "one");
        memory.cutBehind(true);
        memory.cutBefore(true);
        journal.flush();
        assertThat(memory.sent).hasSize(3).allMatch(memory.sent.getFirst()::equals);
        add(journal, "two");
        journal.flush();
        assertThat(memory.sent.getLast().appendId()).isEqualTo(2);
        assertThat(stored()).containsExactly("one", "two");
    }

    @Test
    void a_failure_that_does_not_pass_is_thrown_after_three_tries() throws InterruptedException {
        Journal journal = open("s");
        add(journal, "one");
        for (int i = 0; i < 3; i++) {
            memory.cutBefore(true);
        }
        assertThatThrownBy(journal::flush).isInstanceOf(Cut.class).hasMessage("The line is cut; mend it.");
        assertThat(memory.sent).hasSize(3);
        memory.cutBefore(false);
        assertThatThrownBy(journal::flush).isInstanceOf(Cut.class);
        assertThat(memory.sent).hasSize(4);
    }

    @Test
    void what_is_added_after_a_failure_does_not_ride_with_what_failed() throws InterruptedException {
        Journal journal = open("s");
        add(journal, "one");
        memory.cutBehind(false); // it is stored, and nobody knows
        assertThatThrownBy(journal::flush).isInstanceOf(Cut.class);
        Entry two = add(journal, "two");
        assertThat(two.seq()).isEqualTo(2);
        assertThat(two.stamp().append()).isEqualTo(2);
        assertThat(journal.next()).isEqualTo(3);
        journal.flush();
        add(journal, "three");
        journal.flush();
        assertThat(memory.sent).extracting(Append::appendId).containsExactly(1L, 1L, 2L, 3L);
        assertThat(stored()).containsExactly("one", "two", "three");
        assertThat(memory.read("s")).extracting(Entry::seq).containsExactly(0L, 1L, 2L, 3L);
    }

    @Test
    void what_failed_is_stored_before_what_was_added_later() throws InterruptedException {
        Journal journal = open("s");
        add(journal, "one");
        memory.cutBefore(false);
        assertThatThrownBy(journal::flush).isInstanceOf(Cut.class);
        add(journal, "two");
        memory.cutBefore(false);
        assertThatThrownBy(journal::flush).isInstanceOf(Cut.class);
        add(journal, "three");
        journal.flush();
        assertThat(stored()).containsExactly("one", "two", "three");
        assertThat(memory.sent).extracting(Append::appendId).containsExactly(1L, 1L, 1L, 2L);
    }

    @Test
    void what_is_too_large_is_dropped_with_what_was_added_after_it_and_the_end_of_the_run_is_stored() throws Exception {
        Journal journal = open("s");
        add(journal, "one");
        memory.cutBefore(false);
        assertThatThrownBy(journal::flush).isInstanceOf(Cut.class);
        add(journal, "two");
        journal.take("a delivery");
        memory.answers.add(() -> {
            throw new MemoryException.JournalFull("s", 2, 1);
        });
        assertThatThrownBy(journal::flush).isInstanceOf(MemoryException.JournalFull.class);
        assertThat(memory.sent).hasSize(2);
        journal.flush();
        assertThat(memory.sent).as("it is not tried again").hasSize(2);
        assertThat(journal.next()).isEqualTo(1);
        add(journal, "the end");
        journal.flush();
        Append last = memory.sent.getLast();
        assertThat(last.appendId()).isEqualTo(1);
        assertThat(last.entries().getFirst().stamp().append()).isEqualTo(1);
        assertThat(last.taken()).isEmpty();
        assertThat(stored()).containsExactly("the end");
    }

    @Test
    void a_timer_that_was_refused_is_not_waited_for_and_the_one_before_is() throws Exception {
        Journal journal = open("s");
        journal.add(1, "", 0, Entry.NO_REF, 1, new Body.TimerSet("sleep", Instant.EPOCH.plusSeconds(1)));
        journal.flush();
        journal.add(1, "", 1, 1, 1, new Body.TimerDone());
        memory.answers.add(() -> {
            throw new MemoryException.PayloadTooLarge("s", "an entry", 2, 1);
        });
        assertThatThrownBy(journal::flush).isInstanceOf(MemoryException.PayloadTooLarge.class);
        add(journal, "the end");
        journal.flush();
        assertThat(memory.sent.getLast().wake()).isEqualTo(Instant.EPOCH.plusSeconds(1));
    }

    @Test
    void a_journal_whose_beginning_anew_failed_is_begun_anew_and_not_added_to() throws Exception {
        Journal journal = open("s");
        add(journal, "one");
        journal.flush();
        List<Entry> before = journal.entries();
        var carried = new Body.Carried(List.of(), List.of(), List.of(), List.of());
        memory.cutBefore(false);
        assertThatThrownBy(() -> journal.beginAnew(carried, 2, new Body.RunStarted("p", 1, null)))
                .isInstanceOf(Cut.class);
        assertThat(journal.entries()).isEqualTo(before);
        add(journal, "two");
        journal.flush();
        assertThat(memory.read("s")).extracting(Entry::seq).containsExactly(2L, 3L, 4L, 5L);
        assertThat(journal.entries()).isEqualTo(memory.read("s").subList(0, 3));
        assertThat(stored()).containsExactly("two");
    }

    // Waiting for another owner

    /** A memory whose sessions are somebody's, for so long as it says each time. */
    private static Memory held(Deque<Duration> leases) {
        return new ForwardingMemory(Memory.heap()) {
            @Override
            public Opening open(String session, String owner) {
                Duration left = leases.poll();
                return left == null ? super.open(session, owner) : new Opening.Busy("a dead one", left);
            }
        };
    }

    @Test
    void waits_out_a_lease_that_nobody_renews_and_says_so_once() throws InterruptedException {
        Deque<Duration> leases = new ArrayDeque<>(List.of(
                Duration.ofMillis(900), Duration.ofMillis(700), Duration.ofMillis(500), Duration.ofMillis(300)));
        List<Opening.Busy> told = new ArrayList<>();
        try (Journal journal = Journal.open(held(leases), "s", "me", Duration.ofMillis(1), told::add)) {
            assertThat(journal.next()).isEqualTo(1);
        }
        assertThat(told).extracting(Opening.Busy::owner).containsExactly("a dead one");
    }

    @Test
    void does_not_wait_for_a_lease_that_is_renewed_nor_without_patience() {
        Deque<Duration> leases =
                new ArrayDeque<>(List.of(Duration.ofSeconds(9), Duration.ofSeconds(9), Duration.ofSeconds(11)));
        assertThatThrownBy(() -> Journal.open(held(leases), "s", "me", Duration.ofMillis(1)))
                .isInstanceOf(SessionException.SessionBusy.class)
                .hasMessageContaining("did not let go within 1 ms");
        assertThat(leases).isEmpty();
        Deque<Duration> more = new ArrayDeque<>(List.of(Duration.ofSeconds(9), Duration.ofSeconds(9)));
        assertThatThrownBy(() -> Journal.open(held(more), "s", "me", Duration.ZERO))
                .isInstanceOf(SessionException.SessionBusy.class);
        assertThat(more).hasSize(1);
    }

    @Test
    void a_host_announces_the_wake_time_that_it_will_ask_for_and_waits_for_nobody() {
        List<Instant> announced = new ArrayList<>();
        Memory watched = new ForwardingMemory(memory) {
            @Override
            public Opening open(String session, String owner, Instant wake) {
                announced.add(wake);
                return super.open(session, owner, wake);
            }
        };
        try (Journal journal = Journal.openHosted(watched, "s", "a host")) {
            journal.hosted();
            add(journal, "one");
            journal.flush();
            assertThat(memory.sent)
                    .singleElement()
                    .satisfies(append -> assertThat(announced).containsExactly(append.wake()));
            assertThatThrownBy(() -> Journal.openHosted(watched, "s", "another"))
                    .isInstanceOf(SessionException.SessionBusy.class)
                    .hasMessageContaining("driven by a host, which did not let go within 0 ms");
        }
        assertThatThrownBy(() -> Journal.openHosted(watched, "", "a host"))
                .isInstanceOf(SessionException.BadSessionId.class);
        assertThat(announced).hasSize(2);
    }

    @Test
    void says_whose_a_session_is_that_stays_busy() throws InterruptedException {
        Journal.open(memory, "s", "the other", Duration.ZERO);
        assertThatThrownBy(() -> open("s"))
                .isInstanceOfSatisfying(
                        SessionException.SessionBusy.class,
                        e -> assertThat(e.owner()).isEqualTo("the other"))
                .hasMessage("Session 's' is being driven by the other, which did not let go within 0 ms; "
                        + "close that one, or try again later.");
        assertThatThrownBy(() -> Journal.open(memory, "s", "me", Duration.ofMillis(45)))
                .isInstanceOf(SessionException.SessionBusy.class)
                .hasMessageContaining("did not let go within 45 ms");
    }

    @Test
    void waits_until_the_other_lets_go() throws Exception {
        Journal other = open("s");
        add(other, "one");
        FutureTask<Journal> waiting = new FutureTask<>(() -> Journal.open(memory, "s", "me", LONG));
        Thread.ofVirtual().start(waiting);
        memory.refused.await();
        other.flush();
        other.close();
        assertThat(waiting.get().entries()).hasSize(2);
    }

    @Test
    void an_interrupt_ends_the_wait() throws Exception {
        Journal other = open("s");
        FutureTask<Journal> waiting = new FutureTask<>(() -> Journal.open(memory, "s", "me", LONG));
        Thread thread = Thread.ofVirtual().start(waiting);
        memory.refused.await();
        thread.interrupt();
        assertThatThrownBy(waiting::get).hasCauseInstanceOf(InterruptedException.class);
        add(other, "still mine " + UUID.randomUUID());
        other.flush();
    }
}
