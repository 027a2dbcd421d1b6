package dev.turbochat.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.turbochat.error.SessionException.SessionBusy;
import dev.turbochat.memory.Body;
import dev.turbochat.memory.Entry;
import dev.turbochat.memory.Memory;
import dev.turbochat.memory.Memory.Append;
import dev.turbochat.memory.Memory.Appended;
import dev.turbochat.memory.Memory.Opening;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What every {@link Memory} must do: subclass it beside your own, and its tests are yours.
 *
 * <p>Bring JUnit 5 and AssertJ. The suite closes what it had opened.
 */
@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
public abstract class MemoryContract extends MemoryRoundTrips {
    private final List<Memory> opened = new ArrayList<>();
    private Memory memory;

    /** Opens a memory on an empty store; called once a test. */
    protected abstract Memory open() throws Exception;

    /**
     * Opens another memory on the store that {@link #open} made, as another process would.
     *
     * @return empty if the store is the memory's own; tests of two memories are then skipped
     */
    protected abstract Optional<Memory> openAnother() throws Exception;

    @BeforeEach
    final void openIt() throws Exception {
        memory = open();
        opened.add(memory);
    }

    @AfterEach
    final void closeAll() {
        opened.forEach(Memory::close);
    }

    @Override
    final Memory memory() {
        return memory;
    }

    @Override
    final Memory another() throws Exception {
        List<Memory> others = others();
        assumeFalse(others.isEmpty(), "no two memories share this store");
        return others.getFirst();
    }

    @Override
    final List<Memory> others() throws Exception {
        List<Memory> others = openAnother().stream().toList();
        opened.addAll(others);
        return others;
    }

    // Taking a session

    @Test
    public final void a_new_session_holds_its_header() {
        Opening.Granted granted = Owner.of(memory, "s").granted();
        assertThat(granted.token().epoch()).isEqualTo(1);
        assertThat(granted.entries()).singleElement().satisfies(header -> {
            assertThat(header.position()).isEqualTo(new Entry.Position(0, 0, "", 0));
            assertThat(header.body()).isEqualTo(new Body.Header(Entry.FORMAT, "s"));
            assertThat(header.stamp().incarnation()).isEqualTo(granted.incarnation());
            assertThat(header.stamp().epoch()).isEqualTo(1);
        });
        assertThat(memory.read("s")).isEqualTo(granted.entries());
    }

    @Test
    public final void a_session_has_one_owner_at_a_time() {
        Owner owner = Owner.of(memory, "s");
        assertThat(memory.open("s", "another")).isInstanceOfSatisfying(Opening.Busy.class, busy -> {
            assertThat(busy.owner()).isNotBlank();
            assertThat(busy.patience()).isGreaterThanOrEqualTo(Duration.ZERO);
        });
        owner.stores(Samples.said("hi"));
        owner.release();
        assertThat(Owner.of(memory, "s").granted().entries()).hasSize(2);
    }

    @Test
    public final void a_session_has_one_owner_over_all_memories_of_a_store() throws Exception {
        Memory second = another();
        Memory third = another();
        Owner.of(memory, "s");
        Owner mine = Owner.of(second, "t");
        assertThat(second.open("s", "second")).isInstanceOf(Opening.Busy.class);
        assertThatThrownBy(() -> second.delete("s")).isInstanceOf(SessionBusy.class);
        memory.close();
        assertThat(second.open("s", "second")).isInstanceOf(Opening.Granted.class);
        assertThat(third.open("t", "third")).isInstanceOf(Opening.Busy.class);
        mine.stores(Samples.said("still mine"));
        assertThat(third.read("t")).hasSize(2);
    }

    @Test
    public final void epochs_rise_over_what_was_written_and_tokens_are_never_equal() {
        UUID incarnation = null;
        Memory.Token last = new Memory.Token(0, UUID.randomUUID());
        for (int i = 0; i < 6; i++) {
            Owner owner = Owner.of(memory, "s");
            assertThat(owner.token().nonce()).isNotEqualTo(last.nonce());
            assertThat(owner.token().epoch()).isGreaterThanOrEqualTo(last.epoch());
            if (incarnation != null) {
                assertThat(owner.granted().incarnation()).isEqualTo(incarnation);
                assertThat(owner.granted().entries())
                        .allSatisfy(entry -> assertThat(entry.stamp().epoch())
                                .isLessThan(owner.token().epoch()));
            }
            incarnation = owner.granted().incarnation();
            last = owner.token();
            if (i % 3 != 0) { // two takings in a row write nothing
                owner.stores(Samples.said("hi"));
            }
            owner.release();
        }
    }

    @Test
    public final void releasing_with_another_token_does_nothing() {
        Owner first = Owner.of(memory, "s");
        first.release();
        Owner second = Owner.of(memory, "s");
        first.release();
        memory.release("s", new Memory.Token(second.token().epoch(), UUID.randomUUID()), null);
        memory.release("nobody", second.token(), null);
        assertThat(memory.open("s", "third")).isInstanceOf(Opening.Busy.class);
        second.stores(Samples.said("hi"));
    }

    // Appending

    @Test
    public final void an_append_is_stored_whole_and_at_the_end() {
        Owner owner = Owner.of(memory, "s");
        List<Entry> expected = new ArrayList<>(owner.granted().entries());
        expected.addAll(owner.stores(Samples.said("one"), Samples.said("two"), Samples.said("three")));
        expected.addAll(owner.stores(Samples.said("four")));
        assertThat(memory.read("s")).isEqualTo(expected);
        owner.release();
        assertThat(Owner.of(memory, "s").granted().entries()).isEqualTo(expected);
    }

    @Test
    public final void a_list_that_was_given_out_does_not_change() {
        Owner owner = Owner.of(memory, "s");
        List<Entry> read = memory.read("s");
        owner.stores(Samples.said("hi"));
        assertThat(owner.granted().entries()).hasSize(1);
        assertThat(read).hasSize(1);
    }

    @Test
    public final void a_repeated_append_is_stored_once() {
        Owner owner = Owner.of(memory, "s");
        Append first = owner.next(Samples.said("one"));
        owner.stores(Samples.said("one"));
        assertThat(memory.append(first)).isEqualTo(Appended.ALREADY);
        owner.stores(Samples.said("two"), Samples.said("three"));
        assertThat(memory.append(first)).as("an older one").isNotEqualTo(Appended.OK);
        assertThat(memory.read("s")).hasSize(4);
        owner.stores(Samples.said("four"));
    }

    @Test
    public final void append_ids_begin_anew_with_every_token() {
        Owner first = Owner.of(memory, "s");
        first.stores(Samples.said("one"));
        first.release();
        Owner second = Owner.of(memory, "s");
        second.stores(Samples.said("two"));
        assertThat(memory.read("s")).hasSize(3);
    }

    @Test
    public final void an_append_that_expects_another_length_is_in_conflict() {
        Owner owner = Owner.of(memory, "s");
        owner.stores(Samples.said("one"));
        for (long length : new long[] {0, 1, 3, Long.MAX_VALUE - 1}) {
            assertThat(memory.append(owner.append(length, 2, Samples.said("no"))))
                    .isEqualTo(Appended.CONFLICT);
        }
        assertThat(memory.read("s")).hasSize(2);
        owner.stores(Samples.said("two")); // which has the append id of those that were refused
        assertThat(memory.read("s")).hasSize(3);
    }

    @Test
    public final void an_append_under_a_token_that_is_over_is_fenced() {
        Owner first = Owner.of(memory, "s");
        first.stores(Samples.said("one"));
        first.release();
        assertThat(memory.append(first.next(Samples.said("no")))).isEqualTo(Appended.FENCED);
        Owner second = Owner.of(memory, "s");
        assertThat(memory.append(first.next(Samples.said("no")))).isEqualTo(Appended.FENCED);
        assertThat(memory.append(first.append(2, 1, Samples.said("no")))).isEqualTo(Appended.FENCED);
        second.stores(Samples.said("two"));
        assertThat(memory.append(first.next(Samples.said("no")))).isEqualTo(Appended.FENCED);
        assertThat(memory.read("s")).hasSize(3);
    }

    @Test
    public final void the_nonce_alone_fences_and_so_does_the_epoch() {
        Owner owner = Owner.of(memory, "s");
        Memory.Token token = owner.token();
        for (Memory.Token other : List.of(
                new Memory.Token(token.epoch(), UUID.randomUUID()),
                new Memory.Token(token.epoch() + 1, token.nonce()))) {
            Append append = owner.next(Samples.said("no"));
            assertThat(memory.append(
                            new Append("s", append.incarnation(), other, 1, 1, append.entries(), List.of(), null)))
                    .isEqualTo(Appended.FENCED);
        }
        assertThat(memory.read("s")).hasSize(1);
    }

    @Test
    public final void an_append_to_a_session_that_does_not_exist_does_not_create_it() {
        Owner owner = Owner.of(memory, "s");
        for (long length : new long[] {0, 1}) {
            Append append = owner.append(length, 1, Samples.said("no"));
            assertThat(memory.append(new Append(
                            "other",
                            append.incarnation(),
                            append.token(),
                            length,
                            1,
                            append.entries(),
                            List.of(),
                            null)))
                    .isEqualTo(Appended.GONE);
        }
        assertThat(memory.read("other")).isEmpty();
        assertThat(memory.sessions()).extracting(Memory.Summary::session).containsExactly("s");
    }

    @Test
    public final void an_append_to_another_incarnation_is_gone() {
        Owner first = Owner.of(memory, "s");
        first.stores(Samples.said("one"));
        Append next = first.next(Samples.said("two"));
        Append other = new Append("s", UUID.randomUUID(), next.token(), 2, 2, next.entries(), List.of(), null);
        assertThat(memory.append(other)).isEqualTo(Appended.GONE);
        first.release();
        assertThat(memory.delete("s")).isTrue();
        assertThat(memory.append(first.next(Samples.said("no")))).isEqualTo(Appended.GONE);
        assertThat(memory.read("s")).isEmpty();

        Owner second = Owner.of(memory, "s");
        assertThat(memory.append(first.append(1, 1, Samples.said("no")))).isEqualTo(Appended.GONE);
        second.release();
        assertThat(memory.append(first.append(1, 1, Samples.said("no")))).isEqualTo(Appended.GONE);
        assertThat(memory.read("s")).hasSize(1);
    }

    // Reading, listing, deleting

    @Test
    public final void reading_takes_and_creates_nothing() throws Exception {
        assertThat(memory.read("s")).isEmpty();
        assertThat(memory.sessions()).isEmpty();
        assertThat(memory.due(Instant.MAX, 10)).isEmpty();
        assertThat(memory.delete("s")).isFalse();
        Owner owner = Owner.of(memory, "s");
        owner.stores(Samples.said("one"));
        assertThat(memory.read("s")).hasSize(2);
        assertThat(another().read("s")).isEqualTo(memory.read("s"));
        owner.stores(Samples.said("two"));
    }

    @Test
    public final void sessions_are_listed_by_their_last_write() {
        Instant now = Instant.now();
        Owner oldest = Owner.of(memory, "oldest").at(now.plusSeconds(100));
        oldest.stores(new Body.RunStarted("pizza", 1, null), Samples.said("hi"));
        Owner middle = Owner.of(memory, "middle").at(now.plusSeconds(200));
        middle.stores(new Body.RunStarted("first", 1, null), new Body.RunStarted("last", 1, null));
        Owner newest = Owner.of(memory, "newest").at(now.plusSeconds(300));
        newest.stores(new Body.RunStarted("named", 1, null), new Body.RunStarted("", 0, null));
        assertThat(memory.sessions())
                .containsExactly(
                        new Memory.Summary("newest", "", 3, now.plusSeconds(300)),
                        new Memory.Summary("middle", "last", 3, now.plusSeconds(200)),
                        new Memory.Summary("oldest", "pizza", 3, now.plusSeconds(100)));
        oldest.at(now.plusSeconds(400)).stores(Samples.said("again"));
        assertThat(memory.sessions()).extracting(Memory.Summary::session).containsExactly("oldest", "newest", "middle");
    }

    @Test
    public final void a_deleted_session_is_gone_and_its_next_incarnation_another() {
        Owner owner = Owner.of(memory, "s");
        owner.stores(new Body.TimerSet("sleep", Instant.EPOCH));
        assertThatThrownBy(() -> memory.delete("s"))
                .isInstanceOfSatisfying(
                        SessionBusy.class, e -> assertThat(e.session()).isEqualTo("s"));
        assertThat(memory.read("s")).hasSize(2);
        owner.stores(new Body.TimerSet("sleep", Instant.EPOCH));
        owner.release();

        assertThat(memory.delete("s")).isTrue();
        assertThat(memory.delete("s")).isFalse();
        assertThat(memory.read("s")).isEmpty();
        assertThat(memory.sessions()).isEmpty();
        assertThat(memory.due(Instant.MAX, 10)).isEmpty();
        Owner second = Owner.of(memory, "s");
        assertThat(second.granted().entries()).hasSize(1);
        assertThat(second.granted().incarnation()).isNotEqualTo(owner.granted().incarnation());
        second.stores(Samples.said("anew"));
    }
}
