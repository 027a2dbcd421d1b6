package dev.turbochat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.turbochat.error.ProgramException;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Questions for a value, asked again until the answer fits. */
class TypedAskTest extends TypedAskFixture {
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
                        "s",
                        "Well?",
                        List.of("small", "medium rare", "XXL (very big)", "extra small"),
                        true,
                        false,
                        false,
                        null));
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
}
