package dev.turbochat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.turbochat.error.ConfigurationException;
import dev.turbochat.error.SessionException;
import dev.turbochat.model.Completion;
import dev.turbochat.step.Input;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

/** A run that a front end answers. */
class PushTest {
    private final Fakes.FakeModel model = Fakes.model("one", "two");
    private final Fakes.FakeFrontEnd frontEnd = Fakes.frontEnd("hi", "there");
    private final Runner runner = Runner.of(model);

    @AfterEach
    void close() {
        runner.close();
    }

    @Test
    void the_front_end_answers_and_shows_and_the_result_comes_back() throws Exception {
        String result = runner.call(
                "s",
                chat -> {
                    chat.hear("Well?");
                    chat.generate();
                    return chat.ask("And?");
                },
                frontEnd);
        assertThat(result).isEqualTo("there");
        assertThat(frontEnd.shown()).containsExactly("ask Well?", "token one", "said one", "ask And?", "done there");
    }

    @Test
    void a_routine_that_returns_something_fits() throws Exception {
        runner.run("s", PushTest::talk, frontEnd);
        assertThat(model.calls()).isEqualTo(1);
    }

    private static String talk(Chat chat) {
        return chat.generate().text();
    }

    @Test
    void the_end_of_input_leaves_the_session_asleep() {
        assertThatThrownBy(() -> runner.run(
                        "s",
                        chat -> {
                            while (true) {
                                chat.hear();
                            }
                        },
                        frontEnd))
                .isInstanceOf(SessionException.SessionAsleep.class)
                .hasMessage("Session 's' waits for input and the front end has no more; run it again to carry on.");
    }

    @Test
    void the_programs_own_exceptions_come_out_as_they_are() {
        for (Throwable thrown : List.of(
                new IOException("checked"),
                new IllegalStateException("unchecked"),
                new StackOverflowError(),
                new AssertionError("error"))) {
            assertThatThrownBy(() -> runner.call(
                            "s",
                            chat -> {
                                chat.say("oh");
                                throw Sneaky.rethrow(thrown);
                            },
                            frontEnd))
                    .isSameAs(thrown);
        }
        assertThat(frontEnd.shown())
                .containsExactly(
                        "said oh",
                        "failed program-failed: checked",
                        "said oh",
                        "failed program-failed: unchecked",
                        "said oh",
                        "failed program-failed: java.lang.StackOverflowError",
                        "said oh",
                        "failed program-failed: error");
    }

    @Test
    void a_turbo_exception_fails_the_run_under_its_own_code() {
        Fakes.FakeFrontEnd shown = Fakes.frontEnd();
        assertThatThrownBy(() -> runner.run("s", chat -> chat.context(String.class), shown))
                .isInstanceOf(dev.turbochat.error.ProgramException.NoContext.class);
        assertThat(shown.shown())
                .containsExactly("failed no-context: The program of session 's' asked for a context of type String,"
                        + " and the run was started without one; start the run with one.");
    }

    @Test
    void program_model_and_front_end_share_one_thread() throws Exception {
        Set<Thread> threads = Collections.synchronizedSet(new HashSet<>());
        model.then("one").then("two");
        FrontEnd sameThread = new FrontEnd() {
            @Override
            public Optional<Input> answer(Question question) {
                threads.add(Thread.currentThread());
                return Optional.of(Input.text("hi"));
            }

            @Override
            public void show(Event event) {
                threads.add(Thread.currentThread());
            }
        };
        Fakes.FakeModel watched = Fakes.model().then((prompt, listener) -> {
            threads.add(Thread.currentThread());
            listener.text("one");
            return Completion.of("one", "fake");
        });
        List<Thread> programs = new ArrayList<>();
        try (Runner watching = Runner.of(watched)) {
            watching.run(
                    "s",
                    chat -> {
                        programs.add(Thread.currentThread());
                        for (int i = 0; i < 1000; i++) {
                            chat.say("line " + i);
                        }
                        chat.hear();
                        chat.generate();
                        chat.effect("e", String.class, () -> {
                            threads.add(Thread.currentThread());
                            return "done";
                        });
                    },
                    sameThread);
        }
        assertThat(threads).containsExactlyElementsOf(programs);
        assertThat(programs.getFirst().isVirtual()).isTrue();
    }

    @Test
    void a_listener_is_told_of_every_event_besides_the_front_end() throws Exception {
        List<Event> told = new ArrayList<>();
        runner.run("s", chat -> chat.hear("Well?"), frontEnd, start -> start.listener(told::add));
        assertThat(told).isEqualTo(frontEnd.events).isNotEmpty();
    }

    @Test
    void the_mdc_travels_to_the_programs_thread_and_stays_there() throws Exception {
        MDC.put("request", "r-7");
        try {
            String seen = runner.call(
                    "s",
                    chat -> {
                        String request = String.valueOf(MDC.get("request"));
                        MDC.put("request", "changed");
                        return request;
                    },
                    frontEnd);
            assertThat(seen).isEqualTo("r-7");
            assertThat(MDC.get("request")).isEqualTo("r-7");
            try (Session<String> session = runner.open("p", chat -> String.valueOf(MDC.get("request")))) {
                assertThat(((Turn.Finished<String>) session.next()).result()).isEqualTo("r-7");
            }
        } finally {
            MDC.clear();
        }
    }

    @Test
    void a_result_that_json_cannot_hold_is_returned_all_the_same() throws Exception {
        List<Object> self = new ArrayList<>();
        self.add(self);
        assertThat(runner.<Object>call("s", chat -> self, question -> Optional.empty()))
                .isSameAs(self);
    }

    @Test
    void a_closed_runner_is_refused() {
        runner.close();
        runner.close();
        assertThatThrownBy(() -> runner.run("s", Chat::generate, frontEnd))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("A runner was used after it was closed; make another.");
    }

    @Test
    void a_runner_that_asks_less_than_once_is_refused() {
        assertThatThrownBy(() -> Runner.of(model, options -> options.answers(0)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Questions were to be asked 0 times; ask at least once.");
    }
}
