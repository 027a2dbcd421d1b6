package dev.turbochat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The one place where two threads meet: no wake-up is lost, whoever interrupts whom. */
@Timeout(120)
class HandOffTest {
    private static final int ROUNDS = 100_000;

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_hundred_thousand_round_trips_lose_nothing_while_the_driver_is_interrupted(boolean virtual) throws Exception {
        CompletableFuture<Long> sum = new CompletableFuture<>();
        AtomicInteger interrupted = new AtomicInteger();
        try (Runner runner = Runner.of(Fakes.model());
                Session<Long> session = runner.open("s", chat -> {
                    long all = 0;
                    for (int i = 0; i < ROUNDS; i++) {
                        all += Integer.parseInt(chat.ask("" + i));
                    }
                    return all;
                })) {
            Thread driver = (virtual ? Thread.ofVirtual() : Thread.ofPlatform()).unstarted(() -> {
                try {
                    sum.complete(drive(session, interrupted));
                } catch (Throwable t) {
                    sum.completeExceptionally(t);
                }
            });
            driver.start();
            ThreadLocalRandom random = ThreadLocalRandom.current();
            while (!sum.isDone()) {
                driver.interrupt();
                LockSupport.parkNanos(random.nextInt(300_000));
            }
            assertThat(sum.get()).isEqualTo((long) ROUNDS * (ROUNDS - 1) / 2);
            driver.join();
        }
        assertThat(interrupted.get()).isPositive();
    }

    /** Answers every question with itself; goes on wherever it is interrupted. */
    private static long drive(Session<Long> session, AtomicInteger interrupted) {
        Turn<Long> turn = null;
        int round = 0;
        while (!(turn instanceof Turn.Finished<Long>)) {
            try {
                turn = turn instanceof Turn.AwaitingInput<Long> waiting
                        ? session.reply(waiting.prompt())
                        : session.next();
                if (turn instanceof Turn.AwaitingInput<Long> waiting) {
                    assertThat(waiting.prompt()).isEqualTo("" + round++);
                }
            } catch (InterruptedException e) {
                interrupted.incrementAndGet();
                turn = null; // the answer was given: wait for what comes of it
            }
        }
        return ((Turn.Finished<Long>) turn).result();
    }

    @Test
    void a_session_may_be_driven_by_one_thread_after_another() throws Exception {
        try (Runner runner = Runner.of(Fakes.model());
                Session<Integer> session = runner.open("s", chat -> {
                    int answers = 0;
                    while (!chat.ask("more?").equals("no")) {
                        answers++;
                    }
                    return answers;
                })) {
            for (int i = 0; i < 200; i++) {
                CompletableFuture<Turn<Integer>> turn = new CompletableFuture<>();
                boolean first = i == 0;
                (i % 2 == 0 ? Thread.ofVirtual() : Thread.ofPlatform())
                        .start(() -> {
                            try {
                                turn.complete(first ? session.next() : session.reply("yes"));
                            } catch (Throwable t) {
                                turn.completeExceptionally(t);
                            }
                        })
                        .join();
                assertThat(turn.get()).isInstanceOf(Turn.AwaitingInput.class);
            }
            assertThat(session.reply("no"))
                    .isInstanceOfSatisfying(
                            Turn.Finished.class,
                            finished -> assertThat(finished.result()).isEqualTo(199));
        }
    }

    @Test
    void an_answer_that_races_with_the_end_never_leaves_the_driver_waiting() throws Exception {
        for (int i = 0; i < 2000; i++) {
            Coroutine<String, String> coroutine = new Coroutine<>();
            AtomicBoolean answered = new AtomicBoolean();
            CountDownLatch asking = new CountDownLatch(1);
            Thread program = Thread.ofVirtual().start(() -> {
                asking.countDown();
                try {
                    coroutine.ask("?");
                    answered.set(true);
                } catch (InterruptedException e) {
                    // closed
                } finally {
                    coroutine.end();
                }
            });
            asking.await();
            assertThat(coroutine.await()).isEqualTo("?");
            program.interrupt();
            coroutine.answer("?", "!");
            assertThat(coroutine.await()).isNull();
            program.join();
        }
    }

    @Test
    void an_answer_that_was_accepted_is_the_programs_however_late_it_was_interrupted() throws Exception {
        for (int i = 0; i < 2000; i++) {
            Coroutine<String, String> coroutine = new Coroutine<>();
            CompletableFuture<Boolean> heard = new CompletableFuture<>();
            Thread program = Thread.ofVirtual().start(() -> {
                try {
                    heard.complete(coroutine.ask("?").equals("!"));
                } catch (InterruptedException e) {
                    heard.complete(false);
                }
            });
            assertThat(coroutine.await()).isEqualTo("?");
            Thread interrupting = Thread.ofVirtual().start(program::interrupt);
            boolean accepted = coroutine.answer("?", "!");
            interrupting.join();

            assertThat(heard.get()).isEqualTo(accepted);
        }
    }

    @Test
    void a_program_that_takes_its_questions_back_has_not_ended() throws Exception {
        for (int i = 0; i < 300; i++) {
            Coroutine<String, String> coroutine = new Coroutine<>();
            AtomicBoolean over = new AtomicBoolean();
            Thread program = Thread.ofVirtual().start(() -> {
                for (int question = 0; question < 200; question++) {
                    try {
                        Thread.currentThread().interrupt();
                        coroutine.ask("?");
                    } catch (InterruptedException e) {
                        assertThat(e).hasNoCause(); // it was not answered
                    }
                }
                over.set(true);
                coroutine.end();
            });
            while (coroutine.await() != null) {
                // it asks, and asks no longer
            }
            assertThat(over).isTrue();
            program.join();
        }
    }

    @Test
    void what_is_said_around_questions_that_time_out_is_told_once() throws Exception {
        for (int i = 0; i < 30; i++) {
            List<String> told = new ArrayList<>();
            try (Runner runner = Runner.of(Fakes.model());
                    Session<Integer> session = runner.open("s", chat -> {
                        int said = 0;
                        for (int question = 0; question < 20; question++) {
                            chat.say("" + said++);
                            chat.ask("?", Duration.ofMillis(1));
                            chat.say("" + said++);
                        }
                        return said;
                    })) {
                Turn<Integer> turn = session.next();
                while (turn instanceof Turn.AwaitingInput<Integer>) {
                    turn.said().forEach(message -> told.add(message.text()));
                    turn = session.next();
                }
                turn.said().forEach(message -> told.add(message.text()));
            }
            assertThat(told)
                    .containsExactlyElementsOf(
                            IntStream.range(0, 40).mapToObj(String::valueOf).toList());
        }
    }

    @Test
    void a_question_that_was_taken_back_is_followed_by_another() throws Exception {
        Coroutine<String, String> coroutine = new Coroutine<>();
        CompletableFuture<String> answer = new CompletableFuture<>();
        Thread program = Thread.ofVirtual().start(() -> {
            try {
                coroutine.ask("first");
            } catch (InterruptedException e) {
                try {
                    answer.complete(coroutine.ask("second"));
                } catch (InterruptedException again) {
                    answer.completeExceptionally(again);
                }
            }
        });
        assertThat(coroutine.await()).isEqualTo("first");
        program.interrupt();
        await().untilAsserted(() -> assertThat(coroutine.await()).isEqualTo("second"));

        assertThat(coroutine.answer("first", "late")).isFalse();
        assertThat(coroutine.answer("second", "in time")).isTrue();
        assertThat(answer.get()).isEqualTo("in time");
    }

    @Test
    void spurious_permits_do_no_harm() throws Exception {
        try (Runner runner = Runner.of(Fakes.model());
                Session<String> session = runner.open("s", chat -> {
                    LockSupport.unpark(Thread.currentThread());
                    return chat.ask("Name?");
                })) {
            LockSupport.unpark(Thread.currentThread());
            assertThat(session.next()).isInstanceOf(Turn.AwaitingInput.class);
            LockSupport.unpark(Thread.currentThread());
            assertThat(session.reply("Ada")).isInstanceOf(Turn.Finished.class);
        }
    }

    @Test
    void a_driver_that_is_interrupted_beforehand_is_told_and_can_go_on() throws Exception {
        CountDownLatch proceed = new CountDownLatch(1);
        try (Runner runner = Runner.of(Fakes.model());
                Session<String> session = runner.open("s", chat -> {
                    proceed.await();
                    return chat.ask("Name?");
                })) {
            Thread.currentThread().interrupt();
            assertThatThrownBy(session::next).isInstanceOf(InterruptedException.class);
            proceed.countDown();
            assertThat(session.next()).isInstanceOf(Turn.AwaitingInput.class);
        }
    }
}
