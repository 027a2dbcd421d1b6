package dev.turbochat.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.turbochat.error.BackendException;
import dev.turbochat.error.MemoryException;
import dev.turbochat.memory.Memory.Append;
import dev.turbochat.memory.Memory.Appended;
import dev.turbochat.memory.Memory.Opening;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What crashes, disks and other programs may do to a journal's file, and what then becomes of its entries. */
class FileMemoryDamageTest {
    @TempDir
    Path folder;

    private Memory memory;
    private Path file;
    private byte[] good;
    private List<Entry> entries;

    /** Four appends: the header, two of one entry, and one of three. */
    @BeforeEach
    void write() throws Exception {
        memory = new FileMemory(folder, FileMemory.Durability.MEMORY);
        try (Journal journal = Journal.open(memory, "s", "a test", Duration.ZERO)) {
            journal.add(1, "", 0, Entry.NO_REF, 1, new Body.RunStarted("p", 1, null));
            journal.flush();
            journal.add(1, "", 1, Entry.NO_REF, 1, new Body.Noticed("*J\u00E9\uD83D\uDE00"));
            journal.flush();
            for (int i = 2; i < 5; i++) {
                journal.add(1, "", i, Entry.NO_REF, 1, new Body.Noticed("number " + i));
            }
            journal.flush();
        }
        file = journalFile();
        good = Files.readAllBytes(file);
        entries = memory.read("s");
        assertThat(entries).hasSize(6);
    }

    @AfterEach
    void close() {
        memory.close();
    }

    private Path journalFile() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(path -> path.toString().endsWith(".jsonl"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private Path torn() {
        return file.resolveSibling(file.getFileName() + ".torn");
    }

    private Path tombstone() {
        String name = String.valueOf(file.getFileName());
        return file.resolveSibling(name.replace(".jsonl", ".gone"));
    }

    private void put(byte[] bytes) throws IOException {
        Files.write(file, bytes);
        Files.deleteIfExists(torn());
    }

    private void putLines(String... sealed) throws IOException {
        put(String.join("", Stream.of(sealed).map(line -> line + "\n").toList()).getBytes(StandardCharsets.UTF_8));
    }

    /** The line of an entry with another text for one in its JSON. */
    private static String line(Entry entry, String text, String other) {
        return new String(
                EntryCodec.decode("s", EntryCodec.encode(entry)).equals(entry)
                        ? EntryCodecTest.seal(EntryCodecTest.unseal(entry).replace(text, other))
                        : new byte[0],
                StandardCharsets.UTF_8);
    }

    /** Where the line that begins at a byte ends, its newline included. */
    private int endOfLine(int from) {
        int end = from;
        while (good[end++] != '\n') {}
        return end;
    }

    private int startOfLine(int line) {
        int start = 0;
        for (int i = 0; i < line; i++) {
            start = endOfLine(start);
        }
        return start;
    }

    /** Opens the session, has it keep so many entries, and appends one to them. */
    private void isRepairedTo(int count) throws IOException {
        byte[] before = Files.readAllBytes(file);
        assertThat(memory.read("s")).isEqualTo(entries.subList(0, count));
        assertThat(file).as("reading repairs nothing").hasBinaryContent(before);
        Opening.Granted granted = open();
        assertThat(granted.entries()).isEqualTo(entries.subList(0, count));
        byte[] kept = Arrays.copyOf(good, startOfLine(count));
        assertThat(file).hasBinaryContent(kept);
        if (before.length == kept.length) {
            assertThat(torn()).doesNotExist();
        } else {
            assertThat(torn()).hasBinaryContent(before);
        }
        assertThat(append(granted)).isEqualTo(Appended.OK);
        memory.release("s", granted.token(), null);
        assertThat(memory.read("s")).hasSize(count + 1);
    }

    private void isRefused(String where) throws IOException {
        byte[] before = Files.readAllBytes(file);
        String message = "The journal of session 's' is damaged " + where
                + "; nothing was changed: restore it from a copy, or delete the session.";
        assertThatThrownBy(() -> memory.read("s"))
                .isInstanceOf(MemoryException.JournalCorrupt.class)
                .hasMessage(message);
        assertThatThrownBy(this::open)
                .isInstanceOf(MemoryException.JournalCorrupt.class)
                .hasMessage(message);
        assertThat(file).hasBinaryContent(before);
        assertThat(torn()).doesNotExist();
    }

    private Opening.Granted open() {
        return (Opening.Granted) memory.open("s", "a test");
    }

    private Appended append(Opening.Granted granted) {
        long length = granted.entries().size();
        Entry entry = EntryCodecTest.entry(length, new Body.Noticed("more"));
        return memory.append(
                new Append("s", granted.incarnation(), granted.token(), length, 1, List.of(entry), List.of(), null));
    }

    // Torn tails

    @Test
    void a_tail_torn_at_any_byte_is_cut_off_and_kept_aside() throws IOException {
        int whole = 1;
        for (int length = endOfLine(0); length <= good.length; length++) {
            if (length == startOfLine(whole + 1)) {
                whole++;
            }
            put(Arrays.copyOf(good, length));
            isRepairedTo(whole == 6 ? 6 : Math.min(whole, 3)); // of the three that were appended together all, or none
        }
        assertThat(whole).isEqualTo(6);
    }

    @Test
    void a_header_torn_at_any_byte_is_kept_aside_and_begun_anew() throws IOException {
        for (int length = 0; length < endOfLine(0); length++) {
            byte[] part = Arrays.copyOf(good, length);
            put(part);
            assertThat(memory.read("s")).isEmpty();
            assertThat(memory.sessions()).isEmpty();
            Opening.Granted granted = open();
            assertThat(granted.entries()).hasSize(1);
            assertThat(granted.incarnation())
                    .isNotEqualTo(entries.getFirst().stamp().incarnation());
            assertThat(append(granted)).isEqualTo(Appended.OK);
            memory.release("s", granted.token(), null);
            if (length > 0) {
                assertThat(torn()).hasBinaryContent(part);
            }
        }
    }

    @Test
    void a_tail_that_the_disk_left_empty_is_cut_off() throws IOException {
        for (int zeros : new int[] {1, 2, 100, 5_000}) {
            put(Arrays.copyOf(good, good.length + zeros));
            isRepairedTo(6);
        }
        put(Arrays.copyOf(Arrays.copyOf(good, good.length - 30), good.length));
        isRepairedTo(3);
    }

    @Test
    void a_bad_last_line_is_cut_off_though_its_newline_is_there() throws IOException {
        byte[] bad = good.clone();
        bad[good.length - 4] ^= 1; // in the checksum
        put(bad);
        isRepairedTo(3);
        byte[] blank = Arrays.copyOf(good, good.length + 1);
        blank[good.length] = '\n';
        put(blank);
        isRepairedTo(6);
    }

    @Test
    void an_append_that_lacks_any_of_its_pages_is_cut_off() throws IOException {
        int page = 32;
        int from = startOfLine(3);
        int pages = (good.length - from + page - 1) / page;
        Random random = new Random(1);
        for (int i = 0; i < 500; i++) {
            byte[] bad = good.clone();
            for (int missing = random.nextInt(1, pages + 1); missing > 0; missing--) {
                int at = from + random.nextInt(pages) * page;
                Arrays.fill(bad, at, Math.min(at + page, bad.length), (byte) 0);
            }
            put(bad);
            assertThat(memory.read("s")).isEqualTo(entries.subList(0, 3));
            if (i % 20 == 0) {
                isRepairedTo(3);
            }
        }
    }

    @Test
    void an_append_that_lacks_pages_in_front_of_a_later_one_is_damage() throws IOException {
        put(Arrays.copyOf(good, startOfLine(3)));
        Opening.Granted granted = open(); // another epoch, so that the lines tell
        assertThat(append(granted)).isEqualTo(Appended.OK);
        memory.release("s", granted.token(), null);
        byte[] longer = Files.readAllBytes(file);
        Arrays.fill(longer, startOfLine(2) + 10, startOfLine(3) - 10, (byte) 0);
        put(longer);
        isRefused("at line 3 of " + file);
        byte[] torn = Arrays.copyOf(longer, longer.length - 20);
        put(torn);
        isRefused("at line 3 of " + file);
    }

    @Test
    void deleting_takes_what_was_kept_aside_too() throws IOException {
        put(Arrays.copyOf(good, good.length - 1));
        isRepairedTo(3);
        assertThat(memory.delete("s")).isTrue();
        try (Stream<Path> files = Files.walk(folder)) {
            assertThat(files.filter(Files::isRegularFile))
                    .containsExactlyInAnyOrder(folder.resolve(".lock"), tombstone());
        }
        assertThat(tombstone()).isEmptyFile();
    }

    // Damage

    @Test
    void a_bit_turned_in_any_append_but_the_last_is_damage() throws IOException {
        for (int line = 1; line <= 3; line++) {
            for (int at = startOfLine(line - 1); at < startOfLine(line); at++) {
                for (int bit = 0; bit < 8; bit++) {
                    if (good[at] == '\n' || bit == at % 8) { // the codec's test turns every bit of a line
                        put(turned(at, bit));
                        isRefused("at line " + line + " of " + file);
                    }
                }
            }
        }
    }

    @Test
    void a_bit_turned_in_the_last_append_costs_that_alone() throws IOException {
        for (int at = startOfLine(3); at < good.length; at++) {
            for (int bit = 0; bit < 8; bit++) {
                put(turned(at, bit));
                assertThat(memory.read("s")).isEqualTo(entries.subList(0, 3));
                if (good[at] == '\n' || (at % 4 == 0 && bit == at / 4 % 8)) {
                    isRepairedTo(3);
                }
            }
        }
    }

    private byte[] turned(int at, int bit) {
        byte[] bad = good.clone();
        bad[at] ^= (byte) (1 << bit);
        return bad;
    }

    @Test
    void a_last_append_whose_lines_are_whole_though_a_newline_is_damaged_is_no_torn_one() throws IOException {
        byte[] bad = Arrays.copyOf(good, good.length + 3);
        bad[good.length - 1] = ' ';
        put(bad);
        isRefused("at line 6 of " + file);
    }

    @Test
    void a_missing_or_repeated_line_is_damage() throws IOException {
        byte[] missing = new byte[good.length - (startOfLine(3) - startOfLine(2))];
        System.arraycopy(good, 0, missing, 0, startOfLine(2));
        System.arraycopy(good, startOfLine(3), missing, startOfLine(2), good.length - startOfLine(3));
        put(missing);
        isRefused("at line 3 of " + file + ", which says it is entry 3");

        byte[] repeated = Arrays.copyOf(good, good.length + good.length - startOfLine(5));
        System.arraycopy(good, startOfLine(5), repeated, good.length, good.length - startOfLine(5));
        put(repeated);
        isRefused("at line 7 of " + file + ", which says it is entry 5");
    }

    @Test
    void a_whole_line_that_is_no_entry_is_damage() throws IOException {
        putLines(line(entries.get(0), "", ""), line(entries.get(1), "run-started", "unheard-of"));
        isRefused("in a line that is not an entry");
    }

    @Test
    void a_later_format_is_refused_and_later_fields_are_not() throws IOException {
        String header = line(entries.get(0), "\"v\":1", "\"v\":1,\"later\":{\"a\":[]}");
        putLines(header, line(entries.get(1), "\"kind\"", "\"later\":1,\"kind\""));
        assertThat(memory.read("s")).isEqualTo(entries.subList(0, 2));

        putLines(header, line(entries.get(1), "\"v\":1", "\"v\":2"));
        byte[] before = Files.readAllBytes(file);
        assertThatThrownBy(this::open)
                .isInstanceOf(MemoryException.UnknownFormat.class)
                .hasMessage("The journal of session 's' has format 2, and this turbo reads formats up to 1; "
                        + "use a newer turbo.");
        assertThat(file).hasBinaryContent(before);
    }

    @Test
    void a_damaged_session_hides_no_other_and_can_be_deleted() throws Exception {
        try (Journal journal = Journal.open(memory, "other", "a test", Duration.ZERO)) {
            journal.add(1, "", 0, Entry.NO_REF, 1, new Body.TimerSet("sleep", Instant.EPOCH));
            journal.flush();
        }
        byte[] bad = good.clone();
        bad[10] ^= 1;
        put(bad);
        assertThat(memory.sessions()).extracting(Memory.Summary::session).containsExactly("other");
        assertThat(memory.due(Instant.EPOCH, 10)).containsExactly("other");
        assertThat(memory.delete("s")).isTrue();
        assertThat(open().entries()).hasSize(1);
    }

    // Other programs at the file, and disks that fail

    @Test
    void a_file_that_changed_under_its_owner_is_in_conflict() throws IOException {
        Opening.Granted granted = open();
        put(Arrays.copyOf(good, good.length - 1));
        assertThat(append(granted)).isEqualTo(Appended.CONFLICT);
        Files.delete(file);
        assertThat(append(granted)).isEqualTo(Appended.GONE);
        assertThat(file).doesNotExist();
    }

    @Test
    void a_failed_write_is_final_until_the_session_is_opened_anew() throws IOException {
        Opening.Granted granted = open();
        Files.delete(file);
        Files.createDirectory(file); // as root writes to anything else
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> append(granted))
                    .isInstanceOf(BackendException.class)
                    .hasMessageStartingWith("The journal of session 's' could not be written to: ")
                    .hasMessageEndingWith("; free the disk or mend " + file + ", then run the session again.");
            Files.deleteIfExists(file);
            put(good);
        }
        memory.release("s", granted.token(), null);
        assertThat(append(open())).isEqualTo(Appended.OK);
    }

    @Test
    void a_failed_opening_owns_nothing() throws IOException {
        Files.delete(file);
        Files.delete(file.getParent());
        Files.writeString(file.getParent(), "in the way");
        assertThatThrownBy(this::open)
                .isInstanceOf(BackendException.class)
                .hasMessageStartingWith("The journal of session 's' could not be ");
        Files.delete(file.getParent());
        assertThat(open().entries()).hasSize(1);
    }
}
