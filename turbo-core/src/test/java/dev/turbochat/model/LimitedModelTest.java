package dev.turbochat.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.turbochat.error.ModelException;
import dev.turbochat.step.Setting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class LimitedModelTest {
    private final FakeTime time = new FakeTime();
    private final Fake inner = Fake.named("m").says("Hi");
    private final LimitStore store = new HeapLimits(time);

    private LimitedModel limited(UnaryOperator<LimitedModel.Options> options) {
        return new LimitedModel(
                inner, options.apply(LimitedModel.Options.usual().store(store)), time);
    }

    private static Prompt by(String user) {
        return Fake.prompt(s -> s.user(user));
    }

    private static Duration seconds(long seconds) {
        return Duration.ofSeconds(seconds);
    }

    @Test
    void a_user_cools_down_and_others_do_not_wait_for_him() throws Exception {
        Model model = limited(l -> l.cooldown(seconds(5)));
        Fake.ask(model, by("ann"));
        Fake.ask(model, by("bob"));
        time.pass(2);
        ModelException.RateLimited refused =
                catchThrowableOfType(ModelException.RateLimited.class, () -> Fake.ask(model, by("ann")));
        assertThat(refused)
                .hasMessage("Model 'm' has had too many requests (a user may ask once in 5000 ms); try again in 3"
                        + " seconds.");
        assertThat(refused.retryAfter()).contains(seconds(3));
        time.pass(3);
        Fake.ask(model, by("ann"));
        assertThat(inner.calls()).isEqualTo(3);
    }

    @Test
    void the_session_is_the_user_where_none_is_set_and_nobody_is_nobody() throws Exception {
        Model model = limited(l -> l.cooldown(seconds(5)));
        Fake.ask(model, Fake.prompt(s -> s.with(Setting.SESSION, "s-1")));
        Fake.ask(model, Fake.prompt(s -> s.with(Setting.SESSION, "s-2")));
        assertThatThrownBy(() -> Fake.ask(model, Fake.prompt(s -> s.with(Setting.SESSION, "s-1"))))
                .isInstanceOf(ModelException.RateLimited.class);
        Fake.ask(model);
        Fake.ask(model);
    }

    @Test
    void a_refusal_by_the_limit_of_all_does_not_use_up_the_users_turn() throws Exception {
        Model model = limited(l -> l.cooldown(seconds(100)).perMinute(1));
        Fake.ask(model, by("ann"));
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> Fake.ask(model, by("bob")))
                    .isInstanceOf(ModelException.RateLimited.class)
                    .hasMessageContaining("the limit is 1 a minute");
        }
        time.pass(60);
        Fake.ask(model, by("bob"));
    }

    @Test
    void a_refusal_by_the_users_own_does_not_use_up_the_limit_of_all() throws Exception {
        Model model = limited(l -> l.cooldown(seconds(5)).perMinute(2));
        Fake.ask(model, by("ann"));
        for (int i = 0; i < 5; i++) {
            assertThatThrownBy(() -> Fake.ask(model, by("ann"))).isInstanceOf(ModelException.RateLimited.class);
        }
        Fake.ask(model, by("bob"));
    }

    @Test
    void a_user_whose_call_failed_may_ask_again_at_once() throws Exception {
        Fake failing = Fake.named("m").down().says("Hi");
        Model model = new LimitedModel(
                failing, LimitedModel.Options.usual().store(store).cooldown(seconds(5)), time);
        assertThatThrownBy(() -> Fake.ask(model, by("ann"))).isInstanceOf(ModelException.Unavailable.class);
        assertThat(Fake.ask(model, by("ann"))).isEqualTo("Hi");
    }

    @Test
    void who_chose_so_waits_and_what_was_waited_is_off_the_deadline() throws Exception {
        Model model = limited(l -> l.perMinute(1).waiting(true));
        Fake.ask(model);
        Fake.ask(model, Fake.prompt(s -> s.totalTimeout(seconds(70))));
        assertThat(time.slept()).containsExactly(seconds(60));
        assertThat(inner.timeout(1)).contains(seconds(10));
    }

    @Test
    void a_wait_that_the_deadline_does_not_allow_is_not_begun() throws Exception {
        Model model = limited(l -> l.perMinute(1).waiting(true));
        Fake.ask(model);
        assertThatThrownBy(() -> Fake.ask(model, Fake.prompt(s -> s.totalTimeout(seconds(60)))))
                .isInstanceOf(ModelException.RateLimited.class);
        assertThat(time.slept()).isEmpty();
    }

    @Test
    void two_models_over_one_store_share_their_limits() throws Exception {
        Fake.ask(limited(l -> l.perMinute(1)));
        assertThatThrownBy(() -> Fake.ask(limited(l -> l.perMinute(1)))).isInstanceOf(ModelException.RateLimited.class);
    }

    @Test
    void a_store_that_fails_fails_the_call() {
        LimitedModel model =
                new LimitedModel(inner, LimitedModel.Options.usual().store(new LimitStoreTest.Broken()), time);
        assertThatThrownBy(() -> Fake.ask(model)).hasMessage("The store is gone; start it.");
        assertThat(inner.calls()).isZero();
    }

    /** Against the definition, for calls at random times by random users. */
    @Test
    void in_no_minute_more_begin_than_are_allowed_and_nobody_comes_too_soon() throws Exception {
        Random random = new Random(7);
        List<Long> all = new ArrayList<>();
        long[] latest = new long[5];
        Fake counting = Fake.named("m").then((prompt, listener) -> {
            int user = Integer.parseInt(prompt.settings().get(Setting.USER).orElseThrow());
            long now = time.nanos();
            assertThat(latest[user] == 0 || now - latest[user] >= seconds(7).toNanos())
                    .isTrue();
            latest[user] = now;
            all.add(now);
            assertThat(all.stream().filter(at -> now - at < seconds(60).toNanos()))
                    .hasSizeLessThanOrEqualTo(20);
            return Completion.of("Hi", "m");
        });
        Model model = new LimitedModel(
                counting,
                LimitedModel.Options.usual().store(store).cooldown(seconds(7)).perMinute(20),
                time);
        int refused = 0;
        for (int i = 0; i < 3000; i++) {
            time.pass(Duration.ofMillis(random.nextInt(2000)));
            try {
                Fake.ask(model, by("" + random.nextInt(5)));
            } catch (ModelException.RateLimited e) {
                refused++;
            }
        }
        assertThat(refused).isPositive();
        assertThat(all.size()).isGreaterThan(900); // of at most 1,000 in 50 minutes
    }

    @Test
    void no_more_are_under_way_than_are_allowed_at_once_and_all_come_through() throws Exception {
        AtomicInteger underWay = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        Model slow = (prompt, listener) -> {
            most.accumulateAndGet(underWay.incrementAndGet(), Math::max);
            Thread.sleep(0, 1); // lets others in
            underWay.decrementAndGet();
            return Completion.of("Hi", "m");
        };
        Model model = LimitedModel.of(slow, l -> l.atOnce(4).waiting(true));
        AtomicInteger answered = new AtomicInteger();
        List<Thread> callers = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            callers.add(Thread.startVirtualThread(() -> {
                try {
                    Fake.ask(model);
                    answered.incrementAndGet();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }));
        }
        for (Thread caller : callers) {
            caller.join();
        }
        assertThat(answered).hasValue(500);
        assertThat(most.get()).isBetween(1, 4);
    }

    @Test
    void an_interrupt_ends_a_wait_for_a_place() throws Exception {
        Semaphore hold = new Semaphore(0);
        CountDownLatch begun = new CountDownLatch(1);
        Model slow = (prompt, listener) -> {
            begun.countDown();
            hold.acquire();
            return Completion.of("Hi", "m");
        };
        Model model = LimitedModel.of(slow, l -> l.atOnce(1).waiting(true));
        Thread first = Thread.startVirtualThread(() -> asking(model));
        begun.await();
        Thread second = Thread.startVirtualThread(() -> asking(model));
        second.interrupt();
        assertThat(second.join(seconds(10))).isTrue();
        hold.release(1);
        assertThat(first.join(seconds(10))).isTrue();
    }

    private static void asking(Model model) {
        try {
            Fake.ask(model);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
