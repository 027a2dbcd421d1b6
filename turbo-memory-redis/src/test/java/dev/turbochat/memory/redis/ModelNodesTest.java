package dev.turbochat.memory.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.turbochat.model.LimitStore.Answer;
import dev.turbochat.model.LimitStore.Limit;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two processes share limits, rests and answers of models. */
class ModelNodesTest {
    private RealRedis redis;
    private ModelNode here;
    private Process process;
    private BufferedReader said;
    private PrintWriter told;

    @BeforeEach
    void start() throws IOException {
        redis = RealRedis.started();
        here = new ModelNode(redis.uri());
        process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ModelNode.class.getName(),
                        redis.uri())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        said = process.inputReader(StandardCharsets.UTF_8);
        told = new PrintWriter(process.outputWriter(StandardCharsets.UTF_8), true);
        assertThat(said.readLine()).isEqualTo("ready");
    }

    @AfterEach
    void stop() {
        process.destroyForcibly();
        here.close();
        redis.close();
    }

    private String there(String what) {
        try {
            told.println(what);
            return String.valueOf(said.readLine());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What both said who did the same at the same time. */
    private List<String> both(String what) throws Exception {
        CompletableFuture<String> there = CompletableFuture.supplyAsync(() -> there(what));
        return List.of(here.does(what), there.join());
    }

    @Test
    void a_limit_a_minute_holds_over_both() throws Exception {
        assertThat(both("minute").stream().mapToInt(Integer::parseInt).sum()).isEqualTo(20);
    }

    @Test
    void a_limit_at_once_holds_over_both() throws Exception {
        assertThat(both("at once").stream().map(Integer::parseInt)).allMatch(most -> most >= 1 && most <= 3);
        assertThat(redis.<String>tell(commands -> commands.get("under-way"))).isEqualTo("0");
    }

    private record Admission(long asked, long granted) {
        static Admission of(String text) {
            String[] times = text.split("-");
            return new Admission(Long.parseLong(times[0]), Long.parseLong(times[1]));
        }
    }

    /** Both processes have the machine's one clock; each admission was at some time between asking and being granted. */
    @Test
    void no_window_holds_more_than_the_limit_of_both_together() throws Exception {
        List<Admission> all = both("windows").stream()
                .flatMap(line -> line.isEmpty() ? Stream.of() : Arrays.stream(line.split(" ")))
                .map(Admission::of)
                .sorted(Comparator.comparingLong(Admission::asked))
                .toList();
        assertThat(all).hasSizeBetween(50, 130);
        for (int i = 0; i + 10 < all.size(); i++) {
            long last = all.subList(i, i + 11).stream()
                    .mapToLong(Admission::granted)
                    .max()
                    .orElseThrow();
            assertThat(Duration.ofNanos(last - all.get(i).asked())).isGreaterThanOrEqualTo(ModelNode.WINDOW);
        }
    }

    @Test
    void a_key_that_was_limited_in_one_rests_in_the_other() throws Exception {
        assertThat(here.does("keys")).isEqualTo("KEY");
        assertThat(there("a key is limited")).isEqualTo("KEY_1");
        assertThat(here.does("keys")).isEqualTo("KEY_1");
    }

    @Test
    void a_provider_that_failed_in_one_is_passed_over_in_the_other() throws Exception {
        assertThat(here.does("providers")).isEqualTo("a");
        assertThat(there("a provider fails")).isEqualTo("b");
        assertThat(here.does("providers")).isEqualTo("b");
    }

    @Test
    void failures_of_both_count_together_and_both_see_that_it_rests_and_works_again() throws Exception {
        assertThat(here.does("it fails")).isEqualTo("b 1");
        assertThat(there("it fails")).isEqualTo("b 1");
        assertThat(there("health")).isEqualTo("WORKING unavailable");
        assertThat(here.does("it fails")).isEqualTo("b 2");
        assertThat(there("it fails")).isEqualTo("b 2");
        assertThat(here.does("it works")).as("it rests").isEqualTo("b 2");
        assertThat(there("it works")).as("it rests").isEqualTo("b 2");
        assertThat(List.of(here.does("health"), there("health"))).containsOnly("RESTING unavailable");
        await().atMost(Duration.ofSeconds(20)).until(() -> here.does("health").startsWith("ON_TRIAL"));
        assertThat(there("health")).startsWith("ON_TRIAL");
        assertThat(there("it works")).isEqualTo("shared 3");
        assertThat(here.does("health")).startsWith("WORKING");
        assertThat(here.does("it works")).isEqualTo("shared 3");
    }

    @Test
    void what_one_that_was_killed_had_seen_is_known() throws Exception {
        for (int i = 1; i <= 4; i++) {
            assertThat(there("it fails")).isEqualTo("b " + i);
        }
        process.destroyForcibly().waitFor();
        assertThat(here.does("health")).isEqualTo("RESTING unavailable");
        assertThat(here.does("it works")).isEqualTo("b 0");
    }

    @Test
    void without_redis_each_counts_its_own_and_no_call_fails() throws Exception {
        redis.kill();
        for (int i = 1; i <= 4; i++) {
            assertThat(here.does("it fails")).isEqualTo("b " + i);
        }
        assertThat(here.does("it works")).as("it rests here").isEqualTo("b 4");
        assertThat(here.does("health")).isEqualTo("RESTING unavailable");
        assertThat(there("it works")).isEqualTo("shared 1");
        assertThat(there("health")).isEqualTo("WORKING none");
        redis.start();
        await().atMost(Duration.ofSeconds(30)).until(() -> here.does("it works").startsWith("shared "));
        assertThat(here.does("health")).startsWith("WORKING");
    }

    @Test
    void an_answer_of_one_is_the_others() throws Exception {
        assertThat(there("said there")).isEqualTo("said there");
        assertThat(here.does("said here")).isEqualTo("said there");
    }

    @Test
    void places_of_a_process_that_was_killed_are_free_within_their_lease_and_those_of_one_that_lives_are_not()
            throws Exception {
        Limit places = Limit.atOnce("at-once:held", 3, Duration.ofHours(1));
        try (RedisMemory memory =
                RedisMemory.connect(redis.uri(), options -> options.withLease(Duration.ofSeconds(1)))) {
            RedisLimits limits = memory.limits();
            assertThat(there("hold")).isEqualTo("held");
            assertThat(limits.take(List.of(places))).isInstanceOf(Answer.Taken.class);
            await().during(Duration.ofMillis(2_500)) // of leases of a second
                    .atMost(Duration.ofSeconds(5))
                    .until(() -> limits.take(List.of(places)) instanceof Answer.Refused);
            process.destroyForcibly().waitFor();
            long killed = System.nanoTime();
            await().atMost(Duration.ofSeconds(5))
                    .pollInterval(Duration.ofMillis(10))
                    .until(() -> limits.take(List.of(places)) instanceof Answer.Taken);
            assertThat(Duration.ofNanos(System.nanoTime() - killed)).isLessThan(Duration.ofMillis(1_500));
            assertThat(limits.take(List.of(places))).isInstanceOf(Answer.Taken.class);
            assertThat(limits.take(List.of(places))).isInstanceOf(Answer.Refused.class);
        }
    }
}
