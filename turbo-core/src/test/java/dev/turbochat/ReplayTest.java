package dev.turbochat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.turbochat.error.ProgramException.Diverged;
import dev.turbochat.error.SessionException;
import dev.turbochat.memory.Body;
import dev.turbochat.memory.Entry;
import dev.turbochat.memory.Journal;
import dev.turbochat.memory.Memory;
import dev.turbochat.step.Message;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Recorded conversations are checked against a program without anything happening. */
@Timeout(60)
class ReplayTest {
    private final AtomicInteger effects = new AtomicInteger();

    private String order(Chat chat) {
        chat.system("Be brief.");
        String secret = chat.askSecret("Card?");
        int number = chat.ask("How many?", int.class);
        chat.effect("bake", Integer.class, effects::incrementAndGet);
        chat.generate();
        chat.say("Done at " + chat.now() + secret.length());
        return "order of " + number;
    }

    private static List<Entry> recorded(Routine routine, String... answers) throws InterruptedException {
        return recordedCall(Program.of(routine), answers);
    }

    private static List<Entry> recordedCall(Program<?> program, String... answers) throws InterruptedException {
        try (Memory memory = Memory.heap();
                Runner runner = Runner.of(Fakes.model("Fine."), options -> options.memory(memory))) {
            try {
                runner.call("s", program, Fakes.frontEnd(answers));
            } catch (SessionException.SessionAsleep e) {
                // as far as the answers go
            }
            return memory.read("s");
        }
    }

    private static String told(List<Entry> journal, Routine routine) throws InterruptedException {
        return Replay.check(journal, Program.of(routine))
                .divergence()
                .orElseThrow()
                .told()
                .replaceAll("ReplayTest.java:\\d+", "HERE");
    }

    @Test
    void the_same_program_passes_and_nothing_happens() throws Exception {
        List<Entry> whole = recordedCall(this::order, "4711", "2");
        assertThat(Replay.check(whole, this::order)).isEqualTo(new Replay.Report(Optional.empty(), List.of()));
        Replay.check(whole, this::order).orThrow();
        assertThat(effects).hasValue(1);
    }

    @Test
    void the_same_program_passes_wherever_the_recording_ends() throws Exception {
        List<Entry> whole = recorded(this::order, "4711", "2");
        for (int length = 1; length < whole.size(); length++) {
            assertThat(Replay.check(whole.subList(0, length), this::order))
                    .as("the first %d entries", length)
                    .matches(Replay.Report::isClean);
        }
        assertThat(effects).hasValue(1);
    }

    @Test
    void another_step_one_too_few_and_one_too_many_are_named() throws Exception {
        List<Entry> whole = recorded(chat -> {
            chat.user("one");
            chat.notice("two");
        });
        assertThat(told(whole, chat -> {
                    chat.user("one");
                    chat.user("two");
                }))
                .isEqualTo("at entry 3 your program showed notice 'two', and now it adds user 'two' at HERE");
        assertThat(told(whole, chat -> chat.user("one")))
                .isEqualTo("at entry 3 your program showed notice 'two', and now it ends");
        assertThat(told(whole, chat -> {
                    chat.user("one");
                    chat.notice("two");
                    chat.generate();
                }))
                .isEqualTo("at entry 4 your program ended, and now it calls generate() at HERE");
        assertThat(told(whole, chat -> {
                    chat.user("one");
                    chat.notice("two");
                    chat.ask("three?");
                }))
                .isEqualTo("at entry 4 your program ended, and now it asks 'three?' at HERE");
    }

    @Test
    void a_step_after_its_end_is_refused_in_these_words() throws Exception {
        List<Entry> whole = recorded(chat -> chat.user("one"));
        assertThatThrownBy(() -> Replay.check(whole, Program.of(chat -> {
                            chat.user("one");
                            chat.say("two");
                        }))
                        .orThrow())
                .isInstanceOf(Diverged.class)
                .extracting(thrown -> String.valueOf(thrown.getMessage()).replaceAll("ReplayTest.java:\\d+", "HERE"))
                .isEqualTo("Session 's' cannot go on: at entry 3 your program ended, and now it says 'two' at HERE;"
                        + " what differs is where it ends. Run the version that wrote it, keep both behind"
                        + " chat.version(...), fork or rewind with 'turbo sessions', or go on with the messages only"
                        + " (--messages-only, Start.messagesOnly()); check with 'turbo replay'.");
    }

    @Test
    void other_words_are_edits_and_no_divergence() throws Exception {
        List<Entry> whole = recordedCall(this::order, "4711", "2");
        Program<String> edited = chat -> {
            chat.system("Be terse.");
            String secret = chat.askSecret("Card?");
            int number = chat.ask("How many?", int.class);
            chat.effect("bake", Integer.class, effects::incrementAndGet);
            chat.generate();
            chat.say("Done at " + chat.now() + secret.length());
            return "orders of " + number;
        };
        Replay.Report report = Replay.check(whole, edited);
        assertThat(report.divergence()).isEmpty();
        assertThat(report.edits().stream().map(edit -> edit.replaceAll("ReplayTest.java:\\d+", "HERE")))
                .containsExactly(
                        "at entry 2 your program added system 'Be brief.', and now it adds system 'Be terse.' at HERE",
                        "at entry 11 your program ended by returning \"order of 2\","
                                + " and now it ends by returning \"orders of 2\"");
        assertThatThrownBy(report::orThrow)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("The program no longer says what is recorded: at entry 2 your program added")
                .hasMessageEndingWith("; record the conversation anew if that is meant.");
        assertThat(effects).hasValue(1);
    }

    @Test
    void a_run_that_failed_and_one_that_no_longer_does() throws Exception {
        List<Entry> whole = new ArrayList<>();
        try (Memory memory = Memory.heap();
                Runner runner = Runner.of(Fakes.model(), options -> options.memory(memory))) {
            assertThatThrownBy(() -> runner.run("s", ReplayTest::failing, Fakes.frontEnd()))
                    .isInstanceOf(IllegalStateException.class);
            whole.addAll(memory.read("s"));
        }
        assertThat(Replay.check(whole, Program.of(ReplayTest::failing)).isClean())
                .isTrue();
        assertThat(Replay.check(whole, Program.of(chat -> chat.say("one"))).edits())
                .containsExactly("at entry 3 your program ended with java.lang.IllegalStateException: broken,"
                        + " and now it ends");
    }

    private static void failing(Chat chat) {
        chat.say("one");
        throw new IllegalStateException("broken");
    }

    @Test
    void the_numbers_are_those_of_the_journal_although_part_of_it_was_taken_back() throws Exception {
        try (Memory memory = Memory.heap();
                Runner runner = Runner.of(Fakes.model(), options -> options.memory(memory))) {
            Routine routine = chat -> {
                chat.ask("one?");
                chat.ask("two?");
                chat.ask("three?");
            };
            assertThatThrownBy(() -> runner.run("s", routine, Fakes.frontEnd("1", "2")))
                    .isInstanceOf(SessionException.SessionAsleep.class);
            try (Journal journal = Journal.open(memory, "s", "a test", Duration.ZERO)) {
                journal.rewind(2);
            }
            assertThatThrownBy(() -> runner.run("s", routine, Fakes.frontEnd("2")))
                    .isInstanceOf(SessionException.SessionAsleep.class);
            assertThat(told(memory.read("s"), chat -> {
                        chat.ask("one?");
                        chat.say("two");
                    }))
                    .isEqualTo("at entry 5 your program asked 'two?', and now it says 'two' at HERE");
        }
    }

    @Test
    void a_journal_that_began_anew_is_checked_from_there() throws Exception {
        Routine routine = chat -> {
            chat.say("hello " + chat.messages().size());
            chat.ask("?");
        };
        try (Memory memory = Memory.heap();
                Runner runner = Runner.of(Fakes.model(), options -> options.memory(memory))) {
            assertThatThrownBy(() -> runner.run("s", routine, Fakes.frontEnd()))
                    .isInstanceOf(SessionException.SessionAsleep.class);
            try (Journal journal = Journal.open(memory, "s", "a test", Duration.ZERO)) {
                journal.beginAnew(
                        new Body.Carried(List.of(new Message.User("before")), List.of(), List.of(), List.of()),
                        2,
                        new Body.RunStarted("", 0, null));
            }
            assertThatThrownBy(() -> runner.run("s", routine, Fakes.frontEnd()))
                    .isInstanceOf(SessionException.SessionAsleep.class);
            List<Entry> anew = memory.read("s");
            assertThat(anew.getFirst().seq()).isPositive();
            assertThat(Replay.check(anew, Program.of(routine)).isClean()).isTrue();
            assertThat(told(anew, chat -> chat.user("hello")))
                    .isEqualTo("at entry " + anew.getLast().seq()
                            + " your program said 'hello 1', and now it adds user 'hello' at HERE");
        }
    }

    @Test
    void a_timer_that_is_still_to_come_is_not_waited_for() throws Exception {
        Instant later = Instant.now().plusSeconds(3600);
        List<Entry> asleep;
        try (Memory memory = Memory.heap();
                Runner runner = Runner.of(Fakes.model(), options -> options.memory(memory))) {
            Thread driver = Thread.currentThread();
            Thread.ofVirtual().start(() -> {
                while (memory.read("s").isEmpty()
                        || !(memory.read("s").getLast().body() instanceof Body.TimerSet)) {
                    Thread.onSpinWait();
                }
                driver.interrupt();
            });
            try {
                runner.run("s", chat -> chat.sleepUntil(later), Fakes.frontEnd());
            } catch (InterruptedException e) {
                // it sleeps
            }
            asleep = memory.read("s");
        }
        assertThat(Replay.check(asleep, Program.of(chat -> chat.sleepUntil(later))))
                .matches(Replay.Report::isClean);
        assertThat(Replay.check(asleep, Program.of(chat -> {
                    chat.sleepUntil(Instant.MAX);
                    chat.generate();
                })))
                .matches(Replay.Report::isClean);
        assertThat(told(asleep, chat -> chat.ask("When?")))
                .isEqualTo("at entry 2 your program called sleepUntil, and now it asks 'When?' at HERE");
    }
}
