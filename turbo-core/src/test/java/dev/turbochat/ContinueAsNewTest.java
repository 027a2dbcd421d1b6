package dev.turbochat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.turbochat.error.ProgramException;
import dev.turbochat.error.SessionException;
import dev.turbochat.memory.Body;
import dev.turbochat.memory.Entry;
import dev.turbochat.memory.Memory;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Conversations without an end: their journals begin anew, and nothing is lost that they need. */
@Timeout(60)
class ContinueAsNewTest extends HostFixture {

    /** Counts in its context, and begins anew at every third input. */
    private static String count(Chat chat) {
        int count = chat.context(Integer.class);
        chat.system("Count.");
        chat.pin("rule", "Count on.");
        chat.example("1", "one");
        for (int i = 0; i < 3; i++) {
            String text = chat.hear().text();
            if (text.equals("end")) {
                return "counted to " + count;
            }
            chat.say("That is " + ++count);
        }
        return chat.continueAsNew(count);
    }

    @ParameterizedTest
    @ValueSource(strings = {"heap:", "file:"})
    void a_run_goes_on_in_a_journal_that_holds_what_it_takes_along(String where) throws Exception {
        if (where.equals("file:")) {
            memory = Memory.file(folder);
        }
        try (Runner runner = Runner.of(model, options -> options.memory(memory));
                Session<String> session = runner.open("s", ContinueAsNewTest::count, start -> start.context(0))) {
            session.next();
            for (int i = 1; i <= 100; i++) {
                assertThat(Fakes.lines(session.reply("x").said())).containsExactly("assistant: That is " + i);
                assertThat(memory.read("s").size()).isLessThan(30);
            }
            assertThat(session.reply("end"))
                    .isInstanceOfSatisfying(
                            Turn.Finished.class,
                            turn -> assertThat(turn.result()).isEqualTo("counted to 100"));
        }
        List<Entry> entries = memory.read("s");
        assertThat(entries.getFirst().body()).isInstanceOf(Body.Header.class);
        assertThat(entries.getFirst().seq()).isGreaterThan(200);
        for (int i = 1; i < entries.size(); i++) {
            assertThat(entries.get(i).seq()).isEqualTo(entries.get(i - 1).seq() + 1);
        }
        assertThat(memory.sessions())
                .singleElement()
                .satisfies(summary -> assertThat(summary.entries())
                        .isEqualTo(entries.getLast().seq() + 1));
    }

    @Test
    void what_is_taken_along_are_instructions_pins_examples_and_the_latest_messages() throws Exception {
        model.then("fine");
        try (Runner runner = Runner.of(model, options -> options.memory(memory))) {
            runner.run(
                    "s",
                    chat -> {
                        if (chat.context(Boolean.class)) {
                            chat.system("Be kind.");
                            chat.example("1", "one");
                            chat.pin("rule", "Be brief.");
                            for (int i = 0; i < 30; i++) {
                                chat.user("question " + i);
                                chat.say("answer " + i);
                            }
                            chat.continueAsNew(false);
                        }
                        chat.system("Be kind.");
                        chat.user("last");
                        chat.generate();
                    },
                    Fakes.frontEnd(),
                    start -> start.context(true));
        }
        assertThat(model.asked())
                .startsWith("system: Be kind.", "user: 1", "assistant: one", "system: Be brief.", "user: question 20")
                .endsWith("assistant: answer 29", "user: last")
                .hasSize(4 + 20 + 1);
    }

    @Test
    void a_session_that_has_begun_anew_is_carried_on_by_replay_and_under_its_first_context() throws Exception {
        for (int i = 1; i <= 10; i++) {
            try (Runner runner = Runner.of(model, options -> options.memory(memory));
                    Session<String> session = runner.open("s", ContinueAsNewTest::count, start -> start.context(0))) {
                session.next();
                assertThat(Fakes.lines(session.reply("x").said())).containsExactly("assistant: That is " + i);
            }
        }
    }

    @Test
    void steps_are_refused_while_it_is_left_and_a_program_that_swallows_it_goes_on_all_the_same() throws Exception {
        AtomicInteger refused = new AtomicInteger();
        try (Runner runner = Runner.of(model, options -> options.memory(memory))) {
            String result = runner.call(
                    "s",
                    chat -> {
                        if (chat.context(Integer.class) == 2) {
                            return "done";
                        }
                        try {
                            chat.continueAsNew(2);
                        } catch (Throwable t) {
                            try {
                                chat.say("not said");
                            } catch (Throwable again) {
                                refused.incrementAndGet();
                            }
                        }
                        return "swallowed";
                    },
                    Fakes.frontEnd(),
                    start -> start.context(1));
            assertThat(result).isEqualTo("done");
        }
        assertThat(refused).hasValue(1);
        assertThat(bodies("s", Body.Said.class)).isEmpty();
    }

    @Test
    void deliveries_are_known_beyond_it_and_events_go_on() throws Exception {
        Host host = host(
                chat -> {
                    chat.hear();
                    chat.say("Heard.");
                    chat.continueAsNew(null);
                },
                options -> options.idle(Duration.ZERO));
        String last = null;
        for (int i = 0; i < 5; i++) {
            host.deliver("s", "p", text("hi").id("id " + i));
            host.deliver("s", "p", text("hi").id("id " + i));
            host.deliver("s", "p", text("hi").id("id 0"));
            try (Events events = host.events("s", last)) {
                List<String> told = new java.util.ArrayList<>();
                for (Event event : events.untilTurnEnds()) {
                    last = event.id();
                    told.add(word(event));
                }
                assertThat(told).filteredOn(word -> word.equals("heard hi")).hasSizeLessThanOrEqualTo(1);
            }
        }
        assertThat(memory.read("s").size()).isLessThan(10);
    }

    @Test
    void messages_only_is_the_way_on_for_a_program_that_has_changed() throws Exception {
        model.then("Hello.").then("Welcome back.");
        try (Runner runner = Runner.of(model, options -> options.memory(memory))) {
            assertThatThrownBy(() -> runner.run("s", HostFixture::talk, Fakes.frontEnd("hi")))
                    .isInstanceOf(SessionException.SessionAsleep.class);
            Routine changed = chat -> {
                chat.system("Be brief.");
                chat.user("I am back");
                chat.generate();
            };
            assertThatThrownBy(() -> runner.run("s", changed, Fakes.frontEnd()))
                    .isInstanceOf(ProgramException.Diverged.class);
            runner.run("s", changed, Fakes.frontEnd(), start -> start.messagesOnly());
        }
        assertThat(model.asked())
                .containsExactly(
                        "system: Be kind.", "user: hi", "assistant: Hello.", "system: Be brief.", "user: I am back");
        assertThat(bodies("s", Body.RunEnded.class).map(Body.RunEnded::outcome))
                .containsExactly(Body.Outcome.ABANDONED, Body.Outcome.OK);
    }
}
