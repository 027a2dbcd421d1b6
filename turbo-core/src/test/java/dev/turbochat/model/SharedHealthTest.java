package dev.turbochat.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.turbochat.error.BackendException;
import dev.turbochat.error.ModelException;
import dev.turbochat.model.Health.State;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.FutureTask;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two nodes, whose fallbacks share a store. */
@Timeout(60)
class SharedHealthTest {
    private final FakeTime time = new FakeTime();
    private final Faulty store = new Faulty(new HeapLimits(time));
    private final Fake groqHere = Fake.named("groq:llama");
    private final Fake groqThere = Fake.named("groq:llama");
    private final FallbackModel here = node(groqHere);
    private final FallbackModel there = node(groqThere);

    /** A store that may be gone for a while. */
    private static final class Faulty implements LimitStore {
        private final LimitStore inner;
        private volatile boolean gone;

        Faulty(LimitStore inner) {
            this.inner = inner;
        }

        private LimitStore inner() {
            if (gone) {
                throw new BackendException("The store is gone; start it.", null);
            }
            return inner;
        }

        @Override
        public Answer take(List<Limit> limits) throws InterruptedException {
            return inner().take(limits);
        }

        @Override
        public void giveBack(String ticket, Collection<Limit> limits) {
            inner().giveBack(ticket, limits);
        }

        @Override
        public void rest(String key, Duration length) {
            inner().rest(key, length);
        }

        @Override
        public void wake(String key) {
            inner().wake(key);
        }

        @Override
        public Map<String, Standing> standing(Collection<String> keys) throws InterruptedException {
            return inner().standing(keys);
        }

        @Override
        public String note(String key, String before, String now, Duration kept) {
            return inner().note(key, before, now, kept);
        }
    }

    private FallbackModel node(Model groq) {
        Model other = Fake.named("openai:gpt").says("openai");
        return new FallbackModel(
                List.of(groq, other), FallbackModel.Options.usual().store(store), time);
    }

    private static void ask(FallbackModel model, int times, String answer) throws Exception {
        for (int i = 0; i < times; i++) {
            assertThat(Fake.ask(model)).isEqualTo(answer);
        }
    }

    private static Health groq(FallbackModel model) {
        return model.health().getFirst();
    }

    @Test
    void failures_of_both_in_a_row_make_it_rest_for_both() throws Exception {
        groqHere.down();
        groqThere.down();
        ask(here, 3, "openai");
        ask(there, 2, "openai");

        assertThat(groq(here).state()).isEqualTo(State.RESTING);
        assertThat(groq(there).state()).isEqualTo(State.RESTING);
        ask(here, 3, "openai");
        ask(there, 3, "openai");
        assertThat(groqHere.calls()).isEqualTo(3);
        assertThat(groqThere.calls()).isEqualTo(2);
    }

    @Test
    void the_last_failure_of_one_is_the_others_and_figures_are_each_ones_own() throws Exception {
        groqHere.refusesKey();
        groqThere.says("groq");
        ask(here, 1, "openai");

        Health told = groq(there);
        assertThat(told.lastFailure()).isEqualTo(groq(here).lastFailure());
        assertThat(Objects.requireNonNull(told.lastFailure()).code())
                .isEqualTo(new ModelException.AuthenticationFailed("", "", "").code());
        assertThat(told.restsFor()).isEqualTo(Duration.ofSeconds(30));
        assertThat(told.requests()).isZero();
        assertThat(told.failures()).isZero();
    }

    @Test
    void an_answer_to_one_ends_the_row_of_both() throws Exception {
        groqHere.down();
        groqThere.says("groq").down();
        ask(here, 4, "openai");
        ask(there, 1, "groq");
        ask(here, 1, "openai");
        ask(there, 3, "openai");
        assertThat(groq(here).state()).isEqualTo(State.WORKING);
        ask(there, 1, "openai");
        assertThat(groq(here).state()).isEqualTo(State.RESTING);
    }

    @Test
    void after_its_rest_it_is_on_trial_for_both_and_rests_for_longer_each_time() throws Exception {
        groqHere.down();
        groqThere.down();
        ask(here, 5, "openai");
        time.pass(30);
        assertThat(groq(there).state()).isEqualTo(State.ON_TRIAL);
        ask(there, 2, "openai");
        assertThat(groqThere.calls()).isEqualTo(1);
        assertThat(groq(here).restsFor()).isEqualTo(Duration.ofSeconds(60));
        time.pass(60);
        ask(here, 2, "openai");
        assertThat(groqHere.calls()).isEqualTo(6);
        assertThat(groq(there).restsFor()).isEqualTo(Duration.ofMinutes(2));
    }

    @Test
    void that_it_works_again_is_known_to_both() throws Exception {
        groqHere.down().down().down().down().down().says("groq").down();
        groqThere.says("groq");
        ask(here, 5, "openai");
        time.pass(30);
        ask(there, 1, "groq");

        assertThat(groq(here).state()).isEqualTo(State.WORKING);
        ask(here, 1, "groq");
        ask(here, 4, "openai");
        assertThat(groq(here).state()).as("the row begins anew").isEqualTo(State.WORKING);
        ask(here, 1, "openai");
        assertThat(groq(there).restsFor()).as("as at first").isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void two_trials_that_fail_at_the_same_time_make_it_rest_once() throws Exception {
        CountDownLatch both = new CountDownLatch(2);
        Model meeting = (prompt, listener) -> {
            both.countDown();
            both.await();
            String unlike = "no, " + Thread.currentThread().threadId();
            throw new ModelException.Unavailable("groq:llama", unlike, null);
        };
        groqHere.refusesKey().then(meeting);
        groqThere.then(meeting);
        ask(here, 1, "openai");
        time.pass(30);
        FutureTask<String> elsewhere = new FutureTask<>(() -> Fake.ask(there));
        Thread.startVirtualThread(elsewhere);
        ask(here, 1, "openai");
        assertThat(elsewhere.get()).isEqualTo("openai");

        assertThat(groq(here).restsFor()).isEqualTo(Duration.ofSeconds(60));
        assertThat(groqHere.calls() + groqThere.calls()).isEqualTo(3);
    }

    @Test
    void no_failure_of_many_at_the_same_time_is_forgotten() throws Exception {
        int many = 40;
        CyclicBarrier all = new CyclicBarrier(2 * many);
        Model meeting = (prompt, listener) -> {
            try {
                all.await();
            } catch (BrokenBarrierException e) {
                throw new IllegalStateException(e);
            }
            String unlike = "no, " + Thread.currentThread().threadId();
            throw new ModelException.Unavailable("groq:llama", unlike, null);
        };
        groqHere.then(meeting);
        groqThere.then(meeting);
        List<FutureTask<String>> asking = IntStream.range(0, 2 * many)
                .mapToObj(i -> new FutureTask<>(() -> Fake.ask(i % 2 == 0 ? here : there)))
                .toList();
        asking.forEach(Thread::startVirtualThread);
        for (FutureTask<String> one : asking) {
            assertThat(one.get()).isEqualTo("openai");
        }
        String key = "model:groq:llama";
        Illness known = Illness.read(
                Objects.requireNonNull(store.standing(List.of(key)).get(key)).note());
        assertThat(known.inARow()).isBetween(2 * many - 5, 2 * many);
        assertThat(known.rests()).isEqualTo(1);
        assertThat(groq(here).restsFor()).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void without_the_store_each_goes_by_what_it_has_seen_itself() throws Exception {
        store.gone = true;
        groqHere.down().down().down().down().down().down().says("groq");
        groqThere.says("groq");
        ask(here, 8, "openai");
        ask(there, 8, "groq");
        assertThat(groqHere.calls()).as("it rests here").isEqualTo(5);
        assertThat(groq(here).state()).isEqualTo(State.RESTING);
        assertThat(groq(there).state()).isEqualTo(State.WORKING);
        time.pass(30);
        ask(here, 2, "openai");
        assertThat(groqHere.calls()).as("one trial").isEqualTo(6);
        assertThat(groq(here).restsFor()).isEqualTo(Duration.ofSeconds(60));
        time.pass(60);
        ask(here, 2, "groq");
        assertThat(groq(here).state()).isEqualTo(State.WORKING);
    }

    @Test
    void what_was_seen_without_the_store_counts_once_it_is_back() throws Exception {
        groqHere.down();
        groqThere.down();
        store.gone = true;
        ask(here, 3, "openai");
        store.gone = false;
        ask(here, 1, "openai");
        ask(there, 1, "openai");
        assertThat(groq(here).state()).isEqualTo(State.RESTING);
        assertThat(groq(there).state()).isEqualTo(State.RESTING);
    }

    @Test
    void what_is_wrong_with_a_request_is_noted_nowhere() throws Exception {
        groqHere.fails(new ModelException.BadRequest("groq:llama", 400, "no"));
        ask(here, 9, "openai");
        assertThat(groq(there).lastFailure()).isNull();
        assertThat(groq(there).state()).isEqualTo(State.WORKING);
    }

    @Test
    void a_note_is_read_as_it_was_written_and_what_nobody_can_read_is_none() {
        Instant at = Instant.parse("2026-01-01T00:00:00.123Z");
        Illness ill = new Illness(5, 2, new Health.Failure("unavailable", "No, not\nnow. ", at));
        assertThat(ill.note()).isEqualTo("5 2 2026-01-01T00:00:00.123Z unavailable No, not\nnow. ");
        assertThat(Illness.read(ill.note())).isEqualTo(ill);
        assertThat(Illness.NONE.note()).isEmpty();
        assertThat(List.of("", "5", "x 2 2026-01-01T00:00:00Z c m", "5 2 yesterday c m"))
                .allSatisfy(note -> assertThat(Illness.read(note)).isEqualTo(Illness.NONE));
        String half = "x".repeat(499) + "🌍";
        String note = new Illness(1, 0, new Health.Failure("c", half, at)).note();
        assertThat(Illness.read(note).note()).isEqualTo(note).endsWith("?");
    }

    @Test
    void a_rest_doubles_up_to_the_longest() {
        Duration first = Duration.ofSeconds(30);
        Duration longest = Duration.ofMinutes(5);
        assertThat(IntStream.of(1, 2, 4, 5, 1_000_000).mapToObj(rests -> new Illness(9, rests, null)))
                .map(ill -> ill.rest(first, longest).toSeconds())
                .containsExactly(30L, 60L, 240L, 300L, 300L);
    }
}
