package dev.turbochat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.turbochat.error.ProgramException;
import dev.turbochat.memory.Body;
import dev.turbochat.memory.Memory;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Records that are asked for, types that cannot be, and the sentences that are said. */
class TypedRecordTest extends TypedAskFixture {
    record Pizza(@Prompt("Which size?") Size size, int numberOfSlices, boolean takeAway) {}

    @Test
    void a_record_is_asked_component_by_component() throws Exception {
        assertThat(ask(Pizza.class, "small", "many", "4", "no")).isEqualTo(new Pizza(Size.SMALL, 4, false));
        assertThat(frontEnd.shown())
                .containsExactly(
                        "notice Well?",
                        "ask Which size?",
                        "ask Number of slices?",
                        "notice Please answer with a whole number, such as 42.",
                        "ask again Number of slices?",
                        "ask Take away?",
                        "done Pizza[size=SMALL, numberOfSlices=4, takeAway=false]");
    }

    record Delivery(Pizza pizza, @Prompt("When?") LocalDate day, Address address) {}

    record Address(String town) {}

    @Test
    void records_nest() throws Exception {
        assertThat(ask(Delivery.class, "small", "4", "no", "2026-01-01", "Rome"))
                .isEqualTo(
                        new Delivery(new Pizza(Size.SMALL, 4, false), LocalDate.of(2026, 1, 1), new Address("Rome")));
        assertThat(frontEnd.shown(Event.Notice.class).stream().map(Event.Notice::text))
                .containsExactly("Well?", "Pizza?", "Address?");
    }

    @Test
    void a_record_asked_for_without_a_prompt_says_nothing_of_its_own() throws Exception {
        call(chat -> chat.ask("", Address.class), "Rome");
        assertThat(frontEnd.shown()).startsWith("ask Town?");
    }

    record Span(int from, int to) {
        Span {
            if (from > to) {
                throw new IllegalArgumentException("'from' is after 'to'");
            }
        }
    }

    @Test
    void a_record_that_does_not_take_its_components_is_asked_for_again_as_a_whole() throws Exception {
        assertThat(ask(Span.class, "5", "3", "3", "5")).isEqualTo(new Span(3, 5));
        assertThat(frontEnd.shown())
                .containsExactly(
                        "notice Well?",
                        "ask From?",
                        "ask To?",
                        "notice That does not fit: 'from' is after 'to'. Let's try again.",
                        "ask From?",
                        "ask To?",
                        "done Span[from=3, to=5]");
    }

    @Test
    void a_record_that_never_takes_them_is_given_up() {
        options = initial -> initial.answers(2);
        assertThatThrownBy(() -> ask(Span.class, "5", "3", "9", "3", "1", "2"))
                .isInstanceOf(ProgramException.AnswerRefused.class)
                .hasMessageStartingWith("The question 'Well?' was answered 2 times");
        assertThat(frontEnd.answers).hasSize(2);
    }

    record Fragile(int n) {
        Fragile {
            if (n == 0) {
                throw new ArithmeticException("zero");
            }
        }
    }

    @Test
    void any_other_exception_of_a_constructor_is_the_programs() {
        assertThatThrownBy(() -> ask(Fragile.class, "0"))
                .isInstanceOf(ArithmeticException.class)
                .hasMessage("zero");
    }

    record Private(int n, UUID id) {}

    record Around(String name, Private inner) {}

    record Endless(int n, Endless more) {}

    @ParameterizedTest
    @ValueSource(classes = {UUID.class, Object.class, List.class, int[].class, char.class, Private.class, Around.class})
    void a_type_that_cannot_be_asked_for_is_refused_before_anything_is_asked(Class<?> type) throws Exception {
        String refused = type.isRecord() ? "java.util.UUID" : type.getTypeName();
        assertThatThrownBy(() -> ask(type, "x", "y", "z"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("A question was asked for a " + refused
                        + "; ask for a String, int, long, double, boolean, BigDecimal, LocalDate, enum, or a record of"
                        + " these.");
        assertThat(frontEnd.shown()).singleElement().asString().startsWith("failed program-failed");
    }

    @Test
    void a_record_that_holds_itself_is_refused_before_anything_is_asked() {
        assertThatThrownBy(() -> ask(Endless.class, "1", "2"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("A question was asked for a " + Endless.class.getTypeName()
                        + "; ask for a String, int, long, double, boolean, BigDecimal, LocalDate, enum, or a record of"
                        + " these.");
        assertThat(frontEnd.answers).hasSize(2);
    }

    private static final Sentences GERMAN = new Sentences() {
        @Override
        public String empty() {
            return "Bitte schreib etwas.";
        }

        @Override
        public String notAChoice(String answer, List<String> choices) {
            return "'" + answer + "' gibt es nicht, nur: " + String.join(" / ", choices);
        }

        @Override
        public String notAWholeNumber(String answer) {
            return "'" + answer + "' ist keine ganze Zahl.";
        }

        @Override
        public String notYesOrNo(String answer) {
            return "Ja oder nein?";
        }

        @Override
        public String notAccepted(String reason) {
            return "Das passt nicht: " + reason;
        }

        @Override
        public List<String> yes() {
            return List.of("ja", "j");
        }

        @Override
        public List<String> no() {
            return List.of("nein", "n");
        }
    };

    @Test
    void turbo_speaks_the_language_that_it_is_given() throws Exception {
        options = initial -> initial.sentences(GERMAN);
        List<Object> values = new ArrayList<>();
        call(
                chat -> {
                    values.add(chat.confirm("Sicher?"));
                    values.add(chat.ask("Farbe?", Nested.class));
                    values.add(chat.ask("Spanne?", Span.class));
                    values.add(chat.ask("Name?"));
                    return "";
                },
                "yes",
                "Ja!",
                "blau",
                "red",
                "2",
                "eins",
                "1",
                "1",
                "2",
                "",
                "Ada");
        assertThat(values).containsExactly(true, Nested.RED, new Span(1, 2), "Ada");
        assertThat(frontEnd.shown(Event.Notice.class).stream().map(Event.Notice::text))
                .containsExactly(
                        "Ja oder nein?",
                        "'blau' gibt es nicht, nur: red / red wine",
                        "Spanne?",
                        "'eins' ist keine ganze Zahl.",
                        "Das passt nicht: 'from' is after 'to'",
                        "Bitte schreib etwas.");
        assertThat(frontEnd.shown(Event.Ask.class).getFirst().question().choices())
                .containsExactly("ja", "nein");
    }

    @Test
    void the_journal_holds_answers_refused_ones_and_values() throws Exception {
        try (Memory memory = Memory.heap()) {
            options = initial -> initial.memory(memory);
            ask(int.class, "old", "42");
            List<Body> bodies =
                    memory.read("s").stream().map(entry -> entry.body()).toList();
            assertThat(bodies.get(2)).isInstanceOfSatisfying(Body.Refused.class, refused -> {
                assertThat(refused.prompt()).isEqualTo("Well?");
                assertThat(refused.input().text()).isEqualTo("old");
                assertThat(refused.sentence()).isEqualTo("Please answer with a whole number, such as 42.");
            });
            assertThat(bodies.get(3)).isInstanceOfSatisfying(Body.Answered.class, answered -> {
                assertThat(answered.input().text()).isEqualTo("42");
                assertThat(String.valueOf(answered.value())).isEqualTo("42");
            });
        }
    }
}
