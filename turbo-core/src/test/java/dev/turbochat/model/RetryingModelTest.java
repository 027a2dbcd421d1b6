package dev.turbochat.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.turbochat.error.ModelException;
import dev.turbochat.step.Setting;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RetryingModelTest {
    private final FakeTime time = new FakeTime();
    private final Fake model = Fake.named("m");
    private final Fake.Ear ear = new Fake.Ear();

    private RetryingModel retrying(UnaryOperator<RetryingModel.Options> options) {
        return new RetryingModel(model, options.apply(RetryingModel.Options.DEFAULT), time);
    }

    private static Duration ms(long millis) {
        return Duration.ofMillis(millis);
    }

    @Test
    void what_passes_is_tried_again_with_waits_that_double() throws Exception {
        model.down().down().down().down().says("Hello", "!");
        Completion completion =
                retrying(r -> r.tries(5).waits(ms(100), ms(500))).complete(Fake.prompt(), ear);
        assertThat(completion.candidates().getFirst().text()).isEqualTo("Hello!");
        assertThat(time.slept()).containsExactly(ms(100), ms(200), ms(400), ms(500));
        assertThat(ear.heard)
                .startsWith("retry 2 in 100 ms: Model 'm' is not available: the server answered with status 503;"
                        + " try again, or use another model.")
                .endsWith("Hello", "!")
                .hasSize(6);
    }

    @Test
    void the_jitter_is_full() {
        model.down();
        Random random = new Random(5);
        Duration bound = ms(1000);
        Duration shortest = bound;
        Duration longest = Duration.ZERO;
        for (int i = 0; i < 200; i++) {
            time.random(random.nextDouble());
            int before = time.slept().size();
            assertThatThrownBy(() -> Fake.ask(retrying(r -> r.tries(2).waits(bound, bound))))
                    .isInstanceOf(ModelException.Unavailable.class);
            Duration slept = time.slept().get(before);
            shortest = slept.compareTo(shortest) < 0 ? slept : shortest;
            longest = slept.compareTo(longest) > 0 ? slept : longest;
        }
        assertThat(shortest).isLessThan(ms(50));
        assertThat(longest).isBetween(ms(950), ms(1000));
    }

    @Test
    void the_last_failure_is_thrown_with_those_before_it() {
        ModelException first = new ModelException.StreamCut("m", 0, null);
        ModelException last = new ModelException.Unavailable("m", "it burns", null);
        model.fails(first).fails(last);
        ModelException thrown = catchThrowableOfType(ModelException.class, () -> Fake.ask(retrying(r -> r.tries(2))));
        assertThat(thrown).isSameAs(last).hasSuppressedException(first);
        assertThat(model.calls()).isEqualTo(2);
    }

    @Test
    void one_failure_that_is_thrown_again_and_again_is_no_trouble() {
        model.down();
        assertThatThrownBy(() -> Fake.ask(retrying(r -> r))).hasNoSuppressedExceptions();
        assertThat(model.calls()).isEqualTo(3);
    }

    static Stream<ModelException> lasting() {
        return Stream.of(
                new ModelException.AuthenticationFailed("m", "", "set the key"),
                new ModelException.BadRequest("m", 400, ""),
                new ModelException.ContextTooLong("m", ""),
                new ModelException.Filtered("m", ""),
                new ModelException.Truncated("m"),
                new ModelException.EmptyAnswer("m"),
                new ModelException.MalformedAnswer("m", "no", null),
                new ModelException.BudgetExceeded("m", "1 call of 1"));
    }

    @ParameterizedTest
    @MethodSource("lasting")
    void what_does_not_pass_is_not_tried_again(ModelException failure) {
        model.fails(failure);
        assertThatThrownBy(() -> Fake.ask(retrying(r -> r))).isSameAs(failure);
        assertThat(model.calls()).isEqualTo(1);
        assertThat(time.slept()).isEmpty();
    }

    @Test
    void nothing_is_tried_again_once_a_token_has_come() {
        model.failsAfter("Hel", new ModelException.StreamCut("m", 1, null)).says("Hello");
        assertThatThrownBy(() -> retrying(r -> r).complete(Fake.prompt(), ear))
                .isInstanceOf(ModelException.StreamCut.class);
        assertThat(model.calls()).isEqualTo(1);
        assertThat(ear.heard).containsExactly("Hel");
    }

    @Test
    void a_vendor_that_says_how_long_to_wait_is_left_alone_that_long() throws Exception {
        model.limited(Duration.ofSeconds(7)).limited(null).says("Hi");
        assertThat(Fake.ask(retrying(r -> r.waits(ms(100), ms(800))))).isEqualTo("Hi");
        assertThat(time.slept()).containsExactly(ms(7100), ms(200));
    }

    @Test
    void a_vendor_that_wants_too_much_patience_is_not_waited_for() {
        model.limited(Duration.ofSeconds(61)).says("Hi");
        assertThatThrownBy(() -> Fake.ask(retrying(r -> r))).isInstanceOf(ModelException.RateLimited.class);
        assertThat(time.slept()).isEmpty();
    }

    @Test
    void a_wait_that_the_deadline_does_not_allow_is_not_begun() {
        model.limited(Duration.ofSeconds(30)).says("Hi");
        assertThatThrownBy(() -> Fake.ask(retrying(r -> r), Fake.prompt(s -> s.totalTimeout(Duration.ofSeconds(30)))))
                .isInstanceOf(ModelException.RateLimited.class);
        assertThat(time.slept()).isEmpty();
    }

    @Test
    void each_try_is_given_what_is_left_of_the_time() throws Exception {
        model.then((prompt, listener) -> {
                    time.pass(4);
                    throw new ModelException.Unavailable("m", "slow", null);
                })
                .says("Hi");
        Fake.ask(
                retrying(r -> r.waits(ms(1000), ms(1000))),
                Fake.prompt(s -> s.totalTimeout(Duration.ofSeconds(10)).temperature(0.5)));
        assertThat(model.timeout(0)).contains(Duration.ofSeconds(10));
        assertThat(model.timeout(1)).contains(Duration.ofSeconds(5));
        assertThat(model.prompt(1).settings().without(Setting.TOTAL_TIMEOUT))
                .isEqualTo(Fake.prompt(s -> s.temperature(0.5)).settings());
    }

    @Test
    void the_deadline_ends_all_tries_together_and_says_so() {
        model.then((prompt, listener) -> {
            Duration left = prompt.settings().get(Setting.TOTAL_TIMEOUT).orElseThrow();
            Duration takes = left.compareTo(Duration.ofSeconds(6)) < 0 ? left : Duration.ofSeconds(6);
            time.pass(takes);
            throw new ModelException.TimedOut("m", "the first token", takes);
        });
        assertThatThrownBy(() -> Fake.ask(
                        retrying(r -> r.tries(9).waits(ms(1000), ms(1000))),
                        Fake.prompt(s -> s.totalTimeout(Duration.ofSeconds(10)))))
                .isInstanceOf(ModelException.TimedOut.class)
                .hasMessage("Model 'm' took too long: the whole answer, in 2 tries, did not come within 10000 ms;"
                        + " try again, or allow more time.");
        assertThat(time.passed()).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void models_around_models_share_one_deadline() {
        model.down();
        Model inner = retrying(r -> r.tries(1000).waits(ms(900), ms(900)));
        Model outer = new RetryingModel(
                inner, RetryingModel.Options.DEFAULT.tries(1000).waits(ms(700), ms(700)), time);
        assertThatThrownBy(() -> Fake.ask(outer, Fake.prompt(s -> s.totalTimeout(Duration.ofSeconds(20)))))
                .isInstanceOf(ModelException.class);
        assertThat(time.passed()).isBetween(Duration.ofSeconds(19), Duration.ofSeconds(20));
    }

    @Test
    void an_interrupt_ends_a_wait_at_once() throws Exception {
        CountDownLatch waiting = new CountDownLatch(1);
        model.limited(Duration.ofHours(1));
        Model patient = RetryingModel.of(model, r -> r.patience(Duration.ofHours(2)));
        Thread caller = Thread.ofVirtual().unstarted(() -> {
            try {
                patient.complete(Fake.prompt(s -> s.totalTimeout(Duration.ofDays(1))), new Model.Listener() {
                    @Override
                    public void text(String piece) {}

                    @Override
                    public void retrying(int attempt, Duration wait, String why) {
                        waiting.countDown();
                    }
                });
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        caller.start();
        waiting.await();
        caller.interrupt();
        assertThat(caller.join(Duration.ofSeconds(10))).isTrue();
        assertThat(model.calls()).isEqualTo(1);
    }

    @Test
    void senseless_options_are_refused() {
        assertThatThrownBy(() -> RetryingModel.of(model, r -> r.tries(0)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("Retries were set to 0 tries");
        assertThatThrownBy(() -> RetryingModel.of(model, r -> r.waits(ms(2), ms(1))))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
