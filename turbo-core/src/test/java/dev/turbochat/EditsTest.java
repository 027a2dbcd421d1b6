package dev.turbochat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.turbochat.error.ProgramException.Diverged;
import dev.turbochat.error.SessionException;
import dev.turbochat.memory.Body;
import dev.turbochat.memory.Journal;
import dev.turbochat.memory.Memory;
import dev.turbochat.step.Generate;
import dev.turbochat.step.Message;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** A program that takes the same steps in other words: the recorded ones stand. */
@Timeout(60)
class EditsTest {
    private final List<String> edits = new ArrayList<>();
    private Memory memory = Memory.heap();

    @AfterEach
    void close() {
        memory.close();
    }

    private static void original(Chat chat) {
        chat.system("Be kind.");
        chat.example("2+2?", "4");
        chat.pin("tone", "Speak softly.");
        chat.say("hello");
        chat.notice("news");
        chat.askSecret("Card?");
        chat.ask("How many?", Integer.class);
        chat.hear("Name?");
        chat.generate(g -> g.temperature(0.9).maxTokens(100));
        chat.hear("And?");
    }

    private static void edited(Chat chat) {
        chat.system("Be terse.");
        chat.example("2+2?", "four");
        chat.pin("tone", "Speak up.");
        chat.say("hallo");
        chat.notice("olds");
        chat.askSecret("Your card?");
        chat.ask("How many, please?", Integer.class);
        chat.hear("Your name?");
        chat.generate(g -> g.temperature(0.5));
        chat.hear("And?");
    }

    private void sleeps(Routine routine, String... answers) {
        Fakes.FakeModel model = Fakes.model("Fine.");
        try (Runner runner = Runner.of(
                model,
                options -> options.memory(memory)
                        .settings(s -> s.seed(7))
                        .edits(edit -> edits.add(edit.told().replaceAll("EditsTest.java:\\d+", "HERE"))))) {
            assertThatThrownBy(() -> runner.run("s", routine, Fakes.frontEnd(answers)))
                    .isInstanceOf(SessionException.SessionAsleep.class);
        }
    }

    private void strict(Routine routine, String... answers) throws InterruptedException {
        try (Runner runner =
                Runner.of(Fakes.model(), options -> options.memory(memory).strict(true))) {
            runner.run("s", routine, Fakes.frontEnd(answers));
        }
    }

    @Test
    void each_is_told_once_with_both_texts() {
        sleeps(EditsTest::original, "4711", "many", "2", "Ada");
        assertThat(edits).isEmpty();
        sleeps(EditsTest::edited, "4711");
        assertThat(edits)
                .containsExactly(
                        "at entry 2 your program added system 'Be kind.', and now it adds system 'Be terse.' at HERE",
                        "at entry 3 your program gave example '2+2? / 4', and now it gives example '2+2? / four' at HERE",
                        "at entry 4 your program pinned 'tone' as 'Speak softly.', and now it pins 'tone' as 'Speak up.' at HERE",
                        "at entry 5 your program said 'hello', and now it says 'hallo' at HERE",
                        "at entry 6 your program showed notice 'news', and now it shows notice 'olds' at HERE",
                        "at entry 7 your program asked for secret 'Card?', and now it asks for secret 'Your card?' at HERE",
                        "at entry 8 your program asked 'How many?' for a value that fits,"
                                + " and now it asks 'How many, please?' for a value that fits at HERE",
                        "at entry 9 your program asked 'How many?', and now it asks 'How many, please?' at HERE",
                        "at entry 10 your program asked 'Name?', and now it asks 'Your name?' at HERE",
                        "at entry 12 your program called generate() with temperature 0.9,"
                                + " and now it calls generate() with temperature 0.5 at HERE");
    }

    @Test
    void the_recorded_words_stand_and_the_journal_is_as_it_was() {
        sleeps(EditsTest::original, "4711", "many", "2", "Ada");
        var before = memory.read("s");
        sleeps(EditsTest::edited, "4711");
        assertThat(memory.read("s")).isEqualTo(before);
        sleeps(
                chat -> {
                    assertThat(chat.emit(new Message.System("Be terse.")).text())
                            .isEqualTo("Be kind.");
                    assertThat(chat.emit(new dev.turbochat.step.Example(
                                            new Message.User("x"), new Message.Assistant("y")))
                                    .user()
                                    .text())
                            .isEqualTo("x");
                    chat.pin("tone", "Speak softly.");
                    assertThat(chat.emit(new Message.Assistant("edited")).text())
                            .isEqualTo("hello");
                    assertThat(Fakes.lines(chat.messages())).containsExactly("system: Be kind.", "assistant: hello");
                    chat.notice("news");
                    chat.askSecret("Card?");
                    chat.ask("How many?", Integer.class);
                    chat.hear("Name?");
                    chat.emit(Generate.withDefaults());
                    chat.hear("And?");
                },
                "4711");
    }

    @Test
    void unless_told_otherwise_a_warning_is_logged_once_for_each() throws Exception {
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        Logger logger = (Logger) LoggerFactory.getLogger(Tape.class);
        log.start();
        logger.setAdditive(false);
        logger.addAppender(log);
        sleeps(chat -> {
            chat.say("hello");
            chat.ask("?");
        });
        try (Runner runner = Runner.of(Fakes.model(), options -> options.memory(memory))) {
            runner.run(
                    "s",
                    chat -> {
                        chat.say("hallo");
                        chat.ask("?");
                    },
                    Fakes.frontEnd("fine"));
        } finally {
            logger.detachAppender(log);
            logger.setAdditive(true);
        }
        assertThat(log.list)
                .singleElement()
                .extracting(event ->
                        event.getLevel() + " " + event.getFormattedMessage().replaceAll("EditsTest.java:\\d+", "HERE"))
                .isEqualTo("WARN Session 's': at entry 2 your program said 'hello', and now it says 'hallo' at HERE;"
                        + " the recorded one stands.");
    }

    @Test
    void strictly_it_is_a_divergence() throws Exception {
        sleeps(EditsTest::original, "4711", "many", "2", "Ada");
        var before = memory.read("s");
        assertThatThrownBy(() -> strict(EditsTest::edited))
                .isInstanceOf(Diverged.class)
                .extracting(thrown -> String.valueOf(thrown.getMessage()).replaceAll("EditsTest.java:\\d+", "HERE"))
                .isEqualTo("Session 's' cannot go on: at entry 2 your program added system 'Be kind.', and now it adds"
                        + " system 'Be terse.' at HERE; what differs is the text. Only a strict run refuses that: in"
                        + " others the recorded one stands, and a warning is logged.");
        assertThat(memory.read("s")).isEqualTo(before);
        strict(EditsTest::original, "4711", "the end");
    }

    @Test
    void an_edited_instruction_that_is_said_again_and_again_is_in_view_as_the_recorded_one() {
        Routine before = chat -> {
            while (true) {
                chat.system("Be kind.");
                chat.example("2+2?", "4");
                chat.hear("Next?");
            }
        };
        Routine after = chat -> {
            while (true) {
                chat.system("Be terse.");
                chat.example("2+2?", "four");
                chat.hear("Next?");
            }
        };
        sleeps(before, "one", "two");
        sleeps(after, "three");
        sleeps(after, "four");
        sleeps(before, "five");
        assertThat(edits).hasSize(4);
        assertThat(memory.read("s").stream().filter(entry -> entry.body() instanceof Body.Said(Message.System ignored)))
                .hasSize(1);
    }

    @Test
    void a_difference_deep_in_a_long_text_is_what_is_shown() {
        String long1 = "word ".repeat(100) + "Answer in French. " + "word ".repeat(100);
        sleeps(chat -> {
            chat.system(long1);
            chat.ask("?");
        });
        sleeps(chat -> {
            chat.system(long1.replace("French", "Dutch"));
            chat.ask("?");
        });
        assertThat(edits)
                .containsExactly(
                        "at entry 2 your program added system"
                                + " '...word word Answer in French. word word word word word word wo...',"
                                + " and now it adds system '...word word Answer in Dutch. word word word word word word wor...' at HERE");
    }

    @Test
    void settings_are_the_same_after_a_journey_through_a_file_and_those_of_the_runner_do_not_count(
            @TempDir Path folder) {
        memory = Memory.file(folder);
        Routine program = chat -> {
            chat.user("hi");
            chat.generate(g -> g.temperature(1)
                    .topP(0.5)
                    .stop("a", "b")
                    .logitBias(java.util.Map.of("50256", -100))
                    .extra("min_p", 0.05)
                    .totalTimeout(Duration.ofSeconds(5)));
            chat.ask("?");
        };
        sleeps(program);
        sleeps(program);
        sleeps(chat -> {
            chat.user("hi");
            chat.generate(g -> g.user("ada"));
            chat.ask("?");
        });
        assertThat(edits)
                .containsExactly("at entry 3 your program called generate() without user,"
                        + " and now it calls generate() with user \"ada\" at HERE");
    }

    @Test
    void a_message_that_was_put_in_from_outside_is_no_step_and_counts_at_the_next_one() throws Exception {
        sleeps(
                chat -> {
                    chat.say("hello");
                    chat.ask("Name?");
                    chat.say("bye");
                    chat.ask("?");
                },
                "Ada");
        var entries = new ArrayList<>(memory.read("s"));
        Memory other = Memory.heap();
        Journal.create(other, "s", entries.subList(0, 4));
        try (Journal journal = Journal.open(other, "s", "a test", Duration.ZERO)) {
            journal.add(1, "", 3, -1, 1, new Body.Posted(new Message.User("psst"), "d-1"));
            journal.add(1, "", 4, -1, 1, entries.get(4).body());
            journal.add(1, "", 5, -1, 1, new Body.Posted(new Message.User("again"), "d-2"));
            journal.flush();
        }
        memory = other;
        List<String> seen = new ArrayList<>();
        Routine program = chat -> {
            chat.say("hello");
            chat.ask("Name?");
            chat.say("bye");
            chat.version("late", 1, 2);
            chat.say("live");
            seen.addAll(Fakes.lines(chat.messages()));
            chat.ask("?");
        };
        sleeps(program);
        assertThat(seen)
                .containsExactly("assistant: hello", "user: psst", "assistant: bye", "user: again", "assistant: live");
        assertThat(edits).isEmpty();
        sleeps(program);
        assertThat(seen.subList(5, 10)).isEqualTo(seen.subList(0, 5));
        assertThat(Replay.check(memory.read("s"), Program.of(program)).isClean())
                .isTrue();
    }
}
