package dev.turbochat.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.turbochat.error.BackendException;
import dev.turbochat.error.ModelException;
import dev.turbochat.step.Message;
import dev.turbochat.step.Message.Finish;
import dev.turbochat.step.Part;
import dev.turbochat.step.Setting;
import dev.turbochat.step.Settings;
import dev.turbochat.step.Usage;
import java.net.URI;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.json.JsonMapper;

class CachedModelTest {
    private final FakeTime time = new FakeTime();
    private final Fake inner = Fake.named("m").says("Hel", "lo").says("another");
    private final ResponseCache cache = new HeapCache(3, Duration.ofMinutes(1), time);
    private final Model model = CachedModel.of(inner, cache);
    private final Fake.Ear ear = new Fake.Ear();

    @Test
    void a_hit_is_told_and_returned_like_any_answer_and_costs_nothing() throws Exception {
        assertThat(model.complete(Fake.prompt(), ear).usage()).isEqualTo(new Usage(10, 5));
        Completion hit = model.complete(Fake.prompt(), ear);
        assertThat(hit).isEqualTo(new Completion(List.of(new Message.Assistant("Hello")), Usage.NONE, "m"));
        assertThat(ear.heard).containsExactly("Hel", "lo", "Hello");
        assertThat(inner.calls()).isEqualTo(1);
        assertThat(cache.has(Canonical.hash("m", Fake.prompt()))).isTrue();
        cache.clear();
        assertThat(Fake.ask(model)).isEqualTo("another");
    }

    private static Prompt messages(Message... messages) {
        return new Prompt(List.of(messages), Settings.none());
    }

    private static Prompt settings(UnaryOperator<Settings> settings) {
        return Fake.prompt(settings);
    }

    @Test
    void whatever_is_another_question_has_another_key() {
        Message.User hello = new Message.User("Hello?");
        List<Prompt> prompts = List.of(
                Fake.prompt(),
                messages(new Message.System("Hello?")),
                messages(new Message.Assistant("Hello?")),
                messages(new Message.User(List.of(Part.of("Hello?")), "ann")),
                messages(new Message.User(List.of(Part.of("Hel"), Part.of("lo?")), null)),
                messages(new Message.User(
                        List.of(Part.of("Hello?"), new Part.Image(URI.create("https://x/1.png"))), null)),
                messages(new Message.User(
                        List.of(Part.of("Hello?"), new Part.Image(URI.create("https://x/2.png"))), null)),
                messages(hello, hello),
                messages(new Message.User("hello?")),
                messages(new Message.Assistant("Hello?", Finish.STOPPED)),
                settings(s -> s.temperature(0.5)),
                settings(s -> s.temperature(0.6)),
                settings(s -> s.topP(0.5)),
                settings(s -> s.maxTokens(5)),
                settings(s -> s.stop("a")),
                settings(s -> s.seed(5)),
                settings(s -> s.with(Setting.N, 2)),
                settings(s -> s.model("other")),
                settings(s -> s.user("ann")),
                settings(s -> s.logitBias(Map.of("1", 1))),
                settings(s -> s.responseFormat(Map.of("type", "json_object"))),
                settings(s -> s.toolChoice("none")),
                settings(s -> s.extra("a", 1)),
                settings(s -> s.extra("a", "1")));
        Set<String> keys = new HashSet<>();
        prompts.forEach(prompt -> keys.add(Canonical.hash("m", prompt)));
        keys.add(Canonical.hash("n", Fake.prompt()));
        assertThat(keys).hasSize(prompts.size() + 1).allMatch(key -> key.matches("[0-9a-f]{64}"));
    }

    @Test
    void whatever_is_the_same_question_has_the_same_key() {
        String key = Canonical.hash("m", Fake.prompt());
        assertThat(Stream.of(
                        settings(s -> s.totalTimeout(Duration.ofSeconds(1))),
                        settings(s -> s.connectTimeout(Duration.ofSeconds(1))),
                        settings(s -> s.firstTokenTimeout(Duration.ofSeconds(1))),
                        settings(s -> s.betweenTokensTimeout(Duration.ofSeconds(1))),
                        settings(s -> s.with(Setting.SESSION, "s"))))
                .allSatisfy(prompt -> assertThat(Canonical.hash("m", prompt)).isEqualTo(key));
        Map<String, Object> one = new LinkedHashMap<>(Map.of("b", Map.of("x", 1, "y", 2)));
        one.put("a", 1);
        Map<String, Object> other = new LinkedHashMap<>(Map.of("a", 1));
        other.put("b", Map.of("y", 2, "x", 1));
        assertThat(Canonical.hash("m", settings(s -> s.temperature(0.5).with(Setting.EXTRA, one))))
                .isEqualTo(Canonical.hash(
                        "m", settings(s -> s.with(Setting.EXTRA, other).temperature(0.5))));
    }

    @Test
    void failures_are_not_kept() throws Exception {
        Fake failing = Fake.named("m")
                .failsAfter("Hel", new ModelException.StreamCut("m", 1, null))
                .says("Hello");
        Model cached = CachedModel.of(failing, cache);
        assertThatThrownBy(() -> Fake.ask(cached)).isInstanceOf(ModelException.StreamCut.class);
        assertThat(Fake.ask(cached)).isEqualTo("Hello");
    }

    @ParameterizedTest
    @EnumSource(Finish.class)
    void only_answers_that_are_whole_are_kept(Finish finish) throws Exception {
        Fake answering = Fake.named("m")
                .then((prompt, listener) -> new Completion(
                        List.of(new Message.Assistant("x"), new Message.Assistant("Hel", finish)), Usage.NONE, "m"));
        Model cached = CachedModel.of(answering, cache);
        Fake.ask(cached);
        Fake.ask(cached);
        boolean whole = finish == Finish.COMPLETE || finish == Finish.TOOL_CALLS;
        assertThat(answering.calls()).isEqualTo(whole ? 1 : 2);
    }

    @Test
    void the_heap_forgets_the_oldest_and_what_is_too_old() throws Exception {
        for (String key : List.of("a", "b", "c")) {
            cache.put(key, Completion.of(key, "m"));
        }
        assertThat(cache.get("a")).isPresent();
        cache.put("d", Completion.of("d", "m"));
        assertThat(cache.get("b")).isEmpty();
        assertThat(cache.get("a")).isPresent();
        time.pass(59);
        assertThat(cache.get("a")).isPresent();
        time.pass(1);
        assertThat(cache.get("a")).isEmpty();
    }

    @Test
    void a_cache_that_fails_is_no_cache() throws Exception {
        Model cached = CachedModel.of(inner, new ResponseCache() {
            private static BackendException gone() {
                return new BackendException("The cache is gone; start it.", null);
            }

            @Override
            public Optional<Completion> get(String key) {
                throw gone();
            }

            @Override
            public void put(String key, Completion completion) {
                throw gone();
            }

            @Override
            public void clear() {
                throw gone();
            }
        });
        assertThat(Fake.ask(cached)).isEqualTo("Hello");
    }

    @Test
    void a_setting_that_json_cannot_hold_is_left_to_the_model() throws Exception {
        assertThat(Fake.ask(model, settings(s -> s.extra("a", new Secretive("x")))))
                .isEqualTo("Hello");
    }

    record Secretive(String text) {
        @Override
        public String text() {
            throw new IllegalStateException("no");
        }
    }

    @Test
    void an_answer_survives_as_json_for_caches_elsewhere() {
        JsonMapper mapper = JsonMapper.builder().build();
        Completion answer = new Completion(
                List.of(new Message.Assistant(
                        List.of(new Part.Reasoning("hm", "sig"), Part.of("Hi")), Finish.COMPLETE)),
                new Usage(1, 2),
                "m");
        assertThat(mapper.readValue(mapper.writeValueAsString(answer), Completion.class))
                .isEqualTo(answer);
    }
}
