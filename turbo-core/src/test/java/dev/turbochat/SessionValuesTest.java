package dev.turbochat;

import static dev.turbochat.Fakes.lines;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.turbochat.error.ProgramException;
import dev.turbochat.error.SessionException;
import dev.turbochat.memory.Memory;
import dev.turbochat.step.Input;
import dev.turbochat.step.Message;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a session keeps of answers and values, and from other sessions; on the heap and in files. */
@Timeout(120)
class SessionValuesTest {

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
