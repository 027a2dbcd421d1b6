package dev.turbochat.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.turbochat.error.ModelException;
import dev.turbochat.step.Message;
import dev.turbochat.step.Usage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Several who ask a model with a cache the same at the same time. */
@Timeout(60)
class CachedTogetherTest {
    private final CountDownLatch open = new CountDownLatch(1);
    private final Fake inner = Fake.named("m");
    private final Model model = CachedModel.of(inner, ResponseCache.heap(10, Duration.ofMinutes(1)));
    private final List<Thread> threads = new ArrayList<>();

    /** An answer that comes once it may. */
    private Model held(Model answer) {
        return (prompt, listener) -> {
            open.await();
            return answer.complete(prompt, listener);
        };
    }

    private static Model says(String text) {
        return Fake.named("m").says(text);
    }

    private FutureTask<Completion> asking(Prompt prompt, Model.Listener listener) {
        FutureTask<Completion> asking = new FutureTask<>(() -> model.complete(prompt, listener));
        threads.add(Thread.ofVirtual().start(asking));
        return asking;
    }

    private List<FutureTask<Completion>> asking(int many) {
        return IntStream.range(0, many)
                .mapToObj(i -> asking(Fake.prompt(), Model.Listener.NONE))
                .toList();
    }

    private void awaitAllWaiting() {
        await().until(() -> threads.stream().allMatch(thread -> switch (thread.getState()) {
            case WAITING, TIMED_WAITING, TERMINATED -> true;
            default -> false;
        }));
    }

    private static List<String> texts(List<FutureTask<Completion>> asking) throws Exception {
        List<String> texts = new ArrayList<>();
        for (FutureTask<Completion> one : asking) {
            texts.add(one.get().candidates().getFirst().text());
        }
        return texts;
    }

    @Test
    void who_ask_the_same_at_the_same_time_have_one_answer_that_is_paid_once() throws Exception {
        inner.then(held(Fake.named("m").says("Hel", "lo")));
        Fake.Ear first = new Fake.Ear();
        FutureTask<Completion> leader = asking(Fake.prompt(), first);
        await().until(() -> inner.calls() == 1);
        Fake.Ear second = new Fake.Ear();
        FutureTask<Completion> follower = asking(Fake.prompt(), second);
        List<FutureTask<Completion>> others = asking(500);
        awaitAllWaiting();
        open.countDown();

        assertThat(texts(others)).containsOnly("Hello");
        assertThat(leader.get().usage()).isEqualTo(new Usage(10, 5));
        assertThat(follower.get().usage()).isEqualTo(Usage.NONE);
        assertThat(first.heard).containsExactly("Hel", "lo");
        assertThat(second.heard).containsExactly("Hello");
        assertThat(inner.calls()).isEqualTo(1);
    }

    @Test
    void who_asks_something_else_does_not_wait() throws Exception {
        inner.then(held(says("slow"))).says("quick");
        FutureTask<Completion> slow = asking(Fake.prompt(), Model.Listener.NONE);
        await().until(() -> inner.calls() == 1);

        assertThat(Fake.ask(model, Fake.prompt(s -> s.temperature(0.5)))).isEqualTo("quick");
        assertThat(slow).isNotDone();
        open.countDown();
        assertThat(texts(List.of(slow))).containsExactly("slow");
    }

    @Test
    void the_next_takes_over_when_the_first_fails() throws Exception {
        inner.then(held(Fake.named("m").down())).says("Hello");
        FutureTask<Completion> failing = asking(Fake.prompt(), Model.Listener.NONE);
        await().until(() -> inner.calls() == 1);
        List<FutureTask<Completion>> others = asking(50);
        awaitAllWaiting();
        open.countDown();

        assertThat(texts(others)).containsOnly("Hello");
        assertThatThrownBy(failing::get).hasCauseInstanceOf(ModelException.Unavailable.class);
        assertThat(inner.calls()).isEqualTo(2);
    }

    @Test
    void nobody_waits_for_more_than_two_that_fail() throws Exception {
        inner.then(held(Fake.named("m").down())).down().says("Hello");
        List<FutureTask<Completion>> all = asking(50);
        await().until(() -> inner.calls() == 1);
        awaitAllWaiting();
        open.countDown();

        int failed = 0;
        for (FutureTask<Completion> one : all) {
            try {
                assertThat(one.get().candidates().getFirst().text()).isEqualTo("Hello");
            } catch (ExecutionException e) {
                assertThat(e).hasCauseInstanceOf(ModelException.Unavailable.class);
                failed++;
            }
        }
        assertThat(failed).isEqualTo(2);
        assertThat(inner.calls()).isBetween(3, 50);
    }

    @Test
    void the_next_takes_over_when_the_first_is_interrupted() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        inner.then((prompt, listener) -> {
                    never.await();
                    throw new AssertionError("it was interrupted");
                })
                .says("Hello");
        FutureTask<Completion> stopped = asking(Fake.prompt(), Model.Listener.NONE);
        await().until(() -> inner.calls() == 1);
        List<FutureTask<Completion>> others = asking(50);
        awaitAllWaiting();
        threads.getFirst().interrupt();

        assertThat(texts(others)).containsOnly("Hello");
        assertThatThrownBy(stopped::get).hasCauseInstanceOf(InterruptedException.class);
        assertThat(inner.calls()).isEqualTo(2);
    }

    @Test
    void one_that_waits_may_leave() throws Exception {
        inner.then(held(says("Hello")));
        FutureTask<Completion> first = asking(Fake.prompt(), Model.Listener.NONE);
        await().until(() -> inner.calls() == 1);
        FutureTask<Completion> leaving = asking(Fake.prompt(), Model.Listener.NONE);
        List<FutureTask<Completion>> others = asking(5);
        awaitAllWaiting();
        threads.get(1).interrupt();

        assertThatThrownBy(leaving::get).hasCauseInstanceOf(InterruptedException.class);
        assertThat(first).isNotDone();
        open.countDown();
        assertThat(texts(others)).containsOnly("Hello");
        assertThat(texts(List.of(first))).containsExactly("Hello");
        assertThat(inner.calls()).isEqualTo(1);
    }

    @Test
    void nobody_waits_for_longer_than_its_own_time() throws Exception {
        inner.then(held(says("Hello")));
        FutureTask<Completion> first = asking(Fake.prompt(), Model.Listener.NONE);
        await().until(() -> inner.calls() == 1);

        assertThatThrownBy(() -> Fake.ask(model, Fake.prompt(s -> s.totalTimeout(Duration.ofMillis(20)))))
                .isInstanceOf(ModelException.TimedOut.class)
                .hasMessageContaining("the whole answer");
        open.countDown();
        assertThat(texts(List.of(first))).containsExactly("Hello");
    }

    @Test
    void an_answer_that_is_not_kept_is_its_callers_alone() throws Exception {
        Message.Assistant cut = new Message.Assistant("Hel", Message.Finish.LENGTH);
        inner.then(held((prompt, listener) -> new Completion(List.of(cut), Usage.NONE, "m")))
                .says("Hello");
        FutureTask<Completion> first = asking(Fake.prompt(), Model.Listener.NONE);
        await().until(() -> inner.calls() == 1);
        List<FutureTask<Completion>> others = asking(5);
        awaitAllWaiting();
        open.countDown();

        assertThat(texts(List.of(first))).containsExactly("Hel");
        assertThat(texts(others)).containsOnly("Hello");
    }

    @Test
    void a_listener_that_throws_fails_its_own_call_alone() throws Exception {
        inner.then(held(says("Hello"))).says("Hello");
        FutureTask<Completion> deaf = asking(Fake.prompt(), piece -> {
            throw new IllegalStateException("deaf");
        });
        await().until(() -> inner.calls() == 1);
        List<FutureTask<Completion>> others = asking(5);
        awaitAllWaiting();
        open.countDown();

        assertThat(texts(others)).containsOnly("Hello");
        assertThatThrownBy(deaf::get).hasCauseInstanceOf(IllegalStateException.class);
    }
}
