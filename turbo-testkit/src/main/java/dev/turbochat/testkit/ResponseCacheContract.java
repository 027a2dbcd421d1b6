package dev.turbochat.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.turbochat.model.Completion;
import dev.turbochat.model.ResponseCache;
import dev.turbochat.step.Message.Assistant;
import dev.turbochat.step.Message.Finish;
import dev.turbochat.step.Part;
import dev.turbochat.step.ToolCall;
import dev.turbochat.step.Usage;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What every {@link ResponseCache} must do: subclass it beside your own, and its tests are yours.
 *
 * <p>Bring JUnit 5 and AssertJ. The cache has to have room for a hundred short answers and one of 100,000 characters.
 */
@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
public abstract class ResponseCacheContract extends StoreContract {
    private static final Duration LONG = Duration.ofHours(1);
    private static final Duration BRIEF = Duration.ofMillis(300);

    /**
     * An empty cache; called once a test.
     *
     * @param age how long its answers are good for
     */
    protected abstract ResponseCache open(Duration age) throws Exception;

    /**
     * Another cache that shares all with the one that {@link #open} made, as in another process.
     *
     * @return empty if there is no such thing; tests of two caches are then skipped
     */
    protected abstract Optional<ResponseCache> openAnother(Duration age) throws Exception;

    private static Completion answer(String text) {
        return Completion.of(text, "m");
    }

    @Test
    public final void what_was_put_is_there_and_nothing_else() throws Exception {
        ResponseCache cache = open(LONG);
        assertThat(cache.has("a")).isFalse();
        assertThat(cache.get("a")).isEmpty();
        cache.put("a", answer("one"));
        assertThat(cache.has("a")).isTrue();
        assertThat(cache.get("a")).contains(answer("one"));
        assertThat(cache.has("b")).isFalse();
        assertThat(cache.get("b")).isEmpty();
    }

    @Test
    public final void an_answer_comes_back_as_it_was() throws Exception {
        ResponseCache cache = open(LONG);
        Completion answer = new Completion(
                List.of(
                        new Assistant(
                                List.of(
                                        new Part.Reasoning("hm", "sig"),
                                        Part.of("héllo\r\n\u0000 🌍 \"</script>"),
                                        new Part.Image(URI.create("https://x/1.png?a=b#c"))),
                                Finish.COMPLETE),
                        new Assistant(
                                List.of(),
                                Finish.TOOL_CALLS,
                                List.of(new ToolCall("id", "name", "{\"a\": [1, \"two\"]"))),
                        new Assistant("")),
                new Usage(1, 2),
                "vendor:model");
        cache.put("a", answer);
        assertThat(cache.get("a")).contains(answer);
        Completion large = answer("🌍x\n".repeat(25_000));
        cache.put("large", large);
        assertThat(cache.get("large")).contains(large);
    }

    @Test
    public final void a_later_answer_takes_the_place_of_the_earlier() throws Exception {
        ResponseCache cache = open(LONG);
        cache.put("a", answer("one"));
        cache.put("a", answer("two"));
        assertThat(cache.get("a")).contains(answer("two"));
    }

    @Test
    public final void everything_is_forgotten_when_told_so() throws Exception {
        ResponseCache cache = open(LONG);
        cache.clear();
        for (int i = 0; i < 100; i++) {
            cache.put("" + i, answer("answer " + i));
        }
        for (int i = 0; i < 100; i++) {
            assertThat(cache.get("" + i)).contains(answer("answer " + i));
        }
        cache.clear();
        for (int i = 0; i < 100; i++) {
            assertThat(cache.has("" + i)).isFalse();
        }
        cache.put("1", answer("anew"));
        assertThat(cache.get("1")).contains(answer("anew"));
    }

    @Test
    public final void an_answer_that_is_too_old_is_gone_and_no_sooner() throws Exception {
        ResponseCache cache = open(BRIEF);
        long start = System.nanoTime();
        cache.put("a", answer("one"));
        cache.put("b", answer("one"));
        await(() -> !cache.has("a") && cache.get("b").isEmpty());
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(BRIEF);
        assertThat(cache.get("a")).isEmpty();
        cache.put("a", answer("two"));
    }

    @Test
    public final void keys_may_be_any_text() throws Exception {
        ResponseCache cache = open(LONG);
        for (int i = 0; i < KEYS.size(); i++) {
            assertThat(cache.has(KEYS.get(i))).isFalse();
            cache.put(KEYS.get(i), answer("answer " + i));
        }
        for (int i = 0; i < KEYS.size(); i++) {
            assertThat(cache.get(KEYS.get(i))).contains(answer("answer " + i));
        }
    }

    @Test
    public final void answers_are_whole_and_those_of_their_keys_whoever_writes_at_the_same_time() throws Exception {
        ResponseCache cache = open(LONG);
        AtomicInteger turn = new AtomicInteger();
        inThreads(16, () -> {
            int mine = turn.getAndIncrement();
            for (int i = 0; i < 20; i++) {
                String key = "" + (mine + i) % 7;
                cache.put(key, answer((key + " ").repeat(100)));
                assertThat(cache.get(key)).contains(answer((key + " ").repeat(100)));
            }
            return true;
        });
    }

    @Test
    public final void all_caches_have_what_one_was_given() throws Exception {
        ResponseCache cache = open(LONG);
        Optional<ResponseCache> another = openAnother(LONG);
        assumeTrue(another.isPresent(), "no two caches share this");
        cache.put("a", answer("one"));
        assertThat(another.get().get("a")).contains(answer("one"));
        another.get().put("a", answer("two"));
        assertThat(cache.get("a")).contains(answer("two"));
        another.get().clear();
        assertThat(cache.has("a")).isFalse();
    }
}
