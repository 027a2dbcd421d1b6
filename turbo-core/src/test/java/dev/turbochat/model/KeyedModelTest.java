package dev.turbochat.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.turbochat.error.ModelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class KeyedModelTest {
    private final FakeTime time = new FakeTime();
    private final Fake one = Fake.named("groq:m");
    private final Fake two = Fake.named("groq:m");
    private final Fake three = Fake.named("groq:m");

    private KeyedModel keyed(Model... models) {
        return keyed(new HeapLimits(time), models);
    }

    private KeyedModel keyed(LimitStore store, Model... models) {
        LinkedHashMap<String, Model> byName = new LinkedHashMap<>();
        for (int i = 0; i < models.length; i++) {
            byName.put("GROQ_API_KEY" + (i == 0 ? "" : "_" + i), models[i]);
        }
        return new KeyedModel(byName, KeyedModel.Options.usual().store(store), time);
    }

    @Test
    void calls_one_after_the_other_go_round() throws Exception {
        one.says("1");
        two.says("2");
        three.says("3");
        Model model = keyed(one, two, three);
        List<String> answers = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            answers.add(Fake.ask(model));
        }
        assertThat(answers).containsExactly("1", "2", "3", "1", "2", "3", "1");
        assertThat(model.name()).isEqualTo("groq:m");
    }

    @Test
    void a_call_goes_to_the_key_with_the_fewest_under_way() throws Exception {
        Semaphore hold = new Semaphore(0);
        AtomicInteger[] underWay = {new AtomicInteger(), new AtomicInteger(), new AtomicInteger()};
        CountDownLatch begun = new CountDownLatch(30);
        Model[] slow = IntStream.range(0, 3)
                .mapToObj(i -> (Model) (prompt, listener) -> {
                    underWay[i].incrementAndGet();
                    begun.countDown();
                    hold.acquire();
                    underWay[i].decrementAndGet();
                    return Completion.of("" + i, "groq:m");
                })
                .toArray(Model[]::new);
        Model model = keyed(slow);
        List<Thread> callers = IntStream.range(0, 30)
                .mapToObj(i -> Thread.startVirtualThread(() -> {
                    try {
                        Fake.ask(model);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                }))
                .toList();
        begun.await();
        assertThat(underWay).extracting(AtomicInteger::get).containsExactly(10, 10, 10);
        hold.release(30);
        for (Thread caller : callers) {
            caller.join();
        }
    }

    @Test
    void a_limited_key_rests_as_long_as_the_vendor_says_and_the_call_goes_on() throws Exception {
        one.limited(Duration.ofSeconds(20)).says("1");
        two.says("2");
        Model model = keyed(one, two);
        assertThat(Fake.ask(model)).isEqualTo("2");
        time.pass(19);
        assertThat(Fake.ask(model)).isEqualTo("2");
        time.pass(1);
        assertThat(Fake.ask(model)).isEqualTo("1");
    }

    @Test
    void a_limited_key_rests_ten_seconds_where_the_vendor_says_nothing() throws Exception {
        one.limited(null).says("1");
        two.says("2");
        Model model = keyed(one, two);
        assertThat(Fake.ask(model)).isEqualTo("2");
        time.pass(Duration.ofMillis(9_999));
        assertThat(Fake.ask(model)).isEqualTo("2");
        time.pass(Duration.ofMillis(1));
        assertThat(Fake.ask(model)).isEqualTo("1");
    }

    @Test
    void where_all_rest_the_call_says_when_the_first_is_back() throws Exception {
        one.limited(Duration.ofSeconds(30)).says("1");
        two.limited(Duration.ofSeconds(12)).says("2");
        Model model = keyed(one, two);
        ModelException.RateLimited thrown =
                catchThrowableOfType(ModelException.RateLimited.class, () -> Fake.ask(model));
        assertThat(thrown)
                .hasMessage("Model 'groq:m' has had too many requests (all 2 keys rest); try again in 12 seconds.")
                .hasSuppressedException(thrown.getSuppressed()[0]);
        time.pass(2);
        thrown = catchThrowableOfType(ModelException.RateLimited.class, () -> Fake.ask(model));
        assertThat(thrown.retryAfter()).contains(Duration.ofSeconds(10));
        assertThat(one.calls() + two.calls()).isEqualTo(2);
        time.pass(10);
        assertThat(Fake.ask(model)).isEqualTo("2");
    }

    @Test
    void a_refused_key_is_taken_out_with_a_warning_that_names_its_variable() throws Exception {
        one.says("1");
        two.refusesKey();
        Model model = keyed(one, two);
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        Logger logger = (Logger) LoggerFactory.getLogger(KeyedModel.class);
        log.start();
        logger.addAppender(log);
        try {
            for (int i = 0; i < 5; i++) {
                assertThat(Fake.ask(model)).isEqualTo("1");
            }
        } finally {
            logger.detachAppender(log);
        }
        assertThat(two.calls()).isEqualTo(1);
        assertThat(log.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .containsExactly("The key in GROQ_API_KEY_1 is not used any more: Model 'groq:m' refused the key;"
                        + " set the key.");
    }

    @Test
    void where_all_were_refused_they_are_tried_again() throws Exception {
        one.refusesKey().says("1");
        two.refusesKey();
        Model model = keyed(one, two);
        assertThatThrownBy(() -> Fake.ask(model)).isInstanceOf(ModelException.AuthenticationFailed.class);
        assertThat(Fake.ask(model)).isEqualTo("1");
        assertThat(Fake.ask(model)).isEqualTo("1");
    }

    @Test
    void other_failures_are_not_a_keys() {
        one.down();
        two.says("2");
        assertThatThrownBy(() -> Fake.ask(keyed(one, two))).isInstanceOf(ModelException.Unavailable.class);
        assertThat(two.calls()).isZero();
    }

    @Test
    void no_other_key_is_asked_once_a_token_has_come() {
        one.failsAfter("Hel", new ModelException.RateLimited("groq:m", null, ""));
        two.says("2");
        assertThatThrownBy(() -> Fake.ask(keyed(one, two))).isInstanceOf(ModelException.RateLimited.class);
        assertThat(two.calls()).isZero();
    }

    @Test
    void who_rests_is_shared_through_a_store() throws Exception {
        LimitStore store = new HeapLimits(time);
        one.limited(Duration.ofSeconds(20)).says("1");
        two.says("2");
        assertThat(Fake.ask(keyed(store, one, two))).isEqualTo("2");
        assertThat(Fake.ask(keyed(store, one, two))).isEqualTo("2");
        assertThat(one.calls()).isEqualTo(1);
    }

    /** Whatever keys do, no call is lost, no resting key is asked, and the load of the healthy is even. */
    @Test
    void under_random_limits_no_resting_key_is_asked() throws Exception {
        Random random = new Random(11);
        long[] until = new long[4];
        int[] calls = new int[4];
        Model[] models = IntStream.range(0, 4)
                .mapToObj(i -> (Model) (prompt, listener) -> {
                    assertThat(time.nanos() - until[i]).isNotNegative();
                    if (random.nextInt(5) == 0) {
                        Duration rest = Duration.ofMillis(random.nextInt(1, 3000));
                        until[i] = time.nanos() + rest.toNanos();
                        throw new ModelException.RateLimited("groq:m", rest, "");
                    }
                    calls[i]++;
                    return Completion.of("ok", "groq:m");
                })
                .toArray(Model[]::new);
        for (int i = 0; i < 4; i++) {
            until[i] = time.nanos();
        }
        Model model = keyed(models);
        int answered = 0;
        for (int i = 0; i < 4000; i++) {
            time.pass(Duration.ofMillis(random.nextInt(200)));
            try {
                Fake.ask(model);
                answered++;
            } catch (ModelException.RateLimited e) {
                for (long rest : until) {
                    assertThat(rest - time.nanos())
                            .isGreaterThanOrEqualTo(e.retryAfter().orElseThrow().toNanos());
                }
            }
        }
        assertThat(answered).isGreaterThan(2500);
        assertThat(IntStream.of(calls).min().orElseThrow()).isGreaterThan(500);
    }
}
