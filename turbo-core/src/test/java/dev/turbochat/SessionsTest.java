package dev.turbochat;

import static dev.turbochat.Fakes.lines;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.turbochat.error.ModelException;
import dev.turbochat.error.ProgramException;
import dev.turbochat.error.SessionException;
import dev.turbochat.memory.Body;
import dev.turbochat.memory.Entry;
import dev.turbochat.memory.Memory;
import dev.turbochat.step.Input;
import dev.turbochat.step.Message;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
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

    abstract static class Contract {
        private final Memory memory;
        private final Fakes.FakeModel model = Fakes.model("one", "two", "three");
        private final Fakes.FakeFrontEnd frontEnd = Fakes.frontEnd();

        Contract(Memory memory) {
            this.memory = memory;
        }

        @AfterEach
        void close() {
            memory.close();
        }

        private Runner runner() {
            return Runner.of(model, options -> options.memory(memory).patience(Duration.ofSeconds(20)));
        }

        private void run(Routine routine) throws InterruptedException {
            try (Runner runner = runner()) {
                runner.run("s", routine, frontEnd);
            }
        }

        private void runAsleep(Routine routine) {
            assertThatThrownBy(() -> run(routine)).isInstanceOf(SessionException.SessionAsleep.class);
        }

        private void answers(String... texts) {
            for (String text : texts) {
                frontEnd.answers.add(Input.text(text));
            }
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
                            new Body.RunEnded(Body.Outcome.OK, Json.of(42), null));
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
                    .isEqualTo(new Body.RunEnded(Body.Outcome.ERROR, null, "java.lang.IllegalStateException: oven"));
            run(chat -> {
                assertThat(lines(chat.messages())).containsExactly("user: hi");
                chat.generate();
            });
            assertThat(memory.read("s").getLast().body()).isEqualTo(new Body.RunEnded(Body.Outcome.OK, null, null));
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

        @Test
        void typed_answers_are_not_parsed_again() throws Exception {
            List<Object> values = new ArrayList<>();
            Routine routine = chat -> {
                values.clear();
                values.add(chat.ask("Age?", Integer.class));
                values.add(chat.ask("Weight?", Double.class));
                values.add(chat.ask("Price?", java.math.BigDecimal.class));
                values.add(chat.ask("Born?", java.time.LocalDate.class));
                values.add(chat.ask("Long?", Long.class));
                values.add(chat.confirm("Sure?"));
                values.add(chat.ask("Same?", Twin.class));
                values.add(chat.choose("Which?", List.of("red", "green")));
                chat.hear();
            };
            answers("42", "3.5", "0.10000000000000000000000001000", "2026-03-31", "9007199254740993", "no", "second");
            answers("2");
            runAsleep(routine);
            List<Object> live = List.copyOf(values);
            answers("bye");
            run(routine);
            assertThat(values)
                    .isEqualTo(live)
                    .containsExactly(
                            42,
                            3.5,
                            new java.math.BigDecimal("0.10000000000000000000000001000"),
                            java.time.LocalDate.of(2026, 3, 31),
                            9007199254740993L,
                            false,
                            Twin.SECOND,
                            "green");
        }

        /** Constants that say the same of themselves. */
        enum Twin {
            FIRST,
            SECOND;

            @Override
            public String toString() {
                return "twin";
            }
        }

        @Test
        void a_number_however_long_does_not_make_the_journal_unreadable() throws Exception {
            String digits = "7".repeat(5000);
            Routine routine = chat -> {
                assertThat(chat.ask("Number?", java.math.BigDecimal.class)).isEqualTo(new java.math.BigDecimal(digits));
                chat.hear();
            };
            answers(digits);
            runAsleep(routine);
            answers("bye");
            run(routine);
        }

        @Test
        void half_a_character_is_kept_as_it_is() throws Exception {
            List<String> heard = new ArrayList<>();
            Routine routine = chat -> {
                heard.add(chat.hear().text());
                chat.hear();
            };
            answers("cut \uD83D");
            runAsleep(routine);
            answers("bye");
            run(routine);
            assertThat(heard).containsExactly("cut \uD83D", "cut \uD83D");
        }

        @Test
        void refused_answers_are_heard_once_and_count_on() throws Exception {
            Routine routine = chat -> {
                try {
                    chat.ask("Age?", Integer.class);
                } catch (ProgramException.AnswerRefused e) {
                    chat.say(e.getMessage());
                }
                try {
                    chat.ask("Age?", Integer.class);
                } catch (ProgramException.AnswerRefused e) {
                    chat.say("Again: " + e.getMessage());
                }
                chat.hear("Well?");
            };
            try (Runner runner =
                    Runner.of(model, options -> options.memory(memory).answers(2))) {
                for (String answer : List.of("a", "b", "c", "d")) {
                    answers(answer);
                    assertThatThrownBy(() -> runner.run("s", routine, frontEnd))
                            .isInstanceOf(SessionException.SessionAsleep.class);
                }
                answers("bye");
                runner.run("s", routine, frontEnd);
            }
            String sentence = "Please answer with a whole number, such as 42.";
            String refused = "The question 'Age?' was answered 2 times with something that does not fit;"
                    + " ask differently, or allow more attempts.";
            assertThat(frontEnd.shown())
                    .containsExactly(
                            "ask Age?",
                            "notice " + sentence,
                            "ask again Age?",
                            "ask again Age?",
                            "notice " + sentence,
                            "said " + refused,
                            "ask Age?",
                            "ask Age?",
                            "notice " + sentence,
                            "ask again Age?",
                            "ask again Age?",
                            "notice " + sentence,
                            "said Again: " + refused,
                            "ask Well?",
                            "ask Well?",
                            "done null");
        }

        @Test
        void sessions_do_not_leak_into_one_another() throws Exception {
            try (Runner runner = Runner.of(
                            (prompt, listener) -> dev.turbochat.model.Completion.of(
                                    String.join("|", lines(prompt.messages())), "echo"),
                            options -> options.memory(memory));
                    var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                List<Future<List<Message>>> all = IntStream.range(0, 40)
                        .mapToObj(i -> threads.submit(() -> runner.<List<Message>>call(
                                "s" + i,
                                chat -> {
                                    chat.system("You are " + i);
                                    for (int turn = 0; turn < 5; turn++) {
                                        chat.hear();
                                        chat.generate();
                                    }
                                    return chat.messages();
                                },
                                question -> java.util.Optional.of(Input.text("from " + i)))))
                        .toList();
                for (int i = 0; i < all.size(); i++) {
                    List<Message> messages = all.get(i).get();
                    assertThat(messages).hasSize(11);
                    assertThat(messages.get(2).text()).isEqualTo("system: You are " + i + "|user: from " + i);
                    assertThat(messages.getLast().text().replaceAll("\\D+" + i + "(?!\\d)", ""))
                            .as("no other session's number")
                            .doesNotContainPattern("\\d");
                }
            }
        }

        @Test
        void a_deleted_session_begins_anew() throws Exception {
            run(chat -> chat.user("hi"));
            assertThat(memory.delete("s")).isTrue();
            run(chat -> assertThat(chat.messages()).isEmpty());
        }

        @Test
        void a_run_whose_session_is_taken_away_ends_and_does_not_count() throws Exception {
            try (Runner runner = runner()) {
                assertThatThrownBy(() -> runner.run(
                                "s",
                                chat -> {
                                    memory.close();
                                    while (true) {
                                        try {
                                            chat.hear();
                                        } catch (RuntimeException e) {
                                            throw new AssertionError("The program was let to catch it.", e);
                                        }
                                    }
                                },
                                frontEnd))
                        .isInstanceOf(dev.turbochat.error.MemoryException.MemoryClosed.class);
            }
        }
    }
}
