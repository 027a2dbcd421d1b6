package dev.turbochat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.turbochat.error.SessionException;
import dev.turbochat.memory.Body;
import dev.turbochat.memory.Delivery;
import dev.turbochat.memory.Memory;
import dev.turbochat.step.Input;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Questions that wait so long and no longer, and times that are waited for asleep. */
@Timeout(60)
class DeadlineTest extends HostFixture {
    private static final Duration SOON = Duration.ofMillis(120);
    private static final Duration A_WHILE = Duration.ofSeconds(2);

    private static String nudge(Chat chat) {
        Optional<String> answer = chat.ask("Still there?", SOON);
        return answer.orElseGet(() -> "nudged, then " + chat.ask("Hello?"));
    }

    private Runner runner() {
        return Runner.of(model, options -> options.memory(memory));
    }

    @Test
    void pushed_the_front_end_is_interrupted_when_the_time_is_over() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        FrontEnd frontEnd = question -> {
            asked.incrementAndGet();
            if (question.deadline() != null) {
                new CountDownLatch(1).await(); // nobody answers
            }
            return Optional.of(Input.text("yes"));
        };
        try (Runner runner = runner()) {
            assertThat(runner.call("s", DeadlineTest::nudge, frontEnd)).isEqualTo("nudged, then yes");
        }
        assertThat(asked).hasValue(2);
        assertThat(memory.read("s")).anyMatch(entry -> entry.body() instanceof Body.TimerDone && entry.ref() > 0);
    }

    @Test
    void an_answer_in_time_is_an_answer_also_in_a_replay() throws Exception {
        try (Runner runner = runner();
                Session<String> session = runner.open("s", chat -> nudge(chat) + chat.ask("And?"))) {
            session.next();
            session.reply("here");
        }
        Thread.sleep(SOON);
        try (Runner runner = runner();
                Session<String> session = runner.open("s", chat -> nudge(chat) + chat.ask("And?"))) {
            assertThat(session.next())
                    .isInstanceOfSatisfying(
                            Turn.AwaitingInput.class,
                            turn -> assertThat(turn.prompt()).isEqualTo("And?"));
            assertThat(((Turn.Finished<String>) session.reply("!")).result()).isEqualTo("here!");
        }
        assertThat(memory.due(Instant.MAX, 10)).isEmpty();
    }

    @Test
    void a_time_that_passes_while_nobody_runs_the_session_counts() throws Exception {
        try (Runner runner = runner();
                Session<String> session = runner.open("s", DeadlineTest::nudge)) {
            assertThat(session.next())
                    .isInstanceOfSatisfying(
                            Turn.AwaitingInput.class,
                            turn -> assertThat(turn.question().deadline()).isNotNull());
        }
        assertThat(memory.due(Instant.MAX, 10)).containsExactly("s");
        Thread.sleep(SOON);
        try (Runner runner = runner();
                Session<String> session = runner.open("s", DeadlineTest::nudge)) {
            assertThat(session.next())
                    .isInstanceOfSatisfying(
                            Turn.AwaitingInput.class,
                            turn -> assertThat(turn.prompt()).isEqualTo("Hello?"));
            session.reply("yes");
        }
    }

    @Test
    void pulled_a_late_reply_is_refused_and_the_next_question_is_there() throws Exception {
        try (Runner runner = runner();
                Session<String> session = runner.open("s", DeadlineTest::nudge)) {
            session.next();
            await().until(() -> bodies("s", Body.TimerDone.class).findAny().isPresent());
            assertThatThrownBy(() -> session.reply("too late")).isInstanceOf(SessionException.NotAsking.class);
            assertThat(session.next())
                    .isInstanceOfSatisfying(
                            Turn.AwaitingInput.class,
                            turn -> assertThat(turn.prompt()).isEqualTo("Hello?"));
            assertThat(((Turn.Finished<String>) session.reply("yes")).result()).isEqualTo("nudged, then yes");
        }
    }

    @Test
    void no_time_at_all_asks_and_does_not_wait() throws Exception {
        FrontEnd nobody = question -> {
            new CountDownLatch(1).await();
            return Optional.empty();
        };
        try (Runner runner = runner()) {
            boolean answered =
                    runner.call("s", chat -> chat.listen("?", Duration.ZERO).isPresent(), nobody);
            assertThat(answered).isFalse();
        }
    }

    @Test
    void closing_a_run_that_waits_for_a_deadline_is_no_deadline() throws Exception {
        try (Runner runner = runner();
                Session<String> session = runner.open(
                        "s", chat -> chat.ask("?", Duration.ofHours(1)).orElse("none"))) {
            session.next();
        }
        assertThat(memory.read("s")).noneMatch(entry -> entry.body() instanceof Body.TimerDone);
        assertThat(memory.due(Instant.now().plusSeconds(3_700), 1)).containsExactly("s");
        assertThat(memory.due(Instant.now().plusSeconds(3_500), 1)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 5, 60_000})
    void a_reminder_comes_whether_its_session_is_awake_or_asleep(long idle) throws Exception {
        Instant begun = Instant.now();
        Host host = host(
                chat -> {
                    chat.hear();
                    chat.sleep(Duration.ofMillis(200));
                    chat.say("Your tea is ready.");
                },
                options -> options.idle(Duration.ofMillis(idle)));
        host.deliver("s", "p", text("tea"));
        await().until(() -> bodies("s", Body.RunEnded.class).findAny().isPresent());
        assertThat(Duration.between(begun, Instant.now())).isGreaterThanOrEqualTo(Duration.ofMillis(200));
        assertThat(told(host, "s")).endsWith("said Your tea is ready.", "done null");
        assertThat(bodies("s", Body.TimerDone.class)).hasSize(1);
    }

    @Test
    void timers_are_kept_by_the_file_memory_and_found_by_the_next_process() throws Exception {
        Instant then = Instant.now().plusSeconds(2);
        for (int round = 0; round < 2; round++) {
            memory.close();
            memory = Memory.file(folder);
            Host host = host(
                    chat -> {
                        chat.hear();
                        chat.sleepUntil(then);
                        chat.say("Now.");
                    },
                    options -> options.idle(Duration.ZERO));
            if (round == 0) {
                for (int i = 0; i < 5; i++) {
                    host.deliver("s" + i, "p", text("go"));
                }
                host.close();
                assertThat(memory.due(Instant.now().plusSeconds(10), 100)).hasSize(5);
            } else {
                await().until(() -> memory.sessions().stream()
                        .allMatch(summary -> bodies(summary.session(), Body.RunEnded.class)
                                .findAny()
                                .isPresent()));
                assertThat(memory.due(Instant.MAX, 100)).isEmpty();
                assertThat(List.of("s0", "s4"))
                        .allSatisfy(session -> assertThat(bodies(session, Body.TimerDone.class))
                                .hasSize(1));
            }
        }
    }

    @Test
    void an_input_that_came_in_time_and_was_seen_late_is_an_answer() throws Exception {
        Host host = host(
                chat -> chat.say(chat.ask("Well?", A_WHILE).orElse("nothing")), options -> options.idle(Duration.ZERO));
        host.start("s", "p", "1", null);
        await().until(() -> host.awake().isEmpty());
        host.close();
        memory.deliver("s", Delivery.of("2", new Delivery.Answer(text("in time").id("2"))));
        Thread.sleep(A_WHILE.plusMillis(10));
        Host next = host(chat -> chat.say(chat.ask("Well?", A_WHILE).orElse("nothing")));
        await().until(() -> bodies("s", Body.RunEnded.class).findAny().isPresent());
        assertThat(told(next, "s")).endsWith("said in time", "done null");
    }
}
