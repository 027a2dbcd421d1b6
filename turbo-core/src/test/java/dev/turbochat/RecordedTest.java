package dev.turbochat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.turbochat.error.ProgramException;
import dev.turbochat.error.SessionException;
import dev.turbochat.memory.Body;
import dev.turbochat.memory.Entry;
import dev.turbochat.memory.Memory;
import dev.turbochat.memory.Memory.Append;
import dev.turbochat.memory.Memory.Opening;
import dev.turbochat.step.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What would be another value every time, is recorded; and what a crash leaves of an effect. */
@Timeout(60)
class RecordedTest {
    private final Memory memory = Memory.heap();

    private void runToSleep(Memory where, Routine routine, FrontEnd frontEnd) {
        try (Runner runner = Runner.of(Fakes.model(), options -> options.memory(where))) {
            assertThatThrownBy(() -> runner.run("s", routine, frontEnd))
                    .isInstanceOf(SessionException.SessionAsleep.class);
        }
    }

    /** A memory that holds what was stored of the session at a moment, as a crash then would have left it. */
    private static Memory crashed(List<Entry> stored) {
        Memory copy = Memory.heap();
        Opening.Granted granted = (Opening.Granted) copy.open("s", "a test");
        copy.append(new Append(
                "s", granted.incarnation(), granted.token(), 1, 1, stored.subList(1, stored.size()), List.of(), null));
        copy.release("s", granted.token(), null);
        return copy;
    }

    @Test
    void time_random_numbers_and_identifiers_are_the_same_in_a_replay() {
        List<Object> seen = new ArrayList<>();
        Routine program = chat -> {
            seen.add(List.of(chat.now(), chat.random(), chat.random(), chat.uuid(), chat.uuid()));
            chat.ask("?");
        };
        runToSleep(memory, program, Fakes.frontEnd());
        runToSleep(memory, program, Fakes.frontEnd());
        assertThat(seen).hasSize(2);
        assertThat(seen.get(1)).isEqualTo(seen.get(0));
        assertThat((List<?>) seen.get(0)).doesNotHaveDuplicates();
    }

    @Test
    void what_was_drawn_is_stored_before_anything_that_may_depend_on_it_is_shown() {
        List<Integer> stored = new ArrayList<>();
        FrontEnd frontEnd = new FrontEnd() {
            @Override
            public java.util.Optional<dev.turbochat.step.Input> answer(Question question) {
                return java.util.Optional.empty();
            }

            @Override
            public void show(Event event) {
                if (event instanceof Event.Said) {
                    stored.add(memory.read("s").size());
                }
            }
        };
        runToSleep(
                memory,
                chat -> {
                    chat.say("It is " + chat.now());
                    chat.ask("?");
                },
                frontEnd);
        assertThat(stored).containsExactly(4); // header, start, the time, the message
    }

    @Test
    void a_new_run_takes_the_newest_version_and_its_replay_the_recorded_one() {
        List<Integer> taken = new ArrayList<>();
        runToSleep(
                memory,
                chat -> {
                    taken.add(chat.version("greeting", 1, 2));
                    chat.ask("?");
                },
                Fakes.frontEnd());
        runToSleep(
                memory,
                chat -> {
                    taken.add(chat.version("greeting", 1, 3));
                    taken.add(chat.version("greeting", 1, 3));
                    chat.ask("?");
                },
                Fakes.frontEnd());
        assertThat(taken).containsExactly(2, 2, 2);
    }

    @Test
    void a_run_that_passed_before_there_was_a_choice_keeps_the_oldest_version_to_its_end() {
        List<Integer> taken = new ArrayList<>();
        runToSleep(
                memory,
                chat -> {
                    while (true) {
                        chat.ask("?");
                    }
                },
                Fakes.frontEnd("one"));
        runToSleep(
                memory,
                chat -> {
                    while (true) {
                        taken.add(chat.version("greeting", 1, 2));
                        chat.ask("?");
                    }
                },
                Fakes.frontEnd("two"));
        assertThat(taken).containsExactly(1, 1, 1);
    }

    @Test
    void a_recorded_version_that_the_program_has_no_more_is_a_divergence() {
        runToSleep(
                memory,
                chat -> {
                    chat.version("greeting", 1, 2);
                    chat.ask("?");
                },
                Fakes.frontEnd());
        try (Runner runner = Runner.of(Fakes.model(), options -> options.memory(memory))) {
            assertThatThrownBy(() -> runner.run(
                            "s",
                            chat -> {
                                chat.version("greeting", 3, 4);
                                chat.ask("?");
                            },
                            Fakes.frontEnd()))
                    .isInstanceOf(ProgramException.Diverged.class)
                    .hasMessageContaining("took version 2 of 'greeting'")
                    .hasMessageContaining("has versions 3 to 4 of 'greeting'");
        }
    }

    @Test
    void a_sleep_that_is_over_is_not_slept_again_and_one_that_is_past_not_at_all() {
        List<Duration> gaps = new ArrayList<>();
        Routine program = chat -> {
            chat.sleepUntil(Instant.EPOCH);
            Instant before = Instant.now();
            chat.sleep(Duration.ofMillis(300));
            gaps.add(Duration.between(before, Instant.now()));
            chat.ask("?");
        };
        runToSleep(memory, program, Fakes.frontEnd());
        runToSleep(memory, program, Fakes.frontEnd());
        assertThat(gaps.get(0)).isGreaterThanOrEqualTo(Duration.ofMillis(290));
        assertThat(gaps.get(1)).isLessThan(Duration.ofMillis(290));
    }

    @Test
    void a_sleeping_program_is_due_when_its_time_has_come_and_wakes_where_it_was() throws Exception {
        Instant due = Instant.now().plusSeconds(3600);
        try (Runner runner = Runner.of(Fakes.model(), options -> options.memory(memory));
                Session<String> session = runner.open("s", chat -> {
                    chat.say("Good night.");
                    chat.sleepUntil(due);
                    return "Good morning.";
                })) {
            Thread driver = Thread.currentThread();
            Thread.ofVirtual().start(() -> {
                while (!(memory.read("s").getLast().body() instanceof Body.TimerSet)) {
                    Thread.onSpinWait();
                }
                driver.interrupt();
            });
            assertThatThrownBy(session::next).isInstanceOf(InterruptedException.class);
        }
        assertThat(memory.due(due.minusSeconds(1), 10)).isEmpty();
        assertThat(memory.due(due, 10)).containsExactly("s");
        assertThat(memory.read("s").getLast().body()).isEqualTo(new Body.TimerSet("sleep", due));
    }

    @Test
    void an_effect_in_whose_middle_a_crash_came_is_carried_out_again_with_the_same_key() throws Exception {
        List<String> keys = new ArrayList<>();
        AtomicReference<Memory> left = new AtomicReference<>();
        Program<String> program = chat -> chat.effectWithKey("charge", String.class, key -> {
            keys.add(key);
            left.compareAndSet(null, crashed(memory.read("s")));
            return "receipt " + keys.size();
        });
        try (Runner runner = Runner.of(Fakes.model(), options -> options.memory(memory))) {
            assertThat(runner.call("s", program, Fakes.frontEnd())).isEqualTo("receipt 1");
        }
        try (Runner runner = Runner.of(Fakes.model(), options -> options.memory(Objects.requireNonNull(left.get())))) {
            assertThat(runner.call("s", program, Fakes.frontEnd())).isEqualTo("receipt 2");
        }
        assertThat(keys).allMatch(key -> key.endsWith(":2")).hasSize(2);
        assertThat(Objects.requireNonNull(left.get()).read("s").get(3).attempt())
                .isEqualTo(2);
    }

    @Test
    void an_effect_that_is_done_once_is_unknown_after_a_crash_in_its_middle_and_stays_so() throws Exception {
        AtomicInteger done = new AtomicInteger();
        AtomicReference<Memory> left = new AtomicReference<>();
        List<Outcome<String>> outcomes = new ArrayList<>();
        Routine program = chat -> {
            outcomes.add(chat.effectOnce("charge", String.class, key -> {
                left.compareAndSet(null, crashed(memory.read("s")));
                return "receipt " + done.incrementAndGet();
            }));
            chat.ask("?");
        };
        runToSleep(memory, program, Fakes.frontEnd());
        runToSleep(memory, program, Fakes.frontEnd());
        runToSleep(Objects.requireNonNull(left.get()), program, Fakes.frontEnd());
        runToSleep(Objects.requireNonNull(left.get()), program, Fakes.frontEnd());
        assertThat(done).hasValue(1);
        assertThat(outcomes.subList(0, 2)).containsOnly(new Outcome.Done<>("receipt 1"));
        assertThat(outcomes.get(2)).isInstanceOf(Outcome.Unknown.class).isEqualTo(outcomes.get(3));
    }

    @Test
    void what_may_not_have_been_shown_is_shown_again_under_its_ids_to_who_wants_it() throws Exception {
        Routine routine = chat -> {
            chat.say("Welcome.");
            chat.hear();
            chat.generate();
            chat.notice("Next.");
            chat.hear();
        };
        Fakes.FakeFrontEnd first = Fakes.frontEnd("hi");
        try (Runner runner = Runner.of(Fakes.model("Hello."), options -> options.memory(memory))) {
            assertThatThrownBy(() -> runner.run("s", routine, first))
                    .isInstanceOf(SessionException.SessionAsleep.class);
            Fakes.FakeFrontEnd second = Fakes.frontEnd();
            assertThatThrownBy(() -> runner.run("s", routine, second, start -> start.retold()))
                    .isInstanceOf(SessionException.SessionAsleep.class);
            assertThat(second.shown()).containsExactly("said Hello.", "notice Next.", "ask ");
            assertThat(first.events.stream().map(Event::id))
                    .containsAll(second.events.stream().map(Event::id).toList());
            assertThatThrownBy(() -> runner.run("s", routine, second))
                    .isInstanceOf(SessionException.SessionAsleep.class);
            assertThat(second.shown()).hasSize(4);
        }
    }
}
