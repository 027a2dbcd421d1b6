package dev.turbochat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.turbochat.error.ProgramException;
import dev.turbochat.error.SessionException;
import dev.turbochat.memory.Memory;
import dev.turbochat.step.Input;
import dev.turbochat.step.Type;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Effects: done once, and the program sees the same of them live and in every replay; on the heap and in files. */
class EffectTest {

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

    record Item(
            String name,
            BigDecimal price,
            Instant at,
            double weight,
            @Nullable String note) {}

    /** Two constants of one word. */
    enum Twin {
        FIRST,
        SECOND;

        @Override
        public String toString() {
            return "twin";
        }
    }

    abstract static class Contract {
        private final Memory memory;
        private final Fakes.FakeFrontEnd frontEnd = Fakes.frontEnd();
        private final AtomicInteger carriedOut = new AtomicInteger();

        Contract(Memory memory) {
            this.memory = memory;
        }

        @AfterEach
        void close() {
            memory.close();
        }

        private void run(Routine routine) throws InterruptedException {
            try (Runner runner = Runner.of(Fakes.model(), options -> options.memory(memory))) {
                runner.run("s", routine, frontEnd);
            }
        }

        /** What the program sees live, having seen that a replay sees the same. */
        private List<@Nullable Object> seen(Program<@Nullable Object> program) throws InterruptedException {
            List<@Nullable Object> seen = new ArrayList<>();
            Routine routine = chat -> {
                seen.add(program.run(chat));
                chat.hear();
            };
            assertThatThrownBy(() -> run(routine)).isInstanceOf(SessionException.SessionAsleep.class);
            int times = carriedOut.get();
            frontEnd.answers.add(Input.text("hi"));
            run(routine);
            assertThat(carriedOut).as("how often it is carried out").hasValue(times);
            assertThat(seen).hasSize(2);
            assertThat(seen.getLast()).isEqualTo(seen.getFirst());
            return seen;
        }

        @Test
        void a_value_is_the_json_round_trip_of_what_the_body_returned() throws Exception {
            Item item = new Item(
                    "tea", new BigDecimal("1.10"), Instant.parse("2026-01-02T03:04:05.000000006Z"), 1e10, null);
            List<@Nullable Object> seen = seen(chat -> chat.effect("buy", Item.class, () -> {
                carriedOut.incrementAndGet();
                return item;
            }));
            assertThat(seen.getFirst()).isEqualTo(item).isNotSameAs(item);
            assertThat(carriedOut).hasValue(1);
            assertThat(frontEnd.shown()).containsExactly("effect buy", "ask ", "ask ", "done null");
        }

        @Test
        void generic_types_come_back_as_they_are() throws Exception {
            Map<String, List<Item>> items = new TreeMap<>(
                    Map.of("a", List.of(new Item("tea", BigDecimal.ONE, Instant.EPOCH, 0.1, "hot")), "b", List.of()));
            assertThat(seen(chat -> chat.effect("list", new Type<Map<String, List<Item>>>() {}, () -> items))
                            .getFirst())
                    .isEqualTo(items);
        }

        @Test
        void values_without_a_type_are_the_same_live_and_in_replay() throws Exception {
            List<@Nullable Object> seen = seen(chat -> chat.effect(
                    "any",
                    new Type<Map<String, Object>>() {},
                    () -> Map.of(
                            "int",
                            1,
                            "long",
                            1L << 40,
                            "float",
                            0.1f,
                            "double",
                            0.5,
                            "big",
                            new BigDecimal("1.10"),
                            "list",
                            List.of(1, 2.5))));
            assertThat(String.valueOf(seen.getFirst())).contains("big=1.10", "float=0.1", "double=0.5");
        }

        @Test
        void constants_are_kept_by_name_and_not_by_what_they_say() throws Exception {
            assertThat(seen(chat -> chat.effect("which", Twin.class, () -> Twin.SECOND))
                            .getFirst())
                    .isEqualTo(Twin.SECOND);
        }

        @Test
        @SuppressWarnings("NullAway") // what a program may well do
        void null_is_a_value() throws Exception {
            assertThat(seen(chat -> chat.effect("none", String.class, () -> {
                                carriedOut.incrementAndGet();
                                return null;
                            }))
                            .getFirst())
                    .isNull();
        }

        @Test
        void an_effect_without_a_value_is_done_once() throws Exception {
            seen(chat -> {
                chat.effect("act", carriedOut::incrementAndGet);
                return "";
            });
            assertThat(carriedOut).hasValue(1);
        }

        @Test
        void a_failure_is_the_same_live_and_in_replay() throws Exception {
            IOException disk = new IOException("disk");
            List<ProgramException.EffectFailed> failures = new ArrayList<>();
            List<@Nullable Object> seen = seen(chat -> {
                try {
                    return chat.effect("write", String.class, () -> {
                        carriedOut.incrementAndGet();
                        throw disk;
                    });
                } catch (ProgramException.EffectFailed e) {
                    failures.add(e);
                    return e.getMessage() + "|" + e.effect() + "|" + e.type() + "|" + e.detail();
                }
            });
            assertThat(seen.getFirst())
                    .isEqualTo("Effect 'write' failed with java.io.IOException: disk|write|java.io.IOException|disk");
            assertThat(failures.getFirst()).hasCause(disk);
            assertThat(failures.getLast()).hasNoCause();
        }

        @Test
        void a_failure_without_a_message_is_one_too() throws Exception {
            List<@Nullable Object> seen = seen(chat -> failure(chat, () -> {
                throw new IllegalStateException();
            }));
            assertThat(seen.getFirst()).isEqualTo("Effect 'e' failed with java.lang.IllegalStateException: ");
        }

        private static String failure(Chat chat, Chat.Action body) {
            try {
                chat.effect("e", body);
            } catch (ProgramException.EffectFailed e) {
                return e.getMessage();
            }
            throw new AssertionError("It did not fail.");
        }

        @Test
        void a_value_as_deep_as_json_takes_it_is_kept_and_read_again() throws Exception {
            List<@Nullable Object> seen = seen(chat -> chat.effect("deep", new Type<List<Object>>() {}, () -> {
                List<Object> inner = new ArrayList<>();
                for (int i = 1; i < 499; i++) {
                    inner = new ArrayList<>(List.of(inner));
                }
                return inner;
            }));
            assertThat(seen.getFirst()).isInstanceOf(List.class);
        }

        @Test
        void a_value_that_json_cannot_hold_is_a_failure() throws Exception {
            List<Object> self = new ArrayList<>();
            self.add(self);
            List<@Nullable Object> seen = seen(chat -> {
                try {
                    return chat.effect("self", Object.class, () -> self);
                } catch (ProgramException.EffectFailed e) {
                    return e.getMessage();
                }
            });
            assertThat(String.valueOf(seen.getFirst()))
                    .startsWith("Effect 'self' failed with java.lang.IllegalArgumentException:"
                            + " JSON cannot hold its value: Document nesting depth");
        }

        static final class OneWay {
            private final String secret;

            OneWay(String secret, int ignored) {
                this.secret = secret;
            }

            public String getSecret() {
                return secret;
            }
        }

        @Test
        void a_value_that_cannot_be_made_of_its_json_again_is_a_failure() throws Exception {
            List<@Nullable Object> seen = seen(chat -> {
                try {
                    return chat.effect("oneway", OneWay.class, () -> new OneWay("x", 1));
                } catch (ProgramException.EffectFailed e) {
                    return e.getMessage();
                }
            });
            assertThat(String.valueOf(seen.getFirst()))
                    .startsWith("Effect 'oneway' failed with java.lang.IllegalArgumentException:"
                            + " JSON cannot hold its value: ");
        }

        @Test
        void an_error_of_the_body_comes_out_as_it_is_and_the_run_can_still_carry_on() throws Exception {
            List<Throwable> caught = new ArrayList<>();
            AssertionError bug = new AssertionError("bug");
            seen(chat -> {
                try {
                    chat.effect("e", () -> {
                        carriedOut.incrementAndGet();
                        throw bug;
                    });
                } catch (AssertionError | ProgramException.EffectFailed e) {
                    caught.add(e);
                }
                chat.say("went on");
                return "";
            });
            assertThat(caught.getFirst()).isSameAs(bug);
            assertThat(caught.getLast()).hasMessage("Effect 'e' failed with java.lang.AssertionError: bug");
        }

        @Test
        void an_effect_that_was_cut_off_is_carried_out_again() throws Exception {
            Routine routine = chat -> {
                String value = chat.effect("slow", String.class, () -> {
                    if (carriedOut.incrementAndGet() == 1) {
                        Thread.currentThread().interrupt(); // as closing does
                        throw new InterruptedException();
                    }
                    return "done";
                });
                chat.say(value);
            };
            assertThatThrownBy(() -> run(routine)).isInstanceOf(SessionException.SessionAsleep.class);
            run(routine);
            assertThat(carriedOut).hasValue(2);
            assertThat(frontEnd.shown()).containsExactly("effect slow", "effect slow", "said done", "done null");
            assertThat(frontEnd.shown(Event.Effect.class).stream().map(Event::id))
                    .containsExactly("2.1.0", "2.2.0");
            run(chat -> assertThat(Objects.requireNonNull(chat.messages())).hasSize(1));
        }
    }
}
