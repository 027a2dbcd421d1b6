package dev.turbochat.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.turbochat.memory.FileMemory.Durability;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.JsonNodeFactory;

/** A line of the list of sessions is what the whole journal would give. */
class LogSummaryTest {
    private static final Limits SMALL = new Limits(2_000, 100_000, 1_000_000, 10_000_000);

    @TempDir
    Path folder;

    private Memory open() {
        return new FileMemory(folder, Durability.MEMORY, Disk.real(), SMALL);
    }

    private static void add(Journal journal, Random random) {
        var node =
                JsonNodeFactory.instance.objectNode().put("kind", "run-started").put("program", "no");
        Body body = switch (random.nextInt(8)) {
            case 0 -> new Body.RunStarted("p" + random.nextInt(9), 1, null);
            case 1 -> new Body.RunStarted("q", 1, JsonNodeFactory.instance.stringNode("c".repeat(3_000)));
            case 2 -> new Body.Acted("e", node);
            case 3 -> new Body.Noticed("\"kind\":\"run-started\" " + "x".repeat(random.nextInt(9_000)));
            default -> new Body.Noticed("x".repeat(random.nextInt(60)));
        };
        journal.add(1, "", 0, Entry.NO_REF, 1, body);
    }

    @Test
    void is_the_same_as_of_the_whole_journal() throws Exception {
        for (long seed = 0; seed < 60; seed++) {
            String session = "s" + seed;
            Random random = new Random(seed);
            try (Memory memory = open();
                    Journal journal = Journal.open(memory, session, "a test", Duration.ZERO)) {
                for (int i = random.nextInt(60); i >= 0; i--) {
                    for (int j = random.nextInt(5); j >= 0; j--) {
                        add(journal, random);
                    }
                    journal.flush();
                }
                if (seed % 5 == 0) {
                    journal.beginAnew(
                            new Body.Carried(List.of(), List.of(), List.of(), List.of()),
                            2,
                            new Body.RunStarted("anew", 1, null));
                }
                Path log = SessionFiles.of(folder, session).log();
                if (seed % 3 == 0 && seed % 5 != 0) { // torn, which is not repaired by listing it
                    byte[] all = Files.readAllBytes(log);
                    int cut = all.length - 1 - random.nextInt(Math.min(all.length / 2, 500));
                    Files.write(log, Arrays.copyOf(all, cut));
                }
                assertThat(memory.sessions())
                        .as("seed %d", seed)
                        .filteredOn(summary -> summary.session().equals(session))
                        .containsExactly(Logs.summary(memory.read(session)));
            }
        }
    }

    /** A measurement; it asserts nothing about time. */
    @Test
    void listing_reads_the_ends_of_files_only() throws Exception {
        int sessions = Integer.getInteger("measured.sessions", 300);
        try (Memory memory = open()) {
            for (int i = 0; i < sessions; i++) {
                try (Journal journal = Journal.open(memory, "s" + i, "a test", Duration.ZERO)) {
                    journal.add(1, "", 0, Entry.NO_REF, 1, new Body.RunStarted("p", 1, null));
                    for (int j = 1; j < 20; j++) {
                        journal.add(
                                1, "", j, Entry.NO_REF, 1, new Body.Noticed("some words of a conversation ".repeat(5)));
                        if (j % 4 == 3) {
                            journal.flush();
                        }
                    }
                }
            }
            Logger log = LoggerFactory.getLogger("measured");
            for (int round = 0; round < 4; round++) {
                long start = System.nanoTime();
                assertThat(memory.sessions()).hasSize(sessions).allMatch(summary -> summary.entries() == 21);
                log.info("sessions(): {} us a session", (System.nanoTime() - start) / 1_000.0 / sessions);
                start = System.nanoTime();
                for (int i = 0; i < sessions; i++) {
                    assertThat(memory.read("s" + i)).hasSize(21);
                }
                log.info("read(): {} us a session", (System.nanoTime() - start) / 1_000.0 / sessions);
            }
        }
    }
}
