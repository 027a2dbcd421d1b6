package dev.turbochat.memory.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.turbochat.error.MemoryException;
import dev.turbochat.model.CachedModel;
import dev.turbochat.model.Completion;
import dev.turbochat.model.LimitStore.Answer;
import dev.turbochat.model.LimitStore.Limit;
import dev.turbochat.model.LimitStore.Standing;
import dev.turbochat.model.LimitedModel;
import dev.turbochat.model.Model;
import dev.turbochat.model.ResponseCache;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Limits and answers of models in Redis: round trips, names, faults. */
class RedisStoresTest {
    private static final Limit ONE = new Limit("one", 1, Duration.ofHours(1));
    private static final Limit OTHER = new Limit("other", 9_000, Duration.ofHours(1));
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Completion HI = Completion.of("hi", "m");

    private RealRedis redis;
    private RedisMemory memory;

    @BeforeEach
    void start() throws IOException {
        redis = RealRedis.started();
        memory = connect(options -> options);
    }

    @AfterEach
    void stop() {
        memory.close();
        redis.close();
    }

    private RedisMemory connect(UnaryOperator<RedisOptions> change) {
        return RedisMemory.connect(
                redis.uri(), o -> change.apply(o.withWaits(Duration.ofMillis(500), Duration.ofSeconds(3))));
    }

    private List<String> keys() {
        return redis.tell(commands -> commands.keys("*"));
    }

    // What lies where

    @Test
    void each_call_is_one_round_trip() {
        RedisLimits limits = memory.limits();
        RedisCache cache = memory.cache(HOUR);
        long before = memory.roundTrips();
        String ticket = ((Answer.Taken) limits.take(List.of(ONE, OTHER))).ticket();
        assertThat(limits.take(List.of(ONE, OTHER))).isInstanceOf(Answer.Refused.class);
        limits.giveBack(ticket, List.of(ONE));
        limits.rest("a", HOUR);
        assertThat(limits.resting(List.of("a", "b"))).containsOnlyKeys("a");
        limits.wake("a");
        assertThat(limits.note("a", "", "ill", HOUR)).isEqualTo("ill");
        assertThat(limits.standing(List.of("a", "b"))).containsEntry("a", new Standing(Duration.ZERO, "ill"));
        cache.put("a", HI);
        assertThat(cache.get("a")).contains(HI);
        assertThat(cache.has("a")).isTrue();
        assertThat(memory.roundTrips() - before).isEqualTo(11);
        assertThat(limits.take(List.of())).isInstanceOf(Answer.Taken.class);
        assertThat(memory.roundTrips() - before).isEqualTo(11);
    }

    @Test
    void what_people_are_called_stands_in_no_name_and_everything_ends_by_itself() {
        Stream<String> hostile = Stream.of("ann", "{ann}", "ann\nann", "änn🌍", "\ud83cann", "ann".repeat(350_000));
        RedisLimits limits = memory.limits();
        RedisCache cache = memory.cache(HOUR);
        hostile.forEach(user -> {
            limits.take(List.of(new Limit("user:m:" + user, 1, HOUR)));
            limits.rest(user, HOUR);
            limits.note(user, "", "ill", HOUR);
            cache.put(user, HI);
        });
        assertThat(keys()).hasSizeGreaterThan(15).allSatisfy(key -> {
            assertThat(key)
                    .matches("turbo:(limits|rests|notes):\\{limits}:[0-9a-f]{64}|turbo:cache:\\{cache\\.\\d+}:[a-z]+");
            long left = redis.tell(commands -> commands.pttl(key));
            assertThat(left).isBetween(1L, HOUR.toMillis() + 1);
        });
    }

    @Test
    void tenants_prefixes_and_names_know_nothing_of_one_another() {
        assertThat(memory.limits().take(List.of(ONE))).isInstanceOf(Answer.Taken.class);
        memory.limits().rest("a", HOUR);
        memory.cache(HOUR).put("a", HI);
        try (RedisMemory tenant = connect(options -> options.withTenant("t"));
                RedisMemory prefix = connect(options -> options.withPrefix("p"))) {
            List<RedisLimits> others =
                    List.of(tenant.limits(), prefix.limits(), memory.limits(options -> options.name("other")));
            assertThat(others).allSatisfy(limits -> {
                assertThat(limits.resting(List.of("a"))).isEmpty();
                assertThat(limits.take(List.of(ONE))).isInstanceOf(Answer.Taken.class);
            });
            List<RedisCache> caches = List.of(
                    tenant.cache(HOUR), prefix.cache(HOUR), memory.cache(HOUR, options -> options.name("other")));
            assertThat(caches).allSatisfy(cache -> {
                assertThat(cache.has("a")).isFalse();
                cache.clear();
            });
            assertThat(memory.cache(HOUR).has("a")).isTrue();
        }
        assertThatThrownBy(() -> memory.limits(options -> options.name("a.b")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "Limits or a cache in Redis were named 'a.b'; take 1 to 64 letters, digits and _ - for it.");
    }

    @Test
    void a_cache_is_cleared_without_a_search_and_leaves_everything_else() {
        memory.limits().take(List.of(ONE));
        RedisCache cache = memory.cache(HOUR);
        IntStream.range(0, 50).forEach(i -> cache.put("" + i, HI));
        redis.<String>tell(commands -> commands.configResetstat());
        cache.clear();
        String stats = redis.tell(commands -> commands.info("commandstats"));
        assertThat(stats).contains("cmdstat_unlink").doesNotContain("cmdstat_scan", "cmdstat_keys");
        assertThat(keys()).singleElement().asString().startsWith("turbo:limits:");
    }

    @Test
    void a_cache_lets_go_of_what_was_not_used_for_the_longest_time() {
        RedisCache cache = memory.cache(HOUR, options -> options.sizes(1_000, 16 * 2_000));
        List<String> keys = IntStream.range(0, 400).mapToObj(i -> "k" + i).toList();
        keys.forEach(key -> {
            cache.put(key, HI);
            assertThat(cache.get(keys.getFirst()))
                    .as("what is used all the time")
                    .contains(HI);
        });
        assertThat(keys.stream().filter(cache::has).count()).isBetween(16L, 16 * 6L);
        assertThat(cache.has(keys.getLast())).isTrue();
        keys().stream().filter(key -> key.endsWith("answers")).forEach(key -> {
            long counted = Long.parseLong(redis.<String>tell(commands -> commands.hget(key, "")));
            long real = redis.<List<String>>tell(commands -> commands.hkeys(key)).stream()
                    .filter(field -> !field.isEmpty())
                    .mapToLong(field -> 256 + redis.<Long>tell(commands -> commands.hstrlen(key, field)))
                    .sum();
            assertThat(counted).isEqualTo(real).isLessThanOrEqualTo(2_000);
        });
    }

    @Test
    void an_answer_that_is_too_large_is_not_kept() {
        RedisCache cache = memory.cache(HOUR);
        cache.put("large", Completion.of("x".repeat(1 << 20), "m"));
        cache.put("less", Completion.of("x".repeat(1_000_000), "m"));
        assertThat(cache.has("large")).isFalse();
        assertThat(cache.get("less")).isPresent();
        assertThatThrownBy(() -> memory.cache(HOUR, options -> options.sizes(1_000, 15_999)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("A cache was made for answers of up to 1000 bytes in 15999, good for PT1H; give it a time"
                        + " above zero, and room for 16 of the largest.");
    }

    @Test
    void an_answer_that_cannot_be_read_is_none() {
        RedisCache cache = memory.cache(HOUR);
        cache.put("a", HI);
        String answers = keys().stream()
                .filter(key -> key.endsWith("answers"))
                .findFirst()
                .orElseThrow();
        redis.<List<String>>tell(commands -> commands.hkeys(answers)).stream()
                .filter(field -> !field.isEmpty())
                .forEach(field -> redis.<Boolean>tell(commands -> commands.hset(answers, field, "{\"no")));
        assertThat(cache.get("a")).isEmpty();
        cache.put("a", HI);
        assertThat(cache.get("a")).contains(HI);
    }

    // Held places

    @Test
    void a_place_that_is_given_back_is_renewed_no_more() {
        try (RedisMemory brief = connect(options -> options.withLease(Duration.ofMillis(150)))) {
            RedisLimits limits = brief.limits();
            Limit place = Limit.atOnce("place", 1, HOUR);
            for (int i = 0; i < 400; i++) { // the one before may come back for a moment, by a renewal under way
                await().pollDelay(Duration.ZERO)
                        .pollInterval(Duration.ofMillis(1))
                        .atMost(Duration.ofSeconds(2))
                        .until(() -> limits.take(List.of(place)) instanceof Answer.Taken(String ticket)
                                && isBack(limits, ticket, place));
            }
        }
    }

    private static boolean isBack(RedisLimits limits, String ticket, Limit place) {
        limits.giveBack(ticket, List.of(place));
        return true;
    }

    @Test
    void a_place_is_held_while_redis_is_full() {
        try (RedisMemory brief = connect(options -> options.withLease(Duration.ofMillis(300)))) {
            RedisLimits limits = brief.limits();
            Limit place = Limit.atOnce("place", 1, HOUR);
            limits.take(List.of(place));
            redis.<String>tell(commands -> commands.configSet("maxmemory", "1"));
            await().during(Duration.ofSeconds(1))
                    .atMost(Duration.ofSeconds(5))
                    .until(() -> limits.take(List.of(place)) instanceof Answer.Refused);
        }
    }

    // Faults

    @Test
    void scripts_that_the_server_has_forgotten_are_sent_again() {
        RedisLimits limits = memory.limits();
        RedisCache cache = memory.cache(HOUR);
        for (int i = 0; i < 3; i++) {
            assertThat(limits.take(List.of(OTHER))).isInstanceOf(Answer.Taken.class);
            limits.rest("a", HOUR);
            assertThat(limits.resting(List.of("a"))).containsKey("a");
            cache.put("a", HI);
            assertThat(cache.get("a")).contains(HI);
            redis.<String>tell(commands -> commands.scriptFlush());
        }
    }

    @Test
    void a_full_server_takes_no_place_and_keeps_no_answer_but_gives_what_it_has() {
        RedisLimits limits = memory.limits();
        RedisCache cache = memory.cache(HOUR);
        cache.put("a", HI);
        limits.rest("a", HOUR);
        redis.<String>tell(commands -> commands.configSet("maxmemory", "1"));
        assertThat(cache.get("a")).contains(HI);
        assertThat(limits.resting(List.of("a"))).containsKey("a");
        cache.put("b", HI);
        assertThatThrownBy(() -> limits.take(List.of(OTHER, ONE))).isInstanceOf(RedisFailure.RedisFull.class);
        redis.<String>tell(commands -> commands.configSet("maxmemory", "0"));
        RedisLimits after = memory.limits();
        assertThat(after.take(List.of(OTHER, ONE))).isInstanceOf(Answer.Taken.class);
        assertThat(memory.cache(HOUR).has("b")).isFalse();
    }

    @Test
    void a_key_that_is_somebody_elses_is_left_alone_and_nothing_is_taken() {
        RedisLimits limits = memory.limits();
        limits.take(List.of(ONE));
        String key = keys().getFirst();
        redis.<String>tell(commands -> commands.set(key, "not ours"));
        assertThatThrownBy(() -> limits.take(List.of(OTHER, ONE))).isInstanceOf(RedisFailure.RedisKeyTaken.class);
        assertThat(keys()).containsExactly(key);
    }

    @Test
    void without_redis_calls_are_refused_by_name_after_a_bounded_wait_and_others_at_once() throws Exception {
        RedisLimits limits = memory.limits(options -> options.patience(Duration.ofSeconds(1)));
        Model model =
                LimitedModel.of(ModelNode.says("m", "hi"), l -> l.perMinute(9).store(limits));
        assertThat(ModelNode.ask(model)).isEqualTo("hi");
        redis.kill();
        long start = System.nanoTime();
        assertThatThrownBy(() -> ModelNode.ask(model))
                .isInstanceOf(RedisFailure.RedisUnreachable.class)
                .hasMessage("Redis at " + redis.uri() + " cannot be used: it cannot be connected to (Connection"
                        + " refused), for 1 s now; start it, or name another.");
        long refused = System.nanoTime();
        assertThat(Duration.ofNanos(refused - start)).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(3));
        assertThatThrownBy(() -> ModelNode.ask(model))
                .hasMessage("Redis at " + redis.uri() + " cannot be used: it failed a moment ago; start it, or name"
                        + " another.");
        assertThat(Duration.ofNanos(System.nanoTime() - refused)).isLessThan(Duration.ofMillis(500));
        redis.start();
        await().atMost(Duration.ofSeconds(10))
                .ignoreExceptionsInstanceOf(RedisFailure.class)
                .until(() -> ModelNode.ask(model).equals("hi"));
    }

    @Test
    void without_redis_calls_are_let_through_if_so_chosen() throws Exception {
        RedisLimits limits = memory.limits(
                options -> options.patience(Duration.ofMillis(300)).lettingThrough(true));
        Model model = LimitedModel.of(
                ModelNode.says("m", "hi"), l -> l.perMinute(1).atOnce(1).store(limits));
        redis.kill();
        for (int i = 0; i < 50; i++) {
            assertThat(ModelNode.ask(model)).isEqualTo("hi");
        }
        redis.start();
        await().atMost(Duration.ofSeconds(10)).until(() -> limits.take(List.of(ONE)) instanceof Answer.Refused);
    }

    @Test
    void without_redis_nothing_is_found_and_models_are_asked_soon() throws Exception {
        RedisCache cache = memory.cache(HOUR);
        Model model = CachedModel.of(ModelNode.says("m", "hi"), cache);
        assertThat(ModelNode.ask(model)).isEqualTo("hi");
        redis.freeze();
        long start = System.nanoTime();
        for (int i = 0; i < 20; i++) {
            assertThat(ModelNode.ask(model)).isEqualTo("hi");
        }
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
        assertThat(cache.has("a")).isFalse();
        redis.thaw();
        await().atMost(Duration.ofSeconds(10)).until(() -> {
            cache.put("a", HI);
            return cache.has("a");
        });
        redis.kill();
        assertThatThrownBy(cache::clear).isInstanceOf(RedisFailure.RedisUnreachable.class);
    }

    @Test
    void what_a_closed_memory_gave_says_so() {
        RedisLimits limits = memory.limits();
        ResponseCache cache = memory.cache(HOUR);
        limits.take(List.of(Limit.atOnce("place", 1, HOUR)));
        memory.close();
        assertThatThrownBy(() -> limits.take(List.of(ONE))).isInstanceOf(MemoryException.MemoryClosed.class);
        assertThatThrownBy(() -> cache.get("a")).isInstanceOf(MemoryException.MemoryClosed.class);
    }

    @Test
    void an_answer_that_was_lost_takes_no_second_place() throws Exception {
        try (Proxy proxy = new Proxy(redis.port());
                RedisMemory through = RedisMemory.connect(
                        proxy.uri(), o -> o.withWaits(Duration.ofMillis(500), Duration.ofSeconds(5)))) {
            RedisLimits limits = through.limits();
            limits.take(List.of(OTHER));
            AtomicInteger answers = new AtomicInteger();
            proxy.onReply(reply -> reply.contains("NOSCRIPT") || answers.incrementAndGet() != 1);
            assertThat(limits.take(List.of(ONE))).isInstanceOf(Answer.Taken.class);
            assertThat(limits.take(List.of(ONE))).isInstanceOf(Answer.Refused.class);
        }
    }

    @Test
    @EnabledIfSystemProperty(named = "turbo.figures", matches = ".*")
    void figures() throws Exception {
        RedisLimits limits = memory.limits();
        RedisCache cache = memory.cache(HOUR);
        List<Limit> three = List.of(
                new Limit("user", 1 << 20, Duration.ofSeconds(5)),
                new Limit("minute", 1 << 20, Duration.ofSeconds(5)),
                Limit.atOnce("at-once", 1 << 20, HOUR));
        Runnable take = () -> {
            Answer.Taken taken = (Answer.Taken) limits.take(three);
            limits.giveBack(taken.ticket(), three.subList(2, 3));
        };
        Runnable single = () -> limits.take(List.of(ONE));
        cache.put("a", Completion.of("x".repeat(2_000), "m"));
        for (int threads : new int[] {1, 64}) {
            measure("take of 3 and give back", threads, take);
            measure("take of 1, refused", threads, single);
            measure("get of 2 kB", threads, () -> cache.get("a"));
            measure("put of 2 kB", threads, () -> cache.put("b", HI));
        }
    }

    private static void measure(String what, int threads, Runnable work) {
        for (int round = 0; round < 2; round++) { // the first warms up
            long end = System.nanoTime() + 3_000_000_000L;
            long done;
            try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
                done = IntStream.range(0, threads)
                        .mapToObj(i -> CompletableFuture.supplyAsync(
                                () -> {
                                    long mine = 0;
                                    while (System.nanoTime() < end) {
                                        work.run();
                                        mine++;
                                    }
                                    return mine;
                                },
                                executor))
                        .toList()
                        .stream()
                        .mapToLong(CompletableFuture::join)
                        .sum();
            }
            System.out.printf("%s, %d threads: %d/s%n", what, threads, done / 3);
        }
    }
}
