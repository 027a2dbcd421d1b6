package dev.turbochat.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.turbochat.error.SessionException;
import dev.turbochat.step.Input;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two processes at one folder, of which one is killed. */
@Timeout(60)
class FileMemoryProcessesTest {
    @TempDir
    Path folder;

    private final List<Process> processes = new ArrayList<>();

    /** The other process: opens a session, appends to it, says each number that is stored, and never closes it. */
    static final class Other {
        private Other() {}

        public static void main(String[] args) throws Exception {
            Memory memory = Memory.file(Path.of(args[0]));
            if (args.length > 3) {
                deliver(memory, args[1], args[3], Integer.parseInt(args[2]));
                return;
            }
            Journal journal;
            try {
                journal = Journal.open(memory, args[1], "the other process", Duration.ZERO);
            } catch (SessionException.SessionBusy e) {
                System.out.println("busy: " + e.getMessage());
                return;
            }
            int appends = Integer.parseInt(args[2]);
            for (int i = 0; i < appends; i++) {
                journal.add(1, "", 0, Entry.NO_REF, 1, new Body.Noticed("x".repeat(5_000)));
                journal.add(1, "", 1, Entry.NO_REF, 1, new Body.Noticed(String.valueOf(i)));
                journal.flush();
                System.out.println(i + 1);
            }
            int ignored = System.in.read(); // until it is killed
        }

        private static void deliver(Memory memory, String session, String sender, int deliveries) {
            for (int i = 0; i < deliveries; i++) {
                String id = sender + i;
                var answer = new Delivery.Answer(Input.text("x".repeat(3_000)));
                while (true) {
                    try {
                        memory.deliver(session, new Delivery(id, "p", null, answer));
                        break;
                    } catch (SessionException.InboxFull e) {
                        Thread.onSpinWait(); // until the owner has taken some
                    }
                }
                System.out.println(id);
            }
        }
    }

    private BufferedReader start(String session, int appends, String... sender) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Other.class.getName(),
                folder.toString(),
                session,
                String.valueOf(appends)));
        command.addAll(List.of(sender));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        processes.add(process);
        return process.inputReader(StandardCharsets.UTF_8);
    }

    private void kill() throws InterruptedException {
        processes.getLast().destroyForcibly().waitFor();
    }

    @AfterEach
    void killAll() throws InterruptedException {
        for (Process process : processes) {
            process.destroyForcibly().waitFor();
        }
    }

    @Test
    void a_session_is_busy_until_its_process_is_killed() throws Exception {
        try (Memory memory = Memory.file(folder)) {
            BufferedReader other = start("s", 1);
            assertThat(other.readLine()).isEqualTo("1");
            assertThatThrownBy(() -> Journal.open(memory, "s", "me", Duration.ZERO))
                    .isInstanceOf(SessionException.SessionBusy.class)
                    .hasMessage("Session 's' is being driven by another process or another memory of this one, "
                            + "which did not let go within 0 ms; close that one, or try again later.");
            assertThatThrownBy(() -> memory.delete("s")).isInstanceOf(SessionException.SessionBusy.class);
            assertThat(memory.read("s")).hasSize(3);
            assertThat(memory.sessions()).hasSize(1);
            Journal.open(memory, "another", "me", Duration.ZERO).close();
            kill();
            try (Journal journal = Journal.open(memory, "s", "me", Duration.ofSeconds(10))) {
                assertThat(journal.entries()).hasSize(3);
                journal.add(1, "", 2, Entry.NO_REF, 1, new Body.Cleared());
                journal.flush();
            }
        }
    }

    @Test
    void a_session_is_busy_for_the_other_process_even_after_another_memory_was_closed() throws Exception {
        try (Memory memory = Memory.file(folder);
                Journal journal = Journal.open(memory, "s", "me", Duration.ZERO)) {
            try (Memory closed = Memory.file(folder)) {
                Journal.open(closed, "t", "me", Duration.ZERO).close();
            }
            assertThat(start("s", 1).readLine()).startsWith("busy: Session 's' is being driven by another process");
            assertThat(start("t", 1).readLine()).isEqualTo("1");
            journal.add(1, "", 0, Entry.NO_REF, 1, new Body.Cleared());
            journal.flush();
        }
    }

    @Test
    void what_was_acknowledged_outlives_a_kill_in_the_middle_of_an_append() throws Exception {
        try (Memory memory = Memory.file(folder)) {
            int stored = 0;
            for (int round = 1; round <= 3; round++) {
                BufferedReader other = start("s", Integer.MAX_VALUE);
                for (int i = 0; i < 20 * round; i++) {
                    assertThat(other.readLine()).isEqualTo(String.valueOf(i + 1));
                }
                kill();
                stored += 2 * 20 * round;
                try (Journal journal = Journal.open(memory, "s", "me", Duration.ofSeconds(10))) {
                    assertThat(journal.entries()).hasSizeGreaterThan(stored);
                    stored = journal.entries().size() - 1;
                }
            }
        }
    }

    @Test
    void what_another_process_delivers_is_seen_by_the_owner_and_outlives_a_kill_of_the_sender() throws Exception {
        try (Memory memory = Memory.file(folder);
                Journal journal = Journal.open(memory, "s", "me", Duration.ZERO)) {
            BufferedReader other = start("s", 60, "a");
            assertThat(other.readLine()).isEqualTo("a0");
            assertThat(memory.inbox("s")).extracting(Delivery::id).startsWith("a0");
            assertThat(memory.due(Instant.EPOCH, 9)).containsExactly("s");
            List<String> taken = new ArrayList<>();
            take(journal, memory, taken);
            for (int i = 1; i < 20; i++) {
                assertThat(other.readLine()).isEqualTo("a" + i);
            }
            kill();
            take(journal, memory, taken);
            assertThat(taken).hasSizeGreaterThanOrEqualTo(20);
            for (int i = 0; i < taken.size(); i++) {
                assertThat(taken.get(i)).isEqualTo("a" + i);
            }
            assertThat(memory.inbox("s")).isEmpty();
        }
    }

    @Test
    void two_senders_and_an_owner_lose_and_repeat_nothing() throws Exception {
        try (Memory memory = Memory.file(folder);
                Journal journal = Journal.open(memory, "s", "me", Duration.ZERO)) {
            start("s", 150, "a");
            start("s", 150, "b");
            List<String> taken = new ArrayList<>();
            while (processes.stream().anyMatch(Process::isAlive)) {
                take(journal, memory, taken);
            }
            take(journal, memory, taken);
            assertThat(taken).hasSize(300).doesNotHaveDuplicates();
        }
    }

    /** An owner dies with a wake time set: another process is told to look after the session. */
    @Test
    void a_session_whose_owner_was_killed_is_due() throws Exception {
        try (Memory memory = Memory.file(folder)) {
            try (Journal journal = Journal.open(memory, "s", "me", Duration.ZERO)) {
                journal.add(1, "", 0, Entry.NO_REF, 1, new Body.TimerSet("sleep", Instant.EPOCH));
                journal.flush();
            }
            BufferedReader other = start("s", 1);
            assertThat(other.readLine()).isEqualTo("1");
            assertThat(memory.due(Instant.EPOCH, 9)).isEmpty();
            kill();
            assertThat(memory.due(Instant.EPOCH, 9)).containsExactly("s");
        }
    }

    private static void take(Journal journal, Memory memory, List<String> taken) {
        for (Delivery delivery : memory.inbox("s")) {
            journal.add(1, "", 0, Entry.NO_REF, 1, new Body.Noticed(delivery.id()));
            journal.take(delivery.id());
            taken.add(delivery.id());
        }
        journal.flush();
    }
}
