package dev.turbochat.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.turbochat.error.MemoryException;
import dev.turbochat.memory.FileMemory.Durability;
import dev.turbochat.step.Input;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Entries and journals that are large, and too large. */
class FileMemoryLimitsTest {
    private static final Limits SMALL = new Limits(600, 4_000, 5_000, 9_000);
    private static final Body.RunEnded FAILED = new Body.RunEnded(Body.Outcome.ERROR, null, "journal-full", "full");

    @TempDir
    Path folder;

    private Memory open() {
        return new FileMemory(folder, Durability.MEMORY, Disk.real(), SMALL);
    }

    private static Journal open(Memory memory) throws InterruptedException {
        return Journal.open(memory, "s", "a test", Duration.ZERO);
    }

    private static Entry add(Journal journal, Body body) {
        return journal.add(1, "", 0, Entry.NO_REF, 1, body);
    }

    private static Body.Noticed text(int length) {
        return new Body.Noticed("x".repeat(length));
    }

    private List<Path> blobs() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> String.valueOf(file.getParent()).endsWith(".blobs"))
                    .toList();
        }
    }

    @Test
    void a_large_body_lies_beside_the_journal_under_its_hash() throws Exception {
        try (Memory memory = open();
                Journal journal = open(memory)) {
            Entry small = add(journal, text(100));
            Entry large = add(journal, text(3_000));
            journal.flush();
            assertThat(memory.read("s").subList(1, 3)).containsExactly(small, large);
            assertThat(blobs()).singleElement().satisfies(blob -> {
                String json = "{\"kind\":\"notice\",\"text\":\"" + "x".repeat(3_000) + "\"}";
                assertThat(blob).hasContent(json);
                assertThat(blob.getFileName())
                        .hasToString(HexFormat.of()
                                .formatHex(MessageDigest.getInstance("SHA-256")
                                        .digest(json.getBytes(StandardCharsets.UTF_8))));
                String line =
                        Files.readAllLines(SessionFiles.of(folder, "s").log()).getLast();
                assertThat(line)
                        .contains("\"append\":1,\"blob\":\"" + blob.getFileName() + "\",\"crc\":")
                        .doesNotContain("\"body\"");
            });
        }
    }

    @Test
    void a_body_that_is_missing_or_another_is_damage() throws Exception {
        try (Memory memory = open()) {
            try (Journal journal = open(memory)) {
                add(journal, text(3_000));
                journal.flush();
            }
            Path blob = blobs().getFirst();
            Files.writeString(blob, "{\"kind\":\"clear\"}");
            assertThatThrownBy(() -> memory.read("s"))
                    .isInstanceOf(MemoryException.JournalCorrupt.class)
                    .hasMessageContaining("in a body that is not what was stored, " + blob.getFileName());
            Files.delete(blob);
            assertThatThrownBy(() -> open(memory))
                    .isInstanceOf(MemoryException.JournalCorrupt.class)
                    .hasMessageContaining("in a body that is missing, " + blob.getFileName());
            assertThat(memory.delete("s")).isTrue();
        }
    }

    @Test
    void a_body_beyond_the_limit_is_refused_by_name_and_the_journal_goes_on() throws Exception {
        try (Memory memory = open()) {
            try (Journal journal = open(memory)) {
                add(journal, text(10));
                add(journal, text(5_000));
                add(journal, new Body.TimerSet("sleep", Instant.EPOCH));
                assertThatThrownBy(journal::flush)
                        .isInstanceOf(MemoryException.PayloadTooLarge.class)
                        .hasMessage(
                                "Session 's' was to keep an entry (Noticed) of 5027 bytes, and 4000 is the most; nothing"
                                        + " was stored: keep it elsewhere and name it in the conversation.");
                assertThat(memory.read("s")).hasSize(1);
                assertThat(blobs()).isEmpty();
                assertThat(journal.next()).isEqualTo(1);
                journal.flush(); // nothing is left of it
                Entry ended = add(journal, FAILED);
                journal.flush();
                assertThat(ended.seq()).isEqualTo(1);
                assertThat(ended.stamp().append()).isEqualTo(1);
                assertThat(memory.read("s")).hasSize(2).endsWith(ended);
            }
            assertThat(memory.due(Instant.MAX, 1))
                    .as("the timer was refused too")
                    .isEmpty();
        }
    }

    @Test
    void a_delivery_beyond_the_limit_is_refused_by_name() {
        try (Memory memory = open()) {
            var answer = new Delivery.Answer(Input.text("x".repeat(5_000)));
            assertThatThrownBy(() -> memory.deliver("s", new Delivery("1", "p", null, answer)))
                    .isInstanceOf(MemoryException.PayloadTooLarge.class)
                    .hasMessageStartingWith("Session 's' was to keep a delivery of 5");
            assertThat(memory.inbox("s")).isEmpty();
        }
    }

    @Test
    void a_full_journal_still_takes_the_end_of_its_run_and_begins_anew() throws Exception {
        try (Memory memory = open()) {
            try (Journal journal = open(memory)) {
                for (int i = 0; i < 2; i++) {
                    add(journal, text(3_500)); // what lies beside the journal counts
                    journal.flush();
                }
                add(journal, text(3_000));
                assertThatThrownBy(journal::flush)
                        .isInstanceOf(MemoryException.JournalFull.class)
                        .hasMessageMatching(
                                "The journal of session 's' would have 1\\d{4} bytes, and 9000 is the most; "
                                        + "nothing was stored: use continueAsNew to begin it anew.");
                for (int i = 0; i < 10; i++) {
                    add(journal, FAILED);
                    journal.flush();
                }
            }
            try (Journal journal = open(memory)) {
                add(journal, text(500));
                assertThatThrownBy(journal::flush).isInstanceOf(MemoryException.JournalFull.class);
                assertThat(blobs()).hasSize(1); // both bodies are the same
                journal.beginAnew(
                        new Body.Carried(List.of(), List.of(), List.of(), List.of()),
                        2,
                        new Body.RunStarted("p", 1, null));
                assertThat(blobs()).isEmpty();
                add(journal, text(3_000));
                journal.flush();
                assertThat(memory.read("s")).hasSize(4);
            }
        }
    }

    @Test
    void the_standard_limits_are_those_that_are_promised() throws Exception {
        int mib = 1 << 20;
        assertThat(Limits.STANDARD).isEqualTo(new Limits(mib, 16 * mib, 5L * mib, 50L * mib));
        try (Memory memory = Memory.file(folder);
                Journal journal = open(memory)) {
            Entry inline = add(journal, text(mib - 1_000));
            Entry beside = add(journal, text(15 * mib));
            journal.flush();
            assertThat(memory.read("s").subList(1, 3)).containsExactly(inline, beside);
            add(journal, text(16 * mib));
            assertThatThrownBy(journal::flush).isInstanceOf(MemoryException.PayloadTooLarge.class);
            for (int i = 0; i < 2; i++) {
                add(journal, text(15 * mib));
                journal.flush();
            }
            add(journal, text(15 * mib));
            assertThatThrownBy(journal::flush).isInstanceOf(MemoryException.JournalFull.class);
        }
    }

    @Test
    void an_export_holds_every_body_in_its_line() throws Exception {
        try (Memory memory = open();
                Journal journal = open(memory)) {
            Entry large = add(journal, text(3_000));
            journal.flush();
            byte[] line = EntryCodec.encode(memory.read("s").getLast());
            assertThat(EntryCodec.decode("s", line)).isEqualTo(large);
            assertThat(new String(line, StandardCharsets.UTF_8)).contains("\"body\":{\"kind\":\"notice\"");
        }
    }
}
