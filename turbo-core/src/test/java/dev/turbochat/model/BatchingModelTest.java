package dev.turbochat.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.turbochat.error.ModelException;
import dev.turbochat.model.BatchingModel.Batch;
import dev.turbochat.model.BatchingModel.Request;
import dev.turbochat.step.Message;
import dev.turbochat.step.Settings;
import dev.turbochat.step.Usage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BatchingModelTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    private final BatchingModel model = BatchingModel.of("gpu:m");
    private final List<Thread> callers = new ArrayList<>();

    @AfterEach
    void close() throws InterruptedException {
        model.close();
        for (Thread caller : callers) {
            assertThat(caller.join(LONG)).isTrue();
        }
    }

    private static Prompt prompt(String text) {
        return new Prompt(List.of(new Message.User(text)), Settings.none());
    }

    private static String text(Request request) {
        return request.prompt().messages().getFirst().text();
    }

    private CompletableFuture<String> asking(String text) {
        return asking(prompt(text), Model.Listener.NONE);
    }

    private CompletableFuture<String> asking(Prompt prompt, Model.Listener listener) {
        CompletableFuture<String> answer = new CompletableFuture<>();
        int before = model.waiting();
        callers.add(Thread.startVirtualThread(() -> {
            try {
                answer.complete(
                        model.complete(prompt, listener).candidates().getFirst().text());
            } catch (InterruptedException | RuntimeException e) {
                answer.completeExceptionally(e);
            }
        }));
        await().until(() -> model.waiting() > before || answer.isDone());
        return answer;
    }

    private static Throwable failure(CompletableFuture<String> answer) {
        return Objects.requireNonNull(catchThrowable(answer::get).getCause());
    }

    @Test
    void a_batch_holds_those_who_wait_in_order_of_arrival_and_no_more_than_wanted() throws Exception {
        List<CompletableFuture<String>> answers = new ArrayList<>();
        for (String text : List.of("a", "b", "c", "d", "e")) {
            answers.add(asking(text));
        }
        try (Batch batch = model.consume(1, 3, LONG)) {
            assertThat(batch).extracting(BatchingModelTest::text).containsExactly("a", "b", "c");
            for (Request request : batch) {
                request.text("answer to ");
                request.text(text(request));
                request.complete();
            }
        }
        try (Batch batch = model.consume(1, 3, LONG)) {
            assertThat(batch).extracting(BatchingModelTest::text).containsExactly("d", "e");
            batch.forEach(request -> request.complete(new Completion(
                    List.of(new Message.Assistant("answer to " + text(request))), new Usage(1, 2), "gpu:m")));
        }
        for (int i = 0; i < 5; i++) {
            assertThat(answers.get(i).get()).isEqualTo("answer to " + "abcde".charAt(i));
        }
    }

    @Test
    void fewer_than_wanted_are_taken_when_the_time_is_up_be_it_none() throws Exception {
        try (Batch batch = model.consume(2, 4, Duration.ofMillis(5))) {
            assertThat(batch.requests()).isEmpty();
        }
        CompletableFuture<String> answer = asking("a");
        try (Batch batch = model.consume(2, 4, Duration.ofMillis(5))) {
            assertThat(batch.requests()).hasSize(1);
            batch.requests().getFirst().text("x");
            batch.requests().getFirst().complete();
        }
        assertThat(answer.get()).isEqualTo("x");
    }

    @Test
    void pieces_reach_the_listener_as_they_are_written_on_the_callers_thread() throws Exception {
        List<String> heard = Collections.synchronizedList(new ArrayList<>());
        List<Boolean> own = Collections.synchronizedList(new ArrayList<>());
        CompletableFuture<String> answer = asking(prompt("a"), piece -> {
            heard.add(piece);
            own.add(callers.contains(Thread.currentThread()));
        });
        try (Batch batch = model.consume(1, 1, LONG)) {
            Request request = batch.requests().getFirst();
            assertThat(request.text("Hel")).isTrue();
            await().until(() -> heard.contains("Hel"));
            assertThat(answer).isNotDone();
            request.text("");
            request.text("lo");
            request.complete();
            assertThat(request.text("!")).isFalse();
            request.complete(); // the first end counts
        }
        assertThat(answer.get()).isEqualTo("Hello");
        assertThat(heard).containsExactly("Hel", "lo");
        assertThat(own).containsOnly(true);
    }

    @Test
    void a_caller_that_leaves_is_skipped() throws Exception {
        CompletableFuture<String> early = asking("early");
        CompletableFuture<String> later = asking("later");
        callers.getFirst().interrupt();
        assertThat(failure(early)).isInstanceOf(InterruptedException.class);
        try (Batch batch = model.consume(1, 9, LONG)) {
            assertThat(batch).extracting(BatchingModelTest::text).containsExactly("later");
            callers.getLast().interrupt();
            assertThat(failure(later)).isInstanceOf(InterruptedException.class);
            Request request = batch.requests().getFirst();
            assertThat(request.isOpen()).isFalse();
            assertThat(request.text("x")).isFalse();
            request.complete();
        }
    }

    @Test
    void a_worker_that_closes_a_batch_fails_what_it_has_not_answered_by_name() throws Exception {
        CompletableFuture<String> one = asking("one");
        CompletableFuture<String> two = asking("two");
        try (Batch batch = model.consume(2, 2, LONG)) {
            batch.requests().getFirst().text("1");
            batch.requests().getFirst().complete();
        }
        assertThat(one.get()).isEqualTo("1");
        assertThat(failure(two))
                .isInstanceOf(ModelException.Unavailable.class)
                .hasMessage("Model 'gpu:m' is not available: its worker gave up before the answer was complete; try"
                        + " again, or use another model.");
    }

    @Test
    void an_exception_of_the_worker_fails_its_batch_and_the_next_is_served() throws Exception {
        AtomicInteger batches = new AtomicInteger();
        CompletableFuture<String> bad = asking("bad");
        Thread worker = Thread.startVirtualThread(() -> serving(batch -> {
            if (batches.incrementAndGet() == 1) {
                throw new IllegalStateException("out of memory");
            }
            for (Request request : batch) {
                request.text("fine");
                request.complete();
            }
        }));
        assertThat(failure(bad)).hasMessageContaining("out of memory");
        assertThat(asking("good").get()).isEqualTo("fine");
        model.close();
        assertThat(worker.join(LONG)).isTrue();
    }

    private void serving(BatchingModel.Worker worker) {
        try {
            model.serve(1, 16, LONG, worker);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void closing_fails_those_who_wait_and_those_being_answered_by_name() throws Exception {
        CompletableFuture<String> taken = asking("taken");
        Batch batch = model.consume(1, 1, LONG);
        CompletableFuture<String> waiting = asking("waiting");
        model.close();
        for (CompletableFuture<String> answer : List.of(taken, waiting)) {
            assertThat(failure(answer))
                    .isInstanceOf(ModelException.Unavailable.class)
                    .hasMessage("Model 'gpu:m' is not available: it was closed; try again, or use another model.");
        }
        assertThat(batch.requests().getFirst().isOpen()).isFalse();
        assertThatThrownBy(() -> model.complete(prompt("late"), Model.Listener.NONE))
                .isInstanceOf(ModelException.Unavailable.class);
        assertThatThrownBy(() -> model.consume(1, 1, LONG)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void a_caller_waits_no_longer_than_its_limits() {
        assertThatThrownBy(() -> model.complete(
                        new Prompt(
                                List.of(new Message.User("a")),
                                Settings.none().firstTokenTimeout(Duration.ofMillis(5))),
                        Model.Listener.NONE))
                .isInstanceOf(ModelException.TimedOut.class)
                .hasMessageContaining("the first token did not come within 5 ms");
        assertThatThrownBy(() -> model.complete(
                        new Prompt(
                                List.of(new Message.User("a")), Settings.none().totalTimeout(Duration.ofMillis(5))),
                        Model.Listener.NONE))
                .isInstanceOf(ModelException.TimedOut.class)
                .hasMessageContaining("the whole answer did not come within 5 ms");
        assertThat(model.waiting()).isZero();
    }

    @Test
    void an_answer_of_nothing_is_none() throws Exception {
        CompletableFuture<String> answer = asking("a");
        try (Batch batch = model.consume(1, 1, LONG)) {
            batch.requests().getFirst().complete();
        }
        assertThat(failure(answer)).isInstanceOf(ModelException.EmptyAnswer.class);
    }

    /** Of a thousand callers, some of which leave, each gets its own answer, whole and in order, from three workers. */
    @Test
    void a_thousand_callers_lose_nothing_and_nothing_is_crossed() throws Exception {
        Map<String, Integer> taken = new ConcurrentHashMap<>();
        AtomicInteger failing = new AtomicInteger();
        List<Thread> workers = new ArrayList<>();
        for (int w = 0; w < 3; w++) {
            Random random = new Random(w);
            workers.add(Thread.startVirtualThread(() -> serving(batch -> {
                assertThat(batch.requests()).hasSizeBetween(1, 16);
                batch.forEach(request -> taken.merge(text(request), 1, Integer::sum));
                boolean breaks = random.nextInt(20) == 0;
                for (int piece = 0; piece < 20; piece++) {
                    for (Request request : batch) { // in step, as a card does it
                        request.text(text(request) + "-" + piece + " ");
                    }
                    if (breaks && piece == 10) {
                        failing.addAndGet(batch.requests().size());
                        throw new IllegalStateException("the card burns");
                    }
                }
                batch.forEach(Request::complete);
            })));
        }
        AtomicInteger answered = new AtomicInteger();
        AtomicInteger failed = new AtomicInteger();
        AtomicInteger left = new AtomicInteger();
        AtomicInteger wrong = new AtomicInteger();
        CountDownLatch done = new CountDownLatch(1_000);
        for (int i = 0; i < 1_000; i++) {
            String name = "caller" + i;
            StringBuilder expected = new StringBuilder();
            for (int piece = 0; piece < 20; piece++) {
                expected.append(name).append('-').append(piece).append(' ');
            }
            boolean leaves = i % 10 == 3;
            Thread.startVirtualThread(() -> {
                StringBuilder heard = new StringBuilder();
                try {
                    String answer = model.complete(prompt(name), piece -> {
                                heard.append(piece);
                                if (leaves) {
                                    Thread.currentThread().interrupt();
                                }
                            })
                            .candidates()
                            .getFirst()
                            .text();
                    if (!answer.contentEquals(expected) || !answer.contentEquals(heard)) {
                        wrong.incrementAndGet();
                    }
                    answered.incrementAndGet();
                } catch (InterruptedException e) {
                    left.incrementAndGet();
                } catch (ModelException.Unavailable e) {
                    failed.incrementAndGet();
                } finally {
                    if (!expected.toString().startsWith(heard.toString())) {
                        wrong.incrementAndGet();
                    }
                    done.countDown();
                }
            });
        }
        done.await();
        model.close();
        for (Thread worker : workers) {
            assertThat(worker.join(LONG)).isTrue();
        }
        assertThat(wrong).hasValue(0);
        assertThat(answered.get() + failed.get() + left.get()).isEqualTo(1_000);
        assertThat(taken)
                .hasSize(1_000)
                .allSatisfy((name, times) -> assertThat(times).isEqualTo(1));
        assertThat(failed.get()).isLessThanOrEqualTo(failing.get());
        assertThat(answered.get()).isGreaterThanOrEqualTo(1_000 - failing.get() - 100);
        assertThat(left.get()).isBetween(1, 100);
    }
}
