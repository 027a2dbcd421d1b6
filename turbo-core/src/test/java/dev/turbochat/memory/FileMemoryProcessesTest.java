package dev.turbochat.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.turbochat.error.SessionException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
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
    }

    private BufferedReader start(String session, int appends) throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Other.class.getName(),
                        folder.toString(),
                        session,
                        String.valueOf(appends))
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
}
