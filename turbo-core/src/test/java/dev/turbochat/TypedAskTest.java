package dev.turbochat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.turbochat.error.ProgramException;
import dev.turbochat.memory.Body;
import dev.turbochat.memory.Memory;
import dev.turbochat.step.Input;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Questions for a value, asked again until the answer fits. */
class TypedAskTest {
    private final Fakes.FakeFrontEnd frontEnd = Fakes.frontEnd();
    private UnaryOperator<Runner.Options> options = initial -> initial;

    enum Size {
        SMALL,
        MEDIUM_RARE,
        @Prompt("XXL (very big)")
        EXTRA_LARGE,
        EXTRA_SMALL
    }

    private <R> R call(Program<R> program, String... answers) throws InterruptedException {
        for (String answer : answers) {
            frontEnd.answers.add(Input.text(answer));
        }
        try (Runner runner = Runner.of(Fakes.model(), options)) {
            return runner.call("s", program, frontEnd);
        }
    }

    private <T> T ask(Class<T> type, String... answers) throws InterruptedException {
        return call(chat -> chat.ask("Well?", type), answers);
    }

    private void refuses(Class<?> type, String good, String sentence, String... bad) throws InterruptedException {
        for (String answer : bad) {
            frontEnd.events.clear();
            ask(type, answer, good);
            assertThat(frontEnd.shown())
                    .as("answer '%s'", answer)
                    .startsWith("ask Well?", "notice " + sentence, "ask again Well?")
                    .hasSize(4);
        }
    }

    @Test
    void texts() throws Exception {
        assertThat(ask(String.class, " as it is ")).isEqualTo(" as it is ");
        refuses(String.class, "x", "Please write something.", "", " \n");
    }

    @Test
    void whole_numbers() throws Exception {
        assertThat(ask(int.class, " 42\n")).isEqualTo(42);
        assertThat(ask(Integer.class, "-7")).isEqualTo(-7);
        assertThat(ask(Integer.class, "2147483647")).isEqualTo(Integer.MAX_VALUE);
        assertThat(ask(long.class, "9223372036854775807")).isEqualTo(Long.MAX_VALUE);
        assertThat(ask(Long.class, "-9223372036854775808")).isEqualTo(Long.MIN_VALUE);
        String sentence = "Please answer with a whole number, such as 42.";
        refuses(
                int.class,
                "1",
                sentence,
                "2147483648",
                "-2147483649",
                "4.0",
                "",
                "four",
                "1e3",
                "0x10",
                "4 2",
                "1_000");
        refuses(Long.class, "1", sentence, "9223372036854775808", "12L", "1.5");
    }

    @Test
    void numbers() throws Exception {
        assertThat(ask(double.class, "3.5")).isEqualTo(3.5);
        assertThat(ask(Double.class, " -1e-3 ")).isEqualTo(-0.001);
        assertThat(ask(Double.class, "7")).isEqualTo(7.0);
        String sentence = "Please answer with a number, such as 3.5.";
        refuses(
                Double.class,
                "1",
                sentence,
                "NaN",
                "Infinity",
                "-Infinity",
                "1e999",
                "1d",
                "1D",
                "2f",
                "0x1p3",
                "0X1P3",
                "",
                "3,5",
                "three");
        assertThat(ask(BigDecimal.class, "0.10")).isEqualTo(new BigDecimal("0.10"));
        refuses(BigDecimal.class, "1", sentence, "NaN", "", "1d", "three");
    }

    @Test
    void yes_and_no() throws Exception {
        for (String yes : List.of("yes", "YES", " y ", "Yes!", "true", "yeah", "yep", "sure", "ok", "OK.")) {
            assertThat(ask(boolean.class, yes)).as(yes).isTrue();
        }
        for (String no : List.of("no", "NO", "n", "No.", "false", "nope", "nah")) {
            assertThat(this.<Boolean>call(chat -> chat.confirm("Well?"), no))
                    .as(no)
                    .isFalse();
        }
        refuses(Boolean.class, "yes", "Please answer yes or no.", "maybe", "", "yes and no", "ye", "1");
    }

    @Test
    void dates() throws Exception {
        assertThat(ask(LocalDate.class, " 2024-02-29 ")).isEqualTo(LocalDate.of(2024, 2, 29));
        refuses(
                LocalDate.class,
                "2026-01-01",
                "Please answer with a date, such as 2026-03-31.",
                "2026-02-29",
                "31.3.2026",
                "tomorrow",
                "",
                "2026-3-1");
    }

    @ParameterizedTest
    @CsvSource({
        "small,               SMALL",
        "SMALL,               SMALL",
        "' sMaLl ',           SMALL",
        "s,                   SMALL",
        "1,                   SMALL",
        "medium rare,         MEDIUM_RARE",
        "MEDIUM_RARE,         MEDIUM_RARE",
        "Medium-Rare,         MEDIUM_RARE",
        "m,                   MEDIUM_RARE",
        "2,                   MEDIUM_RARE",
        "XXL (very big),      EXTRA_LARGE",
        "xxl,                 EXTRA_LARGE",
        "x,                   EXTRA_LARGE",
        "extra_large,         EXTRA_LARGE",
        "extra l,             EXTRA_LARGE",
        "3,                   EXTRA_LARGE",
        "extra small,         EXTRA_SMALL",
        "extra-s,             EXTRA_SMALL",
        "4,                   EXTRA_SMALL"
    })
    void constants_by_label_name_number_and_unique_beginning(String answer, Size size) throws Exception {
        assertThat(ask(Size.class, answer)).isEqualTo(size);
    }

    @Test
    void ambiguous_beginnings_and_everything_else_is_refused_with_the_choices() throws Exception {
        refuses(
                Size.class,
                "small",
                "Please choose one of: small, medium rare, XXL (very big), extra small.",
                "e",
                "extra",
                "",
                "0",
                "5",
                "-1",
                "01",
                "smaller",
                "huge");
    }

    enum Stars {
        @Prompt("5")
        FIVE,
        @Prompt("4")
        FOUR,
        @Prompt("3")
        THREE,
        @Prompt("2")
        TWO,
        @Prompt("1")
        ONE
    }

    @ParameterizedTest
    @CsvSource({"5,FIVE", "4,FOUR", "3,THREE", "2,TWO", "1,ONE", "f,", "o,ONE"})
    void a_label_that_is_a_number_means_itself(String answer, @Nullable Stars stars) throws Exception {
        if (stars == null) {
            assertThat(ask(Stars.class, answer, "3")).isEqualTo(Stars.THREE);
        } else {
            assertThat(ask(Stars.class, answer)).isEqualTo(stars);
        }
    }

    enum Nested {
        RED,
        RED_WINE
    }

    @Test
    void a_whole_label_wins_over_the_beginning_of_another() throws Exception {
        assertThat(ask(Nested.class, "red")).isEqualTo(Nested.RED);
        assertThat(ask(Nested.class, "red w")).isEqualTo(Nested.RED_WINE);
        refuses(Nested.class, "red", "Please choose one of: red, red wine.", "r");
    }

    enum Sign {
        PLUS {
            @Override
            int apply(int n) {
                return n;
            }
        },
        @Prompt("take away")
        MINUS {
            @Override
            int apply(int n) {
                return -n;
            }
        };

        abstract int apply(int n);
    }

    @Test
    void constants_with_bodies_of_their_own() throws Exception {
        assertThat(ask(Sign.class, "take")).isEqualTo(Sign.MINUS);
        assertThat(Sign.MINUS.apply(2)).isEqualTo(-2);
    }

    @Test
    void choices_are_in_the_question() throws Exception {
        ask(Size.class, "small");
        assertThat(frontEnd.shown(Event.Ask.class).getFirst().question())
                .isEqualTo(new Question(
                        "s", "Well?", List.of("small", "medium rare", "XXL (very big)", "extra small"), false, false));
        frontEnd.events.clear();
        ask(boolean.class, "yes");
        assertThat(frontEnd.shown(Event.Ask.class).getFirst().question().choices())
                .containsExactly("yes", "no");
        frontEnd.events.clear();
        ask(int.class, "1");
        assertThat(frontEnd.shown(Event.Ask.class).getFirst().question().choices())
                .isEmpty();
    }

    @Test
    void one_of_several_texts() throws Exception {
        List<String> choices = List.of("Dark red", "Light red", "Blue");
        assertThat(this.<String>call(chat -> chat.choose("Colour?", choices), "2"))
                .isEqualTo("Light red");
        assertThat(this.<String>call(chat -> chat.choose("Colour?", choices), "red", "b"))
                .isEqualTo("Blue");
        assertThat(frontEnd.shown()).contains("notice Please choose one of: Dark red, Light red, Blue.");
        assertThatThrownBy(() -> call(chat -> chat.choose("Colour?", List.of())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("A choice was asked for with nothing to choose from; give at least one.");
    }

    @Test
    void a_question_is_given_up_after_so_many_answers() {
        options = initial -> initial.answers(3);
        assertThatThrownBy(() -> ask(int.class, "a", "b", "c", "4"))
                .isInstanceOf(ProgramException.AnswerRefused.class)
                .hasMessage("The question 'Well?' was answered 3 times with something that does not fit;"
                        + " ask differently, or allow more attempts.");
        assertThat(frontEnd.answers).hasSize(1);
    }

    @Test
    void ten_answers_are_allowed_where_nothing_else_is_said() {
        String[] answers = Collections.nCopies(11, "a").toArray(String[]::new);
        assertThatThrownBy(() -> ask(int.class, answers)).isInstanceOf(ProgramException.AnswerRefused.class);
        assertThat(frontEnd.answers).hasSize(1);
    }

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
