package dev.turbochat.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.turbochat.error.BackendException;
import dev.turbochat.error.SessionException;
import dev.turbochat.memory.FileMemory.Durability;
import dev.turbochat.memory.FragileDisk.Fault;
import dev.turbochat.memory.FragileDisk.Left;
import dev.turbochat.step.Input;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Disks that are full, fail a force, or let nobody in. */
class FileMemoryFailureTest {
    @TempDir
    Path folder;

    private FragileDisk disk = new FragileDisk(Path.of("unused"));
    private Memory memory = Memory.heap();

    @BeforeEach
    void open() {
        disk = new FragileDisk(folder);
        memory = new FileMemory(folder, Durability.FSYNC, disk, Limits.STANDARD);
    }

    @AfterEach
    void close() {
        memory.close();
    }

    private Journal open(String session) throws InterruptedException {
        return Journal.open(memory, session, "a test", Duration.ZERO);
    }

    private static void add(Journal journal, String... texts) {
        for (String text : texts) {
            journal.add(1, "", 0, Entry.NO_REF, 1, new Body.Noticed(text));
        }
    }

    private static void append(Journal journal, String... texts) {
        add(journal, texts);
        journal.flush();
    }

    private List<String> texts() {
        return memory.read("s").stream()
                .map(Entry::body)
                .filter(Body.Noticed.class::isInstance)
                .map(body -> ((Body.Noticed) body).text())
                .toList();
    }

    private long forces() {
        return disk.done().stream()
                .filter(step -> step.startsWith("force ") && step.endsWith(".jsonl"))
                .count();
    }

    private static Delivery delivery(String id) {
        return new Delivery(id, "p", null, new Delivery.Answer(Input.text("hi")));
    }

    // A failed force

    @Test
    void a_failed_force_is_never_tried_again_and_stops_the_writer() throws Exception {
        Journal journal = open("s");
        append(journal, "one");
        disk.failForces(true);
        add(journal, "two", "three");
        long before = forces();
        for (int i = 0; i < 4; i++) {
            assertThatThrownBy(journal::flush)
                    .isInstanceOf(BackendException.class)
                    .hasMessageContaining("could not be written to: ")
                    .hasMessageContaining("Input/output error; free the disk or mend ");
            disk.failForces(i < 2);
        }
        assertThat(forces()).isEqualTo(before + 1);
        assertThat(texts()).containsExactly("one");
        journal.close();
        try (Journal again = open("s")) {
            append(again, "four");
        }
        disk.restart(Left.NOTHING, new Random(1));
        assertThat(texts()).containsExactly("one", "four");
    }

    @Test
    void what_a_failed_force_left_behind_is_written_again_before_anybody_relies_on_it() throws Exception {
        Journal journal = open("s");
        append(journal, "one");
        disk.failForces(true);
        disk.failTruncates(true);
        add(journal, "two", "three");
        assertThatThrownBy(journal::flush).isInstanceOf(BackendException.class);
        disk.failForces(false);
        disk.failTruncates(false);
        journal.close();
        try (Journal again = open("s")) {
            assertThat(again.entries()).hasSize(4); // whole, and never acknowledged
            append(again, "four");
        }
        disk.restart(Left.NOTHING, new Random(1));
        assertThat(texts()).containsExactly("one", "two", "three", "four");
    }

    // A full disk

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void a_full_disk_leaves_nothing_half_written_and_a_session_that_goes_on(boolean truncatesFail) throws Exception {
        for (int space = 0; space < 1_500; space += 7) {
            close();
            open();
            Journal journal = open("s");
            append(journal, "one");
            disk.space(space);
            disk.failTruncates(truncatesFail);
            add(journal, "two".repeat(100), "three".repeat(100), "four");
            try {
                journal.flush();
                assertThat(texts()).hasSize(4);
                continue;
            } catch (BackendException e) {
                assertThat(e).hasMessageContaining("No space left on device; free the disk");
            }
            assertThat(texts()).containsExactly("one");
            disk.failTruncates(false);
            journal.close();
            disk.space(Long.MAX_VALUE);
            try (Journal again = open("s")) {
                append(again, "five");
            }
            assertThat(texts()).containsExactly("one", "five");
            disk.restart(Left.NOTHING, new Random(space));
            assertThat(texts()).containsExactly("one", "five");
        }
    }

    @Test
    void a_full_disk_takes_no_delivery_and_no_new_session_in_part() throws Exception {
        for (int space = 0; space < 120; space += 5) {
            disk.space(space);
            assertThatThrownBy(() -> memory.deliver("s", delivery("1")))
                    .isInstanceOf(BackendException.class)
                    .hasMessageStartingWith("The inbox of session 's' could not be delivered to: ")
                    .hasMessageContaining("No space left on device");
            assertThatThrownBy(() -> open("s"))
                    .isInstanceOf(BackendException.class)
                    .hasMessageStartingWith("The journal of session 's' could not be created: ");
            assertThat(memory.inbox("s")).isEmpty();
            assertThat(memory.sessions()).isEmpty();
            assertThat(memory.due(Instant.MAX, 9)).isEmpty();
        }
        disk.space(Long.MAX_VALUE);
        assertThat(memory.deliver("s", delivery("1"))).isTrue();
        try (Journal journal = open("s")) {
            append(journal, "one");
        }
        assertThat(memory.inbox("s")).hasSize(1);
    }

    // What may fail without harm

    @Test
    void an_append_is_stored_though_its_delivery_could_not_be_removed_yet() throws Exception {
        memory.deliver("s", delivery("1"));
        Journal journal = open("s");
        add(journal, "one");
        journal.take("1");
        disk.deny("inbox");
        journal.flush();
        disk.deny(null);
        assertThat(memory.inbox("s")).hasSize(1);
        append(journal, "two");
        assertThat(memory.inbox("s")).isEmpty();
        assertThat(texts()).containsExactly("one", "two");
    }

    // Files that nobody may read

    @Test
    void a_session_that_may_not_be_read_hides_no_other() throws Exception {
        open("mine").close();
        open("s").close();
        disk.deny(SessionFiles.hashOf("s"));
        assertThat(memory.sessions()).extracting(Memory.Summary::session).containsExactly("mine");
        assertThatThrownBy(() -> open("s"))
                .isInstanceOf(BackendException.class)
                .hasMessageContaining("AccessDeniedException");
        assertThatThrownBy(() -> memory.read("s"))
                .isInstanceOf(BackendException.class)
                .hasMessageStartingWith("The journal of session 's' could not be read: ");
        disk.deny(folder.resolve(SessionFiles.hashOf("s").substring(0, 2)).toString());
        assertThat(memory.sessions()).extracting(Memory.Summary::session).containsExactly("mine");
        disk.deny(null);
        assertThat(memory.sessions()).hasSize(2);
        open("s").close();
    }

    @Test
    void a_disk_that_takes_no_writes_refuses_by_name_and_can_be_read() throws Exception {
        Journal journal = open("s");
        append(journal, "one");
        journal.close();
        disk.failForces(true);
        assertThatThrownBy(() -> open("s")).isInstanceOf(BackendException.class);
        assertThatThrownBy(() -> memory.deliver("s", delivery("1"))).isInstanceOf(BackendException.class);
        assertThat(texts()).containsExactly("one");
        assertThat(memory.sessions()).hasSize(1);
        disk.failForces(false);
        open("s").close();
    }

    // Deleting

    /** A session with a torn copy, a blob, a delivery and a wake time, and another beside it. */
    private void fill(Path root, FragileDisk files, Limits limits) throws Exception {
        try (Memory filling = new FileMemory(root, Durability.FSYNC, files, limits)) {
            Journal.open(filling, "other", "a test", Duration.ZERO).close();
            for (int i = 0; i < 2; i++) {
                try (Journal journal = Journal.open(filling, "s", "a test", Duration.ZERO)) {
                    append(journal, "x".repeat(500));
                    journal.add(1, "", 0, Entry.NO_REF, 1, new Body.TimerSet("sleep", Instant.EPOCH));
                    journal.flush();
                }
                try (Disk.OpenFile log = files.open(SessionFiles.of(root, "s").log(), false)) {
                    log.write(new byte[] {'{'}, log.size());
                }
            }
            filling.deliver("s", delivery("1"));
        }
    }

    @Test
    void a_deletion_that_is_cut_short_leaves_the_session_or_nothing() throws Exception {
        close();
        Limits small = new Limits(300, 10_000, 1_000_000, 1_000_000);
        boolean complete = false;
        for (int at = 0; !complete; at++) {
            disk = new FragileDisk(folder);
            fill(folder, disk, small);
            int before = disk.done().size();
            try (Memory deleting = new FileMemory(folder, Durability.FSYNC, disk, small)) {
                disk.failAt(before + at, Fault.CUT);
                deleting.delete("s");
                complete = true;
            } catch (BackendException e) {
                complete = false;
            }
            disk.restart(Left.SOME, new Random(at));
            memory = new FileMemory(folder, Durability.FSYNC, disk, small);
            boolean there = !memory.read("s").isEmpty();
            if (there) {
                assertThat(memory.inbox("s")).hasSize(1);
                assertThat(memory.due(Instant.MAX, 9)).containsExactly("s");
                assertThat(memory.sessions()).hasSize(2);
                assertThat(memory.delete("s")).isTrue();
            }
            assertThat(memory.sessions()).extracting(Memory.Summary::session).containsExactly("other"); // completes it
            isForgotten();
            assertThat(memory.delete("s")).isFalse();
            assertThat(memory.deliver("s", delivery("2"))).isTrue();
            assertThat(memory.inbox("s")).hasSize(1);
            try (Journal journal = open("s")) {
                assertThat(journal.entries()).hasSize(1);
            }
            memory.close();
        }
    }

    private void isForgotten() throws Exception {
        SessionFiles files = SessionFiles.of(folder, "s");
        assertThat(disk.size(files.tombstone())).isZero();
        assertThat(disk.list(files.folder())).containsExactly(files.name() + ".gone");
        assertThat(memory.inbox("s")).isEmpty();
        assertThat(memory.due(Instant.MAX, 9)).isEmpty();
    }

    @Test
    void what_is_delivered_after_a_deletion_that_was_cut_short_is_kept() throws Exception {
        fill(folder, disk, new Limits(300, 10_000, 1_000_000, 1_000_000));
        SessionFiles files = SessionFiles.of(folder, "s");
        disk.rename(files.log(), files.tombstone());
        assertThat(memory.deliver("s", delivery("2"))).isTrue();
        assertThat(memory.inbox("s")).extracting(Delivery::id).containsExactly("2");
        open("s").close();
        assertThat(memory.inbox("s")).extracting(Delivery::id).containsExactly("2");
    }

    @Test
    void a_deleted_session_answers_its_last_owner_that_it_is_gone_also_when_there_is_another() throws Exception {
        Journal journal = open("s");
        append(journal, "one");
        journal.close();
        memory.delete("s");
        add(journal, "late");
        assertThatThrownBy(journal::flush).hasMessageContaining("was deleted while it was being driven");
        try (Journal next = open("s")) {
            assertThat(next.incarnation()).isNotEqualTo(journal.incarnation());
            assertThatThrownBy(() -> memory.delete("s")).isInstanceOf(SessionException.SessionBusy.class);
        }
        assertThat(memory.read("s")).hasSize(1);
    }

    // Torn copies

    @Test
    void every_torn_copy_is_kept() throws Exception {
        fill(folder, disk, Limits.STANDARD);
        open("s").close();
        SessionFiles files = SessionFiles.of(folder, "s");
        assertThat(disk.list(files.folder()))
                .contains(files.name() + ".jsonl.torn", files.name() + ".jsonl.torn-2")
                .doesNotContain(files.name() + ".jsonl.torn-3");
        assertThat(disk.size(files.torn(2))).isGreaterThan(disk.size(files.torn(1)));
    }
}
