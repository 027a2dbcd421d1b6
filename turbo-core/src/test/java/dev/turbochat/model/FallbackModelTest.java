package dev.turbochat.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.turbochat.error.ModelException;
import dev.turbochat.step.Setting;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class FallbackModelTest {
    private final FakeTime time = new FakeTime();
    private final Fake groq = Fake.named("groq:llama");
    private final Fake openai = Fake.named("openai:gpt");
    private final Fake local = Fake.named("ollama:qwen");
    private final Fake.Ear ear = new Fake.Ear();
    private LimitStore store = new HeapLimits(time);

    private FallbackModel fallback(Model... models) {
        return fallback(f -> f, models);
    }

    private FallbackModel fallback(UnaryOperator<FallbackModel.Options> options, Model... models) {
        FallbackModel.Options chosen =
                options.apply(FallbackModel.Options.usual().store(store));
        return new FallbackModel(List.of(models), chosen, time);
    }

    private static void failTimes(int times, Model model) {
        for (int i = 0; i < times; i++) {
            assertThatThrownBy(() -> Fake.ask(model)).isInstanceOf(ModelException.class);
        }
    }

    @Test
    void the_next_is_asked_when_one_fails_and_the_user_is_told() throws Exception {
        groq.down();
        openai.says("Hi");
        Completion completion = fallback(groq, openai, local).complete(Fake.prompt(), ear);
        assertThat(completion.model()).isEqualTo("openai:gpt");
        assertThat(ear.heard)
                .containsExactly(
                        "retry 2 in 0 ms: Model 'groq:llama' is not available: the server answered with status 503;"
                                + " try again, or use another model.",
                        "Hi");
        assertThat(local.calls()).isZero();
    }

    @Test
    void the_next_is_asked_before_the_first_token_only() {
        groq.failsAfter("Hel", new ModelException.StreamCut("groq:llama", 1, null));
        openai.says("Hi");
        assertThatThrownBy(() -> fallback(groq, openai).complete(Fake.prompt(), ear))
                .isInstanceOf(ModelException.StreamCut.class);
        assertThat(openai.calls()).isZero();
        assertThat(ear.heard).containsExactly("Hel");
    }

    @Test
    void the_users_preference_comes_first_by_spec_or_vendor() throws Exception {
        groq.says("groq");
        openai.says("openai");
        Model model = fallback(groq, openai);
        assertThat(Fake.ask(model)).isEqualTo("groq");
        assertThat(Fake.ask(model, Fake.prompt(s -> s.model("openai")))).isEqualTo("openai");
        assertThat(Fake.ask(model, Fake.prompt(s -> s.model("openai:gpt").temperature(0.5))))
                .isEqualTo("openai");
        assertThat(openai.prompt(1).settings())
                .isEqualTo(Fake.prompt(s -> s.temperature(0.5)).settings());
        assertThat(Fake.ask(model, Fake.prompt(s -> s.model("llama-2")))).isEqualTo("groq");
        assertThat(groq.prompt(1).settings().get(Setting.MODEL)).contains("llama-2");
    }

    @Test
    void a_preferred_one_that_fails_falls_back_to_the_others_in_order() throws Exception {
        groq.says("groq");
        openai.down();
        local.says("local");
        assertThat(Fake.ask(fallback(local, groq, openai), Fake.prompt(s -> s.model("openai"))))
                .isEqualTo("local");
    }

    @Test
    void a_short_retry_after_is_waited_for() throws Exception {
        groq.limited(Duration.ofSeconds(2)).says("groq");
        openai.says("openai");
        assertThat(fallback(groq, openai).complete(Fake.prompt(), ear).model()).isEqualTo("groq:llama");
        assertThat(time.slept()).containsExactly(Duration.ofSeconds(2));
        assertThat(ear.heard.getFirst()).startsWith("retry 1 in 2000 ms: Model 'groq:llama' has had too many");
    }

    @Test
    void a_long_retry_after_is_not_waited_for_and_that_model_rests() throws Exception {
        groq.limited(Duration.ofMillis(2_001)).says("groq");
        openai.says("openai");
        Model model = fallback(groq, openai);
        assertThat(Fake.ask(model)).isEqualTo("openai");
        time.pass(2);
        assertThat(Fake.ask(model)).isEqualTo("openai");
        assertThat(groq.calls()).isEqualTo(1);
        time.pass(1);
        assertThat(Fake.ask(model)).isEqualTo("groq");
    }

    @Test
    void it_is_waited_for_once() throws Exception {
        groq.limited(Duration.ofSeconds(1));
        openai.says("openai");
        assertThat(Fake.ask(fallback(groq, openai))).isEqualTo("openai");
        assertThat(groq.calls()).isEqualTo(2);
    }

    @Test
    void where_all_are_limited_the_shortest_wait_is_said() {
        groq.limited(Duration.ofSeconds(50));
        openai.limited(Duration.ofSeconds(20));
        Model model = fallback(groq, openai);
        for (int i = 0; i < 2; i++) { // asked, and then resting
            ModelException.RateLimited thrown =
                    catchThrowableOfType(ModelException.RateLimited.class, () -> Fake.ask(model));
            assertThat(thrown.retryAfter()).contains(Duration.ofSeconds(20));
        }
        assertThat(groq.calls() + openai.calls()).isEqualTo(2);
    }

    @Test
    void when_all_fail_one_exception_says_what_each_said() {
        groq.refusesKey();
        openai.down();
        local.fails(new ModelException.BadRequest("ollama:qwen", 404, "no such model"));
        ModelException thrown =
                catchThrowableOfType(ModelException.class, () -> Fake.ask(fallback(groq, openai, local)));
        assertThat(thrown)
                .isInstanceOf(ModelException.Unavailable.class)
                .hasMessage("None of the models 'groq:llama,openai:gpt,ollama:qwen' answered."
                        + " Model 'groq:llama' refused the key; set the key."
                        + " Model 'openai:gpt' is not available: the server answered with status 503; try again, or"
                        + " use another model."
                        + " Model 'ollama:qwen' refused the request with status 404 (no such model); check the"
                        + " model's name and the settings.");
        assertThat(thrown.getSuppressed()).hasSize(3);
        assertThat(thrown.model()).isEqualTo("groq:llama,openai:gpt,ollama:qwen");
    }

    @Test
    void the_failure_of_all_passes_if_one_of_them_does() {
        groq.fails(new ModelException.BadRequest("groq:llama", 400, ""));
        openai.limited(Duration.ofSeconds(9));
        local.limited(Duration.ofSeconds(4));
        ModelException.RateLimited thrown =
                catchThrowableOfType(ModelException.RateLimited.class, () -> Fake.ask(fallback(groq, openai, local)));
        assertThat(thrown.retryAfter()).contains(Duration.ofSeconds(4));
    }

    @Test
    void a_single_model_fails_as_itself() {
        groq.down();
        assertThatThrownBy(() -> Fake.ask(fallback(groq)))
                .isInstanceOf(ModelException.Unavailable.class)
                .hasMessageStartingWith("Model 'groq:llama' is not available");
    }

    @Test
    void one_that_fails_five_times_in_a_row_rests_is_tried_and_comes_back() throws Exception {
        groq.down().down().down().down().down().says("groq");
        openai.says("openai");
        FallbackModel model = fallback(groq, openai);
        for (int i = 0; i < 8; i++) {
            assertThat(Fake.ask(model)).isEqualTo("openai");
        }
        assertThat(groq.calls()).isEqualTo(5);
        assertThat(model.health().getFirst().state()).isEqualTo(Health.State.RESTING);
        assertThat(model.health().getFirst().restsFor()).isEqualTo(Duration.ofSeconds(30));
        time.pass(30);
        assertThat(model.health().getFirst().state()).isEqualTo(Health.State.ON_TRIAL);
        assertThat(Fake.ask(model)).isEqualTo("groq");
        assertThat(model.health().getFirst().state()).isEqualTo(Health.State.WORKING);
        assertThat(Fake.ask(model)).isEqualTo("groq");
    }

    @Test
    void one_that_fails_its_trial_rests_twice_as_long_up_to_the_longest() throws Exception {
        groq.down();
        openai.says("openai");
        FallbackModel model = fallback(f -> f.rest(Duration.ofSeconds(30), Duration.ofSeconds(100)), groq, openai);
        for (int i = 0; i < 5; i++) {
            Fake.ask(model);
        }
        for (int rest : List.of(30, 60, 100, 100)) {
            assertThat(model.health().getFirst().restsFor()).isEqualTo(Duration.ofSeconds(rest));
            time.pass(rest);
            int before = groq.calls();
            Fake.ask(model);
            Fake.ask(model);
            assertThat(groq.calls()).isEqualTo(before + 1);
        }
    }

    @Test
    void a_trial_is_one_call_at_a_time() throws Exception {
        CountDownLatch tried = new CountDownLatch(1);
        CountDownLatch answer = new CountDownLatch(1);
        groq.refusesKey().then((prompt, listener) -> {
            tried.countDown();
            answer.await();
            return Completion.of("groq", "groq:llama");
        });
        openai.says("openai");
        FallbackModel model = fallback(groq, openai);
        Fake.ask(model);
        time.pass(30);
        Thread trial = Thread.startVirtualThread(() -> {
            try {
                Fake.ask(model);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        tried.await();
        assertThat(Fake.ask(model)).isEqualTo("openai");
        answer.countDown();
        trial.join();
        assertThat(Fake.ask(model)).isEqualTo("groq");
    }

    @Test
    void a_trial_that_is_given_up_by_its_caller_leaves_room_for_the_next() throws Exception {
        groq.refusesKey()
                .then((prompt, listener) -> {
                    throw new InterruptedException();
                })
                .says("groq");
        openai.says("openai");
        FallbackModel model = fallback(groq, openai);
        Fake.ask(model);
        time.pass(30);
        assertThatThrownBy(() -> Fake.ask(model)).isInstanceOf(InterruptedException.class);
        assertThat(Fake.ask(model)).isEqualTo("groq");
        assertThat(model.health().getFirst().failures()).isEqualTo(1);
    }

    @Test
    void one_that_fails_half_of_its_calls_rests_though_never_often_in_a_row() throws Exception {
        for (int i = 0; i < 10; i++) {
            groq.down().says("groq");
        }
        openai.says("openai");
        FallbackModel model = fallback(groq, openai);
        for (int i = 0; i < 20; i++) {
            Fake.ask(model);
        }
        assertThat(model.health().getFirst().state()).isEqualTo(Health.State.WORKING);
        groq.down();
        Fake.ask(model); // the 21st: with the last answer still there
        Fake.ask(model);
        assertThat(model.health().getFirst().state()).isEqualTo(Health.State.RESTING);
    }

    @Test
    void what_is_wrong_with_requests_is_no_illness() throws Exception {
        groq.fails(new ModelException.ContextTooLong("groq:llama", ""));
        openai.says("openai");
        FallbackModel model = fallback(groq, openai);
        for (int i = 0; i < 30; i++) {
            Fake.ask(model);
        }
        assertThat(model.health().getFirst().state()).isEqualTo(Health.State.WORKING);
        assertThat(model.health().getFirst().failures()).isEqualTo(30);
    }

    @Test
    void where_all_rest_for_their_failures_somebody_is_asked_all_the_same() throws Exception {
        groq.down().down().down().down().down().says("groq");
        FallbackModel model = fallback(groq);
        failTimes(5, model);
        assertThat(model.health().getFirst().state()).isEqualTo(Health.State.RESTING);
        assertThat(Fake.ask(model)).isEqualTo("groq");
        assertThat(model.health().getFirst().state()).isEqualTo(Health.State.WORKING);
        assertThat(Fake.ask(model)).isEqualTo("groq");
    }

    @Test
    void who_rests_is_shared_through_a_store() throws Exception {
        groq.refusesKey();
        openai.says("openai");
        Fake.ask(fallback(groq, openai));
        Fake.ask(fallback(groq, openai));
        assertThat(groq.calls()).isEqualTo(1);
    }

    @Test
    void a_store_that_fails_leaves_everybody_asked() throws Exception {
        store = new LimitStoreTest.Broken();
        groq.down();
        openai.says("openai");
        FallbackModel model = fallback(groq, openai);
        for (int i = 0; i < 10; i++) {
            assertThat(Fake.ask(model)).isEqualTo("openai");
        }
        assertThat(model.health()).hasSize(2);
    }

    @Test
    void health_tells_requests_failures_the_last_error_and_latencies() throws Exception {
        for (int i = 1; i <= 20; i++) {
            int latency = i;
            groq.then((prompt, listener) -> {
                time.pass(Duration.ofMillis(latency));
                listener.text("groq");
                time.pass(60); // what comes after the first token is the answer's length
                return Completion.of("groq", "groq:llama");
            });
        }
        groq.down();
        FallbackModel model = fallback(groq);
        for (int i = 0; i < 20; i++) {
            Fake.ask(model);
        }
        failTimes(1, model);
        assertThat(RetryingModel.of(model).health())
                .containsExactly(new Health(
                        "groq:llama",
                        Health.State.WORKING,
                        21,
                        1,
                        new Health.Failure(
                                "unavailable",
                                "Model 'groq:llama' is not available: the server answered with status 503; try again,"
                                        + " or use another model.",
                                time.now()),
                        Duration.ofMillis(10),
                        Duration.ofMillis(19),
                        Duration.ZERO));
    }

    @Test
    void all_share_one_deadline() {
        Model slow = (prompt, listener) -> {
            time.pass(6);
            throw new ModelException.Unavailable("slow", "it is", null);
        };
        groq.then(slow);
        openai.then(slow);
        local.says("too late");
        assertThatThrownBy(() -> Fake.ask(
                        fallback(groq, openai, local), Fake.prompt(s -> s.totalTimeout(Duration.ofSeconds(10)))))
                .isInstanceOf(ModelException.Unavailable.class);
        assertThat(openai.timeout(0)).contains(Duration.ofSeconds(4));
        assertThat(local.calls()).isZero();
    }
}
