package dev.turbochat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.turbochat.error.ModelException;
import dev.turbochat.error.ProgramException;
import dev.turbochat.error.SessionException;
import dev.turbochat.memory.Body;
import dev.turbochat.memory.Memory;
import dev.turbochat.step.Message;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a host does with what is delivered. */
@Timeout(60)
class HostTest extends HostFixture {

    enum Size {
        SMALL,
        LARGE
    }

    // Input

    @Test
    void the_first_input_answers_the_first_untyped_question() throws Exception {
        model.then("Hello.");
        Host host = host(HostFixture::talk);
        host.deliver("s", "p", text("Hi"));
        assertThat(told(host, "s")).containsExactly("ask ", "heard Hi", "said Hello.", "ask ");
        assertThat(model.asked()).containsExactly("system: Be kind.", "user: Hi");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 60_000})
    void a_typed_question_is_asked_before_the_first_input_is_used(long idle) throws Exception {
        Host host = host(
                chat -> {
                    Size size = chat.ask("Which size?", Size.class);
                    String extra = chat.ask("Anything else?");
                    chat.say(size + ", " + extra);
                },
                options -> options.idle(Duration.ofMillis(idle)));
        host.deliver("s", "p", text("large"));
        assertThat(told(host, "s")).containsExactly("ask Which size?");
        assertThat(answers("s")).isEmpty();
        host.deliver("s", "p", text("small"));
        assertThat(told(host, "s"))
                .containsExactly(
                        "ask Which size?",
                        "heard small",
                        "ask Anything else?",
                        "heard large",
                        "said SMALL, large",
                        "done null");
        assertThat(memory.inbox("s")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 60_000})
    void an_input_that_is_delivered_ten_times_is_one_entry(long idle) throws Exception {
        model.then("One.").then("Two.");
        Host host = host(HostFixture::talk, options -> options.idle(Duration.ofMillis(idle)));
        for (int i = 0; i < 10; i++) {
            host.deliver("s", "p", text("first").id("a"));
        }
        told(host, "s");
        List<Throwable> failures = new ArrayList<>();
        CyclicBarrier together = new CyclicBarrier(10);
        CountDownLatch done = new CountDownLatch(10);
        for (int i = 0; i < 10; i++) {
            inThread(
                    () -> {
                        together.await();
                        host.deliver("s", "p", text("second").id("b"));
                        done.countDown();
                    },
                    failures::add);
        }
        done.await();
        told(host, "s");
        assertThat(failures).isEmpty();
        assertThat(answers("s")).containsExactly("first", "second");
        assertThat(model.calls()).isEqualTo(2);
    }

    @Test
    void input_is_stored_when_it_was_delivered() throws Exception {
        Held held = new Held("Wait", "ed.");
        model.then("Then.");
        Host host = host(HostFixture::talk);
        host.deliver("s", "p", text("one").id("1"));
        assertThat(answers("s")).containsExactly("one");
        held.begun.await();
        host.deliver("s", "p", text("two").id("2"));
        assertThat(memory.inbox("s"))
                .singleElement()
                .satisfies(delivery -> assertThat(delivery.id()).isEqualTo("2"));
        held.proceed.countDown();
        told(host, "s");
        assertThat(memory.inbox("s")).isEmpty();
        assertThat(answers("s")).containsExactly("one", "two");
    }

    @Test
    void bad_input_is_refused_and_changes_nothing() throws Exception {
        Host host = host(HostFixture::talk);
        assertThatThrownBy(() -> host.deliver("s", "p", text("  "))).isInstanceOf(SessionException.EmptyInput.class);
        assertThatThrownBy(() -> host.deliver("s", "p", text("x".repeat(65_537))))
                .isInstanceOf(SessionException.InputTooLong.class)
                .hasMessage("Session 's' was given an input of 65537 bytes where 65536 are the most; send less, or in"
                        + " parts.");
        assertThatThrownBy(() -> host.deliver("s", "nobody", text("hi")))
                .isInstanceOf(ProgramException.NotRegistered.class)
                .hasMessage("Session 's' needs program 'nobody', which is not registered here; register it with the"
                        + " runner: r.program(name, version, program).");
        assertThatThrownBy(() -> host.deliver("", "p", text("hi"))).isInstanceOf(SessionException.BadSessionId.class);
        assertThat(host.awake()).isEmpty();
        model.then("Hello.");
        host.deliver("s", "p", text("hi"));
        assertThat(told(host, "s")).contains("said Hello.");
    }

    @Test
    void a_secret_is_handed_over_and_stored_nowhere() throws Exception {
        memory = Memory.file(folder);
        AtomicReference<String> secret = new AtomicReference<>();
        Host host = host(
                chat -> {
                    chat.hear();
                    secret.set(chat.askSecret("Password?"));
                    chat.hear();
                },
                options -> options.idle(Duration.ZERO));
        host.deliver("s", "p", text("hi").id("1"));
        told(host, "s");
        host.deliver("s", "p", text("open sesame").id("2"));
        await().until(() -> host.awake().isEmpty());
        assertThat(told(host, "s")).containsExactly("ask ", "heard hi", "ask Password?", "heard ***", "ask Password?");
        assertThat(secret).hasValue("open sesame");
        host.deliver("s", "p", text("open sesame").id("2"));
        assertThat(told(host, "s")).endsWith("ask Password?");
        host.deliver("s", "p", text("what I wanted to say").id("3"));
        assertThat(told(host, "s")).endsWith("heard ***", "ask Password?");
        try (var files = java.nio.file.Files.walk(folder)) {
            for (var file : files.filter(java.nio.file.Files::isRegularFile).toList()) {
                assertThat(file).content().doesNotContain("sesame");
            }
        }
    }

    // While the program is busy

    @Test
    void an_input_waits_for_its_question() throws Exception {
        Held held = new Held("A", "1");
        model.then("A2").then("A3");
        Host host = host(HostFixture::talk);
        host.deliver("s", "p", text("1"));
        held.begun.await();
        host.deliver("s", "p", text("2"));
        host.deliver("s", "p", text("3"));
        held.proceed.countDown();
        told(host, "s");
        assertThat(answers("s")).containsExactly("1", "2", "3");
        assertThat(generated("s")).extracting(Message::text).containsExactly("A1", "A2", "A3");
    }

    @Test
    void an_input_interrupts_the_answer_which_is_kept_and_marked() throws Exception {
        Held held = new Held("Once upon", " a time");
        model.then("Sure.");
        Host host = host(HostFixture::talk, options -> options.busy(Busy.INTERRUPT));
        host.deliver("s", "p", text("a story"));
        held.begun.await();
        host.deliver("s", "p", text("stop, a joke"));
        told(host, "s");
        assertThat(generated("s"))
                .containsExactly(
                        new Message.Assistant("Once upon", Message.Finish.STOPPED), new Message.Assistant("Sure."));
        assertThat(model.asked())
                .containsExactly("system: Be kind.", "user: a story", "assistant: Once upon", "user: stop, a joke");
    }

    @Test
    void an_input_steers_what_the_program_does_next() throws Exception {
        Held held = new Held("Plan", " A");
        model.then("Plan B");
        Host host = host(
                chat -> {
                    while (true) {
                        chat.hear();
                        chat.generate();
                        chat.generate();
                    }
                },
                options -> options.busy(Busy.STEER));
        host.deliver("s", "p", text("plan"));
        held.begun.await();
        host.deliver("s", "p", text("with less sugar"));
        held.proceed.countDown();
        told(host, "s");
        assertThat(model.asked()).containsExactly("user: plan", "assistant: Plan A", "user: with less sugar");
        assertThat(answers("s")).containsExactly("plan");
        assertThat(memory.inbox("s")).isEmpty();
    }

    @Test
    void an_input_that_cannot_steer_any_more_answers() throws Exception {
        Held held = new Held("Plan", " A");
        model.then("Sweet.");
        Host host = host(HostFixture::talk, options -> options.busy(Busy.STEER));
        host.deliver("s", "p", text("plan"));
        held.begun.await();
        host.deliver("s", "p", text("with less sugar"));
        held.proceed.countDown();
        told(host, "s");
        assertThat(answers("s")).containsExactly("plan", "with less sugar");
    }

    @Test
    void an_input_is_refused_while_the_program_is_busy() throws Exception {
        Held held = new Held("A", "1");
        model.then("A2");
        Host host = host(HostFixture::talk, options -> options.busy(Busy.REJECT));
        host.deliver("s", "p", text("1"));
        held.begun.await();
        assertThatThrownBy(() -> host.deliver("s", "p", text("2"))).isInstanceOf(SessionException.RunBusy.class);
        held.proceed.countDown();
        told(host, "s");
        host.deliver("s", "p", text("2"));
        told(host, "s");
        assertThat(answers("s")).containsExactly("1", "2");
    }

    @Test
    void so_many_inputs_wait_and_no_more() throws Exception {
        Held held = new Held("A", "1");
        Host host = host(chat -> {
            chat.hear();
            chat.generate();
        });
        host.deliver("s", "p", text("0"));
        held.begun.await();
        for (int i = 0; i < Memory.INBOX; i++) {
            host.deliver("s", "p", text("more"));
        }
        assertThatThrownBy(() -> host.deliver("s", "p", text("too much")))
                .isInstanceOf(SessionException.InboxFull.class);
        for (int i = 0; i < Memory.INBOX; i++) {
            model.then("ok");
        }
        held.proceed.countDown();
        await().until(() -> memory.inbox("s").isEmpty() && host.awake().isEmpty());
        assertThat(answers("s")).hasSize(101);
    }

    @Test
    void a_stopped_answer_is_kept_and_the_program_goes_on() throws Exception {
        Held held = new Held("Once", " more");
        Host host = host(HostFixture::talk);
        host.deliver("s", "p", text("a story"));
        held.begun.await();
        assertThat(host.stop("s")).isTrue();
        assertThat(told(host, "s")).endsWith("said Once", "ask ");
        assertThat(generated("s")).containsExactly(new Message.Assistant("Once", Message.Finish.STOPPED));
        assertThat(host.stop("s")).isFalse();
    }

    // Runs one after the other

    @Test
    void input_beyond_the_end_starts_the_next_run() throws Exception {
        Held held = new Held("A", "1");
        model.then("A2").then("A3");
        Host host = host(chat -> {
            chat.hear();
            chat.generate();
        });
        host.deliver("s", "p", text("1"));
        held.begun.await();
        host.deliver("s", "p", text("2"));
        held.proceed.countDown();
        told(host, "s");
        host.deliver("s", "p", text("3"));
        told(host, "s");
        assertThat(model.asked()).containsExactly("user: 1", "assistant: A1", "user: 2", "assistant: A2", "user: 3");
        assertThat(bodies("s", Body.RunStarted.class)).hasSize(3);
        assertThat(memory.inbox("s")).isEmpty();
    }

    @Test
    void an_input_that_nobody_asks_for_is_done_with_when_its_run_ends() throws Exception {
        AtomicInteger runs = new AtomicInteger();
        Host host = host(chat -> chat.say("Hello, for the " + runs.incrementAndGet()));
        host.deliver("s", "p", text("hi").id("1"));
        assertThat(told(host, "s")).containsExactly("said Hello, for the 1", "done null");
        host.deliver("s", "p", text("hi").id("1"));
        assertThat(told(host, "s")).hasSize(2);
        host.deliver("s", "p", text("hi").id("2"));
        assertThat(told(host, "s")).endsWith("said Hello, for the 2", "done null");
        assertThat(memory.inbox("s")).isEmpty();
    }

    @Test
    void a_failed_run_is_told_and_recorded_and_the_next_input_starts_another() throws Exception {
        model.thenFail(new ModelException.Unavailable("fake", "it is down", null))
                .then("Better.");
        Host host = host(HostFixture::talk);
        host.deliver("s", "p", text("hi"));
        assertThat(told(host, "s")).containsExactly("ask ", "heard hi", "failed unavailable");
        host.deliver("s", "p", text("again"));
        assertThat(told(host, "s")).endsWith("said Better.", "ask ");
        assertThat(model.asked()).containsExactly("system: Be kind.", "user: again");
        assertThat(host.parked()).isEmpty();
    }

    @Test
    void a_retry_takes_the_failed_step_back_and_goes_on_before_it() throws Exception {
        AtomicInteger effects = new AtomicInteger();
        model.thenFail(new ModelException.Unavailable("fake", "it is down", null))
                .then("Better.");
        Host host = host(chat -> {
            String text = chat.hear().text();
            chat.effect("count", Integer.class, effects::incrementAndGet);
            chat.generate();
            chat.say("You said " + text);
        });
        host.deliver("s", "p", text("hi"));
        assertThat(told(host, "s")).endsWith("failed unavailable");
        host.retry("s");
        assertThat(told(host, "s")).endsWith("effect count", "said Better.", "said You said hi", "done null");
        assertThat(effects).hasValue(1);
        assertThatThrownBy(() -> host.retry("s")).isInstanceOf(SessionException.NothingToRetry.class);
    }

    @Test
    void a_retry_keeps_what_was_posted_after_the_failure() throws Exception {
        model.thenFail(new ModelException.Unavailable("fake", "it is down", null))
                .then("Better.")
                .then("And?");
        Host host = host(chat -> {
            chat.hear();
            chat.generate();
            chat.generate();
        });
        host.deliver("s", "p", text("hi"));
        assertThat(told(host, "s")).endsWith("failed unavailable");
        host.post("s", "m-1", new Message.User("Posted."));
        host.retry("s");
        assertThat(told(host, "s")).endsWith("said Better.", "said And?", "done null");
        assertThat(model.asked()).contains("user: hi", "user: Posted.");
        host.post("s", "m-1", new Message.User("Posted."));
        assertThat(bodies("s", Body.Posted.class)).hasSize(2);
    }

    @Test
    void a_program_is_started_without_input_once() throws Exception {
        Host host = host(chat -> {
            chat.say("Good morning, " + chat.context(String.class));
            chat.hear();
        });
        for (int i = 0; i < 3; i++) {
            host.start("s", "p", "start-1", "Ada");
        }
        assertThat(told(host, "s")).containsExactly("said Good morning, Ada", "ask ");
        host.deliver("s", "p", text("hi"));
        assertThat(told(host, "s")).endsWith("heard hi", "done null");
        host.start("s", "p", "start-1", "Ada");
        assertThat(bodies("s", Body.RunStarted.class)).hasSize(1);
    }

    @Test
    void messages_are_posted_from_outside_at_any_time() throws Exception {
        model.then("Paid.").then("Yes.");
        Host host = host(HostFixture::talk);
        host.post("s", "m-0", new Message.User("Imported."));
        host.deliver("s", "p", text("hi"));
        told(host, "s");
        host.post("s", "m-1", new Message.System("A payment has come in."));
        host.post("s", "m-1", new Message.System("A payment has come in."));
        host.deliver("s", "p", text("Is it paid?"));
        told(host, "s");
        assertThat(model.asked())
                .containsExactly(
                        "user: Imported.",
                        "system: Be kind.",
                        "user: hi",
                        "assistant: Paid.",
                        "system: A payment has come in.",
                        "user: Is it paid?");
    }

    // Versions

    @Test
    void a_run_is_carried_on_by_the_version_that_began_it() throws Exception {
        Host old = hostOf(
                runner -> runner.routine("p", 1, chat -> {
                    chat.hear();
                    chat.say("old");
                    chat.hear();
                    chat.say("still old");
                }),
                options -> options);
        old.deliver("s", "p", text("1"));
        assertThat(told(old, "s")).endsWith("said old", "ask ");
        old.close();
        Host both = hostOf(
                runner -> runner.routine("p", 2, chat -> {
                            chat.hear();
                            chat.say("new");
                        })
                        .routine("p", 1, chat -> {
                            chat.hear();
                            chat.say("old");
                            chat.hear();
                            chat.say("still old");
                        }),
                options -> options);
        both.deliver("s", "p", text("2"));
        assertThat(told(both, "s")).endsWith("said still old", "done null");
        both.deliver("s", "p", text("3"));
        assertThat(told(both, "s")).endsWith("said new", "done null");
        assertThat(bodies("s", Body.RunStarted.class).map(Body.RunStarted::version))
                .containsExactly(1, 2);
    }

    @Test
    void a_version_that_is_gone_is_named_and_the_session_is_left_alone() throws Exception {
        Host old = host(HostFixture::talk);
        model.then("Hello.");
        old.deliver("s", "p", text("hi"));
        told(old, "s");
        old.close();
        var before = memory.read("s");
        Host host = hostOf(runner -> runner.routine("p", 2, HostFixture::talk), options -> options);
        assertThatThrownBy(() -> host.deliver("s", "p", text("more")))
                .isInstanceOf(ProgramException.NotRegistered.class)
                .hasMessage("Session 's' needs program 'p', version '1', which is not registered here (its versions [2]"
                        + " are); register it with the runner: r.program(name, version, program).");
        assertThat(host.parked()).containsOnlyKeys("s");
        assertThat(memory.read("s")).isEqualTo(before);
    }

    @Test
    void a_diverged_session_is_parked_until_its_program_is_back() throws Exception {
        model.then("Hello.");
        Host old = host(HostFixture::talk, options -> options.idle(Duration.ZERO));
        old.deliver("s", "p", text("hi"));
        told(old, "s");
        old.close();
        var before = memory.read("s");
        AtomicInteger lives = new AtomicInteger();
        Host changed = host(chat -> {
            lives.incrementAndGet();
            chat.say("Something else.");
        });
        assertThatThrownBy(() -> changed.deliver("s", "p", text("more"))).isInstanceOf(ProgramException.Diverged.class);
        assertThat(told(changed, "s")).contains("failed diverged");
        Thread.sleep(100); // ten sweeps
        assertThat(lives.get()).isLessThanOrEqualTo(2);
        assertThat(memory.read("s")).isEqualTo(before);
        assertThat(changed.parked()).containsOnlyKeys("s");
        assertThat(model.calls()).isEqualTo(1);
        changed.close();

        model.then("I am back.");
        Host mended = host(HostFixture::talk);
        mended.deliver("s", "p", text("more"));
        assertThat(told(mended, "s")).endsWith("said I am back.", "ask ");
    }

    // Bounds, and the end

    @Test
    void who_waits_longest_makes_room() throws Exception {
        Host host = host(
                chat -> {
                    while (true) {
                        chat.say("You said " + chat.hear().text());
                    }
                },
                options -> options.awake(3));
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < 20; i++) {
                host.deliver("s" + i, "p", text(round + "." + i));
                assertThat(host.awake().size()).isLessThanOrEqualTo(3);
            }
        }
        for (int i = 0; i < 20; i++) {
            assertThat(answers("s" + i)).containsExactly("0." + i, "1." + i, "2." + i);
        }
    }

    @Test
    void a_full_host_refuses_after_a_while_and_stores_nothing() throws Exception {
        Held held = new Held("A", "1");
        Host host = host(HostFixture::talk, options -> options.awake(1).patience(Duration.ofMillis(50)));
        host.deliver("busy", "p", text("1"));
        held.begun.await();
        assertThatThrownBy(() -> host.deliver("other", "p", text("2")))
                .isInstanceOf(SessionException.HostFull.class)
                .hasMessage("Session 'other' cannot be woken now: 1 sessions are awake and busy; try again, or let the"
                        + " host have more awake.");
        assertThat(memory.read("other")).isEmpty();
        held.proceed.countDown();
        model.then("A2");
        host.deliver("other", "p", text("2"));
        assertThat(told(host, "other")).contains("said A2");
    }

    @Test
    void closing_lets_answers_end_and_takes_nothing_more() throws Exception {
        Held held = new Held("A", "1");
        model.then("A2");
        Host host = host(HostFixture::talk);
        host.deliver("busy", "p", text("1"));
        held.begun.await();
        Thread closing = Thread.ofVirtual().start(host::close);
        await().ignoreExceptions()
                .untilAsserted(() -> assertThatThrownBy(() -> host.deliver("s", "p", text("2")))
                        .isInstanceOf(SessionException.HostClosed.class));
        held.proceed.countDown();
        closing.join();
        assertThat(generated("busy")).containsExactly(new Message.Assistant("A1"));
        assertThat(host.awake()).isEmpty();
        Host next = host(HostFixture::talk);
        next.deliver("busy", "p", text("2"));
        assertThat(told(next, "busy")).endsWith("said A2", "ask ");
    }

    @Test
    void closing_takes_down_what_does_not_come_to_a_question_and_the_next_host_carries_it_on() throws Exception {
        Held held = new Held("A", "1");
        Host host = host(HostFixture::talk, options -> options.drain(Duration.ofMillis(50)));
        host.deliver("s", "p", text("1"));
        held.begun.await();
        host.close();
        assertThat(generated("s")).isEmpty();
        model.then("Again.");
        Host next = host(HostFixture::talk);
        assertThat(told(next, "s")).containsExactly("ask ", "heard 1", "restart", "said Again.", "ask ");
    }

    @ParameterizedTest
    @EnumSource(Busy.class)
    void every_policy_answers_a_question_that_is_being_asked(Busy busy) throws Exception {
        model.then("1").then("2");
        Host host = host(HostFixture::talk, options -> options.busy(busy).idle(Duration.ZERO));
        host.deliver("s", "p", text("one"));
        told(host, "s");
        host.deliver("s", "p", text("two"));
        told(host, "s");
        assertThat(answers("s")).containsExactly("one", "two");
    }

    @Test
    void a_deadline_comes_and_goes_awake_and_asleep() throws Exception {
        for (Duration idle : List.of(Duration.ofMinutes(1), Duration.ZERO)) {
            String session = "s" + idle;
            Host host = host(
                    chat -> {
                        chat.hear();
                        Optional<String> answer = chat.ask("Still there?", Duration.ofMillis(150));
                        chat.say(answer.map(text -> "You said " + text).orElse("Good bye."));
                    },
                    options -> options.idle(idle));
            Instant begun = Instant.now();
            host.deliver(session, "p", text("hi"));
            await().until(() -> bodies(session, Body.RunEnded.class).findAny().isPresent());
            assertThat(Duration.between(begun, Instant.now())).isGreaterThanOrEqualTo(Duration.ofMillis(150));
            assertThat(told(host, session)).endsWith("said Good bye.", "done null");
            host.close();
        }
    }
}
