package dev.turbochat;

import static dev.turbochat.Fakes.lines;
import static org.assertj.core.api.Assertions.assertThat;

import dev.turbochat.error.ModelException;
import dev.turbochat.memory.Body;
import dev.turbochat.memory.Memory;
import dev.turbochat.model.Completion;
import dev.turbochat.step.Message;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Stopping the answer that is being generated: it alone ends, and what had come of it is kept. */
@Timeout(60)
class StopTest {
    private final Memory memory = Memory.heap();
    private final Fakes.FakeModel model = Fakes.model();
    private final Fakes.FakeFrontEnd frontEnd = Fakes.frontEnd();
    private final Runner runner = Runner.of(model, options -> options.memory(memory));
    private final CountDownLatch streaming = new CountDownLatch(1);
    private final CountDownLatch stopped = new CountDownLatch(1);

    @AfterEach
    void close() {
        runner.close();
        memory.close();
    }

    private <R> CompletableFuture<R> drive(Program<R> program) {
        CompletableFuture<R> result = new CompletableFuture<>();
        Thread.ofPlatform().start(() -> {
            try {
                result.complete(runner.call("s", program, frontEnd));
            } catch (Throwable t) {
                result.completeExceptionally(t);
            }
        });
        return result;
    }

    private void streamThenWait(String... words) {
        model.then((prompt, listener) -> {
            for (String word : words) {
                listener.text(word);
            }
            streaming.countDown();
            new CountDownLatch(1).await();
            throw new AssertionError("unreachable");
        });
    }

    @Test
    void the_partial_answer_is_kept_and_marked_and_the_program_goes_on_without_an_interrupt() throws Exception {
        streamThenWait("half ", "an ");
        model.then("whole");
        CompletableFuture<Boolean> result = drive(chat -> {
            chat.user("hi");
            assertThat(chat.generate()).isEqualTo(new Message.Assistant("half an ", Message.Finish.STOPPED));
            boolean interrupted = Thread.currentThread().isInterrupted();
            chat.user("go on");
            chat.generate();
            return interrupted;
        });
        streaming.await();
        assertThat(runner.stop("s")).isTrue();
        assertThat(result.get()).as("interrupt flag").isFalse();
        assertThat(model.asked()).containsExactly("user: hi", "assistant: half an ", "user: go on");
        assertThat(frontEnd.shown())
                .containsExactly(
                        "token half ", "token an ", "said half an ", "token whole", "said whole", "done false");
        assertThat(memory.read("s").get(4).body())
                .isInstanceOfSatisfying(
                        Body.Generated.class,
                        generated -> assertThat(generated.message().finish()).isEqualTo(Message.Finish.STOPPED));
    }

    @Test
    void an_answer_that_was_stopped_before_its_first_word_is_not_sent_to_the_model() throws Exception {
        streamThenWait();
        model.then("whole");
        CompletableFuture<Integer> result = drive(chat -> {
            chat.user("hi");
            chat.generate();
            chat.generate();
            return chat.messages().size();
        });
        streaming.await();
        runner.stop("s");
        assertThat(result.get()).isEqualTo(3);
        assertThat(model.asked()).containsExactly("user: hi");
    }

    @Test
    void a_failure_that_the_stop_brought_about_is_no_failure() throws Exception {
        model.then((prompt, listener) -> {
            listener.text("half");
            streaming.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            throw new ModelException.StreamCut("fake", 1, null);
        });
        CompletableFuture<String> result =
                drive(chat -> chat.generate().text() + Thread.currentThread().isInterrupted());
        streaming.await();
        runner.stop("s");
        assertThat(result.get()).isEqualTo("halffalse");
    }

    @Test
    void a_model_that_ignores_the_stop_and_answers_all_the_same_is_heard_out() throws Exception {
        model.then((prompt, listener) -> {
            streaming.countDown();
            while (stopped.getCount() > 0) {
                LockSupport.parkNanos(1_000_000);
            }
            listener.text("whole");
            return Completion.of("whole", "fake");
        });
        CompletableFuture<String> result = drive(chat -> {
            Message.Assistant answer = chat.generate();
            return answer.text() + answer.finish() + Thread.currentThread().isInterrupted();
        });
        streaming.await();
        runner.stop("s");
        stopped.countDown();
        assertThat(result.get()).isEqualTo("wholeCOMPLETEfalse");
    }

    @Test
    void there_is_nothing_to_stop_where_nothing_is_generated() throws Exception {
        assertThat(runner.stop("nobody")).isFalse();
        CountDownLatch proceed = new CountDownLatch(1);
        CompletableFuture<Boolean> result = drive(chat -> {
            streaming.countDown();
            proceed.await();
            return Thread.currentThread().isInterrupted();
        });
        streaming.await();
        assertThat(runner.stop("s")).isFalse();
        proceed.countDown();
        assertThat(result.get()).as("interrupt flag").isFalse();
        assertThat(runner.stop("s")).as("after the end").isFalse();
    }

    @Test
    void a_stop_meant_for_one_answer_never_hits_what_comes_after_it() throws Exception {
        int answers = 2000;
        for (int i = 0; i < answers; i++) {
            model.then("word");
        }
        CompletableFuture<Integer> result = drive(chat -> {
            int interrupts = 0;
            for (int i = 0; i < answers; i++) {
                chat.generate();
                interrupts += Thread.interrupted() ? 1 : 0;
                chat.clear();
            }
            return interrupts;
        });
        while (!result.isDone()) {
            runner.stop("s");
            Thread.onSpinWait();
        }
        assertThat(result.get()).isZero();
    }

    @Test
    void the_front_end_may_stop_an_answer_while_it_shows_it() throws Exception {
        model.then((prompt, listener) -> {
            listener.text("one ");
            new CountDownLatch(1).await();
            throw new AssertionError("unreachable");
        });
        String answer = runner.call(
                "s",
                chat -> chat.generate().toString(),
                frontEnd,
                start -> start.listener(event -> {
                    if (event instanceof Event.Token) {
                        runner.stop("s");
                    }
                }));
        assertThat(answer).isEqualTo("Assistant[one , STOPPED]");
    }

    @Test
    void in_pull_the_partial_answer_is_said() throws Exception {
        streamThenWait("half");
        try (Session<String> session = runner.open("s", chat -> {
            chat.generate();
            return chat.ask("And now?");
        })) {
            Thread.ofVirtual().start(() -> {
                try {
                    streaming.await();
                    runner.stop("s");
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            });
            Turn<String> turn = session.next();
            assertThat(lines(turn.said())).containsExactly("assistant: half");
            assertThat(session.reply("x")).isInstanceOf(Turn.Finished.class);
        }
    }
}
