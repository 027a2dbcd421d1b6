package dev.turbochat.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.turbochat.error.MemoryException;
import dev.turbochat.error.SessionException;
import dev.turbochat.memory.Memory.Opening;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class FileMemoryTest {
    @TempDir
    Path folder;

    private Memory open() {
        return new FileMemory(folder, FileMemory.Durability.MEMORY);
    }

    private static Journal open(Memory memory, String session) throws InterruptedException {
        return Journal.open(memory, session, "a test", Duration.ZERO);
    }

    private static void append(Journal journal, Body body) {
        journal.add(1, "", 0, Entry.NO_REF, 1, body);
        journal.flush();
    }

    // The files

    @Test
    void a_file_is_named_by_a_hash_and_every_line_of_it_is_json() throws Exception {
        try (Memory memory = open();
                Journal journal = open(memory, "c-42")) {
            append(journal, new Body.Noticed("a\nb\u2028\uD83D\uDE00\uD83D"));
            append(journal, new Body.TimerSet("sleep", Instant.EPOCH));
        }
        // printf '\0c-42' | sha256sum
        String hash = "c1a6ef891a69080189b99f944dc74cc63728a2307816160d667053b3a751d7ce";
        List<String> lines =
                Files.readAllLines(folder.resolve(hash.substring(0, 2)).resolve(hash + ".jsonl"));
        assertThat(lines).hasSize(3);
        JsonMapper mapper = JsonMapper.builder().build();
        for (int seq = 0; seq < 3; seq++) {
            JsonNode line = mapper.readTree(lines.get(seq));
            assertThat(line.propertyNames())
                    .containsSubsequence("v", "seq", "time", "inc", "epoch", "append", "body", "crc");
            assertThat(line.path("seq").asInt()).isEqualTo(seq);
            assertThat(line.path("crc").asString()).matches("[0-9a-f]{8}");
        }
        assertThat(mapper.readTree(lines.getFirst()).at("/body/session").asString())
                .isEqualTo("c-42");
    }

    @Test
    @Timeout(60)
    void two_thousand_sessions_live_in_one_folder() throws Exception {
        try (Memory memory = open()) {
            List<Journal> journals = new ArrayList<>();
            for (int i = 0; i < 2_000; i++) {
                journals.add(open(memory, "s" + i));
            }
            for (Journal journal : journals) {
                append(journal, new Body.TimerSet("sleep", Instant.EPOCH));
            }
            assertThat(memory.sessions()).hasSize(2_000).allMatch(summary -> summary.entries() == 2);
            assertThat(memory.due(Instant.EPOCH, 10_000)).isEmpty();
            journals.forEach(Journal::close);
            assertThat(memory.due(Instant.EPOCH, 10_000)).hasSize(2_000);
            assertThat(memory.open("s1999", "a test")).isInstanceOf(Opening.Granted.class);
        }
    }

    @Test
    void an_inbox_is_read_with_the_journal_and_one_that_cannot_be_keeps_no_session_closed() throws Exception {
        try (Memory memory = open()) {
            memory.deliver("s", Delivery.of("d", new Delivery.Start()));
            Opening.Granted granted = (Opening.Granted) memory.open("s", "a test");
            assertThat(granted.inbox()).extracting(Delivery::id).containsExactly("d");
            memory.release("s", granted.token(), null);

            try (Stream<Path> files = Files.walk(folder.resolve("inbox"))) {
                Files.writeString(files.filter(Files::isRegularFile).findFirst().orElseThrow(), "spoilt");
            }
            granted = (Opening.Granted) memory.open("s", "a test");
            assertThat(granted.inbox()).isNull();
            assertThatThrownBy(() -> memory.inbox("s"))
                    .isInstanceOf(MemoryException.JournalCorrupt.class)
                    .hasMessageContaining("in a delivery that is not whole");
        }
    }

    // Two memories on one folder

    @Test
    void who_has_a_session_is_said_as_far_as_it_is_known() throws Exception {
        try (Memory memory = open();
                Memory other = open();
                Journal journal = Journal.open(memory, "s", "the web page", Duration.ZERO)) {
            assertThatThrownBy(() -> open(memory, journal.session()))
                    .isInstanceOf(SessionException.SessionBusy.class)
                    .hasMessageStartingWith("Session 's' is being driven by the web page, which did not let go");
            assertThatThrownBy(() -> memory.delete("s"))
                    .isInstanceOf(SessionException.SessionBusy.class)
                    .hasMessageStartingWith("Session 's' is being driven by the web page, which did not let go");
            assertThatThrownBy(() -> open(other, "s"))
                    .hasMessageStartingWith("Session 's' is being driven by another process or another memory of this");
        }
    }

    @Test
    @DisabledOnOs(OS.WINDOWS) // which wants a privilege for links
    void a_folder_under_two_names_is_one_folder() throws Exception {
        Path link = Files.createSymbolicLink(folder.resolve("link"), Files.createDirectory(folder.resolve("real")));
        try (Memory memory = Memory.file(folder.resolve("real"));
                Memory other = Memory.file(link)) {
            Journal journal = open(memory, "s");
            assertThat(other.open("s", "other")).isInstanceOf(Opening.Busy.class);
            journal.close();
            assertThat(other.open("s", "other")).isInstanceOf(Opening.Granted.class);
        }
    }

    @Test
    void a_lock_survives_that_another_memory_is_closed_by_many_at_once() throws Exception {
        Memory keeper = open();
        Journal journal = open(keeper, "s");
        for (int round = 0; round < 20; round++) {
            Memory closing = open();
            CyclicBarrier start = new CyclicBarrier(4);
            List<Thread> threads = Stream.generate(() -> Thread.ofPlatform().start(() -> {
                        try {
                            start.await();
                        } catch (Exception e) {
                            throw new IllegalStateException(e);
                        }
                        closing.close();
                    }))
                    .limit(4)
                    .toList();
            for (Thread thread : threads) {
                thread.join();
            }
            try (Memory other = open()) {
                assertThat(other.open("s", "other")).isInstanceOf(Opening.Busy.class);
            }
        }
        append(journal, new Body.Cleared());
        journal.close();
        keeper.close();
    }

    // Interrupts

    @Test
    @Timeout(60)
    void a_thousand_interrupts_lose_nothing() throws Exception {
        Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
        AtomicIntegerArray counts = new AtomicIntegerArray(10);
        AtomicBoolean enough = new AtomicBoolean();
        try (Memory memory = Memory.file(folder)) {
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < counts.length(); i++) {
                int me = i;
                Journal journal = open(memory, "s" + i);
                Thread thread = Thread.ofVirtual().unstarted(() -> {
                    while (!enough.get()) {
                        append(journal, new Body.Noticed(String.valueOf(counts.get(me))));
                        counts.incrementAndGet(me);
                    }
                    journal.close();
                });
                thread.setUncaughtExceptionHandler((t, e) -> failures.add(e));
                thread.start();
                threads.add(thread);
            }
            for (int i = 0; i < 1_000; i++) {
                threads.get(i % threads.size()).interrupt();
                LockSupport.parkNanos(100_000); // spread over many appends
            }
            enough.set(true);
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(failures).isEmpty();
            for (int i = 0; i < counts.length(); i++) {
                List<Entry> entries = memory.read("s" + i);
                assertThat(entries).hasSize(counts.get(i) + 1).hasSizeGreaterThan(1);
                for (int seq = 1; seq < entries.size(); seq++) {
                    assertThat(entries.get(seq).body()).isEqualTo(new Body.Noticed(String.valueOf(seq - 1)));
                }
            }
        }
    }
}
