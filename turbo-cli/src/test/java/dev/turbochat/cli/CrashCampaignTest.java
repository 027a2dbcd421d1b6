package dev.turbochat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.turbochat.memory.Entry;
import dev.turbochat.memory.Memory;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Conversations in a process that is killed by SIGKILL at each row of the crash matrix, again and again, and carry on.
 *
 * <p>{@code -Dturbo.kills=20} is how often at each row, {@code -Dturbo.seed} repeats the order; the profile
 * {@code campaign} sets both this and the length of {@link KillTest}.
 */
@Timeout(3600)
class CrashCampaignTest {
    private static final int KILLS = Integer.getInteger("turbo.kills", 2);
    private static final int SIGKILLED = 128 + 9;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @Test
    void what_is_promised_holds_wherever_the_process_is_killed() throws Exception {
        long seed = Long.getLong("turbo.seed", System.nanoTime());
        Random random = new Random(seed);
        Map<Row, Integer> kills = new EnumMap<>(Row.class);
        List<Row> rows = new ArrayList<>();
        Arrays.stream(Row.values())
                .filter(row -> row != Row.NONE)
                .forEach(row -> rows.addAll(Collections.nCopies(KILLS, row)));
        Collections.shuffle(rows, random);
        try {
            for (Row row : rows) {
                kill(row, random);
                kills.merge(row, 1, Integer::sum);
            }
            int status = start(Row.NONE, 1).waitFor();
            assertThat(status).as("what is left is carried to its end").isZero();
            Promises promises = new Promises(new World(folder).deeds());
            try (Memory memory = Memory.file(folder.resolve("sessions"))) {
                List<Memory.Summary> sessions = memory.sessions();
                for (Memory.Summary summary : sessions) {
                    promises.check(summary.session(), memory.read(summary.session()));
                }
                System.out.println("CrashCampaignTest: " + rows.size() + " kills over " + sessions.size()
                        + " sessions: " + kills + "; " + promises);
            }
        } catch (Exception | AssertionError e) {
            throw new AssertionError("With -Dturbo.seed=" + seed + ": " + e.getMessage(), e);
        }
    }

    /** Has the next process live until it is killed at this row; what was recorded stays as it was. */
    private void kill(Row row, Random random) throws Exception {
        Map<String, List<Entry>> before = unfinished();
        Process process = start(row, 1 + random.nextInt(row.places));
        BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
        String line = out.readLine();
        assertThat(line).isEqualTo("lives");
        if (row == Row.RANDOM) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(300)));
            process.toHandle().destroyForcibly();
        }
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            String threads = Command.threads(process);
            process.destroyForcibly().waitFor();
            throw new AssertionError(row + " was not reached: " + threads);
        }
        if (row == Row.RANDOM) {
            World world = new World(folder);
            world.deeds().stream()
                    .reduce((one, other) -> other)
                    .ifPresent(last -> world.did("killed", last.session(), row.name(), ""));
        }
        assertThat(process.exitValue()).as("%s: %s", row, out.lines().toList()).isEqualTo(SIGKILLED);
        try (Memory memory = Memory.file(folder.resolve("sessions"))) {
            before.forEach((session, entries) -> {
                List<Entry> after = memory.read(session);
                assertThat(after).hasSizeGreaterThanOrEqualTo(entries.size());
                assertThat(after.subList(0, entries.size())).isEqualTo(entries);
            });
        }
    }

    private Map<String, List<Entry>> unfinished() {
        Map<String, List<Entry>> unfinished = new java.util.TreeMap<>();
        try (Memory memory = Memory.file(folder.resolve("sessions"))) {
            for (String session : List.of("s-" + conversations("s-"), "lost-" + conversations("lost-"))) {
                unfinished.put(session, memory.read(session));
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return unfinished;
    }

    /** The number of the last conversation so far. */
    private int conversations(String prefix) throws IOException {
        return new World(folder)
                .deeds().stream()
                        .filter(deed -> deed.session().startsWith(prefix))
                        .mapToInt(deed -> Integer.parseInt(deed.session().substring(prefix.length())))
                        .max()
                        .orElse(0);
    }

    private Process start(Row row, int time) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Xshare:auto",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Victim.class.getName(),
                        folder.toString(),
                        row.name(),
                        "" + time,
                        "" + conversations(row == Row.TAIL_LOST ? "lost-" : "s-"))
                .redirectErrorStream(true)
                .start();
    }
}
