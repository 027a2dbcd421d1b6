package dev.turbochat;

import static dev.turbochat.Fakes.lines;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.turbochat.error.ModelException;
import dev.turbochat.error.SessionException;
import dev.turbochat.memory.Body;
import dev.turbochat.memory.Entry;
import dev.turbochat.memory.Memory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How runs follow each other in a session, and how one that did not end carries on; on the heap and in files. */
@Timeout(120)
class SessionsTest {

    @Nested
    class OnTheHeap extends Contract {
        OnTheHeap() {
            super(Memory.heap());
        }
    }

    @Nested
    class InFiles extends Contract {
        InFiles(@TempDir Path folder) {
            super(Memory.file(folder));
        }
    }

    abstract static class Contract extends SessionsFixture {
        Contract(Memory memory) {
            super(memory);
        }

        @Test
        void an_ended_run_is_followed_by_a_new_one_that_keeps_the_messages() throws Exception {
            Routine routine = chat -> {
                chat.system("Be brief.");
                chat.user("hi");
                chat.generate();
            };
            run(routine);
            run(routine);
            assertThat(model.asked()).containsExactly("system: Be brief.", "user: hi", "assistant: one", "user: hi");
            assertThat(memory.read("s").stream().map(entry -> entry.position().run()))
                    .startsWith(0, 1)
                    .endsWith(2);
        }

        @Test
        void pins_and_examples_are_kept_as_well() throws Exception {
            run(chat -> {
                chat.example("2+2", "4");
                chat.pin("name", "The user is Ada.");
                chat.user("hi");
            });
            run(Chat::generate);
            assertThat(model.asked())
                    .containsExactly("user: 2+2", "assistant: 4", "system: The user is Ada.", "user: hi");
        }

        @Test
        void a_run_records_its_program_version_and_result() throws Exception {
            try (Runner runner = runner()) {
                runner.<Integer>call("s", chat -> 42, frontEnd, start -> start.program("answer", 7));
            }
            assertThat(memory.read("s").stream().map(Entry::body))
                    .containsExactly(
                            new Body.Header(Entry.FORMAT, "s"),
                            new Body.RunStarted("answer", 7, null),
                            new Body.RunEnded(Body.Outcome.OK, Json.of(42), null, null));
            assertThat(memory.sessions())
                    .singleElement()
                    .matches(summary -> summary.session().equals("s")
                            && summary.program().equals("answer")
                            && summary.entries() == 3);
        }

        @Test
        void what_was_said_aside_is_not_kept() throws Exception {
            run(chat -> chat.aside(aside -> {
                aside.user("inner");
                return aside.generate();
            }));
            run(chat -> assertThat(chat.messages()).isEmpty());
        }

        @Test
        void what_was_cleared_stays_cleared() throws Exception {
            run(chat -> {
                chat.user("hi");
                chat.clear();
                chat.user("there");
            });
            run(chat -> assertThat(lines(chat.messages())).containsExactly("user: there"));
        }

        @Test
        void a_failed_run_is_recorded_and_followed_by_a_new_one_that_keeps_the_messages() throws Exception {
            assertThatThrownBy(() -> run(chat -> {
                        chat.user("hi");
                        throw new IllegalStateException("oven");
                    }))
                    .hasMessage("oven");
            assertThat(memory.read("s").getLast().body())
                    .isEqualTo(new Body.RunEnded(
                            Body.Outcome.ERROR, null, "program-failed", "java.lang.IllegalStateException: oven"));
            run(chat -> {
                assertThat(lines(chat.messages())).containsExactly("user: hi");
                chat.generate();
            });
            assertThat(memory.read("s").getLast().body())
                    .isEqualTo(new Body.RunEnded(Body.Outcome.OK, null, null, null));
        }

        @Test
        void a_models_failure_that_ended_a_run_is_not_replayed_for_ever() throws Exception {
            Fakes.FakeModel locked =
                    Fakes.model().thenFail(new ModelException.AuthenticationFailed("m", "no", "set a key"));
            try (Runner runner = Runner.of(locked, options -> options.memory(memory))) {
                assertThatThrownBy(() -> runner.run("s", Chat::generate, frontEnd))
                        .isInstanceOf(ModelException.AuthenticationFailed.class);
            }
            run(Chat::generate);
            assertThat(model.calls()).isEqualTo(1);
        }

        @Test
        void an_unfinished_run_carries_on_without_saying_or_generating_again() throws Exception {
            List<String> names = new ArrayList<>();
            Routine routine = chat -> {
                chat.system("Be brief.");
                chat.notice("welcome");
                chat.say("hello");
                names.add(chat.ask("Name?"));
                chat.user("I am " + names.getLast());
                chat.generate();
                chat.example("2+2", "4");
                chat.pin("p", "pinned");
                chat.hear("Town?");
                chat.generate();
            };
            answers("Ada");
            runAsleep(routine);
            assertThat(frontEnd.shown())
                    .containsExactly("notice welcome", "said hello", "ask Name?", "token one", "said one", "ask Town?");
            frontEnd.events.clear();
            runAsleep(routine);
            assertThat(frontEnd.shown()).containsExactly("ask Town?");
            frontEnd.events.clear();
            answers("Rome");
            run(routine);
            assertThat(frontEnd.shown()).containsExactly("ask Town?", "token two", "said two", "done null");
            assertThat(names).containsOnly("Ada").hasSize(3);
            assertThat(model.calls()).isEqualTo(2);
            assertThat(model.asked())
                    .containsExactly(
                            "system: Be brief.",
                            "user: 2+2",
                            "assistant: 4",
                            "system: pinned",
                            "assistant: hello",
                            "user: I am Ada",
                            "assistant: one",
                            "user: Rome");
        }

        @Test
        void sleeping_leaves_the_same_journal_as_not_sleeping() throws Exception {
            Routine routine = chat -> {
                chat.hear("Name?");
                chat.generate();
                chat.ask("Age?", Integer.class);
                chat.aside(aside -> {
                    aside.say("psst");
                    return aside.ask("Secretly?");
                });
                chat.effect("e", String.class, () -> "x");
                chat.askSecret("Key?");
                chat.say("bye");
            };
            String[] given = {"Ada", "old", "42", "yes", "key"};
            for (String answer : given) {
                answers(answer);
                if (!answer.equals("key")) {
                    runAsleep(routine);
                }
            }
            run(routine);
            answers(given);
            List<String> slept = shape("s");
            try (Runner runner = Runner.of(Fakes.model("one"), options -> options.memory(memory))) {
                runner.run("t", routine, frontEnd);
            }
            assertThat(slept).isEqualTo(shape("t"));
        }

        private List<String> shape(String session) {
            return memory.read(session).stream()
                    .map(entry -> entry.position() + " " + entry.ref() + " " + entry.attempt() + " "
                            + entry.body().getClass().getSimpleName() + " "
                            + entry.body().name())
                    .toList();
        }

        @Test
        void an_answer_that_was_cut_off_by_closing_is_generated_again_as_the_next_attempt() throws Exception {
            CountDownLatch generating = new CountDownLatch(1);
            Fakes.FakeModel hanging = Fakes.model().then((prompt, listener) -> {
                listener.text("half an ans");
                generating.countDown();
                new CountDownLatch(1).await();
                throw new AssertionError("unreachable");
            });
            Routine routine = chat -> {
                chat.user("hi");
                chat.generate();
            };
            Runner first = Runner.of(hanging, options -> options.memory(memory));
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                Future<?> running = threads.submit(() -> {
                    first.run("s", routine, frontEnd);
                    return null;
                });
                generating.await();
                first.close();
                assertThatThrownBy(running::get).hasCauseInstanceOf(SessionException.SessionAsleep.class);
            }
            assertThat(memory.read("s").getLast().body()).isInstanceOf(Body.Generating.class);
            frontEnd.events.clear();
            run(routine);
            assertThat(frontEnd.shown()).containsExactly("restart", "token one", "said one", "done null");
            assertThat(frontEnd.events.stream().map(Event::id))
                    .doesNotHaveDuplicates()
                    .startsWith("3.2.0")
                    .endsWith("6.1.0")
                    .hasSize(4);
            List<Entry> entries = memory.read("s");
            assertThat(entries.get(4).attempt()).isEqualTo(2);
            assertThat(entries.get(4).ref()).isEqualTo(3);
            assertThat(entries.get(5).ref()).isEqualTo(4);
        }
    }
}
