package dev.turbochat.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Each benchmark works: one short round of each, whose figures say nothing. */
@Timeout(120)
class SmokeTest {
    @Test
    void redis() throws Exception {
        assertThat(RedisBench.run(Rounds.SMOKE))
                .contains("Appends of one entry to Redis, 64 callers")
                .contains("| a session that is awake | 2.00 | 3.00 |")
                .contains("| one that hibernates | 3.00 | 5.00 |");
    }

    @Test
    void model() throws Exception {
        assertThat(ModelBench.run(Rounds.SMOKE))
                .contains("Plain calls, one caller", "Streams of 500 tokens, one caller")
                .contains("| turbo, whole turns, heap |", "| OkHttp + Jackson |");
    }

    @Test
    void handoff() throws Exception {
        assertThat(HandoffBench.run(Rounds.SMOKE)).contains("| turbo |", "| turbo, pulled |", "| Exchanger |");
    }

    @Test
    void replay() throws Exception {
        assertThat(ReplayBench.run(Rounds.SMOKE)).contains("| from the heap |", "their logs read and decoded");
    }

    @Test
    void growth(@TempDir Path folder) throws Exception {
        Path plot = folder.resolve("growth.svg");
        assertThat(GrowthBench.run(Rounds.SMOKE, plot)).contains("| 10 |", "| 100 |", "by the sessions in the store");
        assertThat(Files.readString(plot)).contains("<polyline", ">woken<").endsWith("</svg>\n");
    }

    @Test
    void idle() throws Exception {
        assertThat(ParkedBench.run(Rounds.SMOKE)).contains("| turbo, 1,000 sessions |");
        assertThat(IdleBench.run(Rounds.SMOKE)).contains("| turbo, hosted, hibernated |");
    }

    @Test
    void known() throws Exception {
        assertThat(KnownBench.run(Rounds.SMOKE))
                .contains("10 awake, and others asleep", "| no others |", "| 50 in all |");
    }

    @Test
    void start() throws Exception {
        assertThat(StartBench.run(Rounds.SMOKE)).contains("| a JVM that says hello |");
    }

    @Test
    void the_page_tells_of_every_benchmark(@TempDir Path folder) throws Exception {
        List<String> all = List.of("growth", "handoff", "idle", "model", "redis", "replay", "start");
        for (String benchmark : all) {
            String aimed = new Table("Title of " + benchmark, "limit")
                    .ratio("time", "ns")
                    .atMost("turbo", "time", "limit", 2)
                    .atLeast("turbo", "time", "limit", 4)
                    .print(Map.of("turbo", List.of(Map.of("time", 30.0)), "limit", List.of(Map.of("time", 10.0))));
            Files.writeString(folder.resolve(benchmark + ".md"), aimed + "tables of " + benchmark);
        }
        new Page(all, folder, folder).write(folder.resolve("page.md"));
        assertThat(Files.readString(folder.resolve("page.md")))
                .contains(all.stream().map(each -> "tables of " + each).toList())
                .contains("| Title of idle: turbo | time, to limit | at most 2.00 | 3.00 | **missed** |")
                .doesNotContain("<!--")
                .doesNotContain("{{");
    }
}
