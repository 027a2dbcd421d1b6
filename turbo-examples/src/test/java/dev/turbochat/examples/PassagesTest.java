package dev.turbochat.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PassagesTest {
    private static final Passages ANIMALS =
            new Passages(List.of("The cat and the dog.", "The cow and the dog.", "The hen and the cat.", "The ox."));

    @Test
    void a_short_text_is_one_passage() {
        assertThat(Passages.of("One.\n\nTwo.").all()).containsExactly("One.\n\nTwo.");
        assertThat(Passages.of("").all()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "word ",
                "A sentence. ",
                "A paragraph.\n\n",
                "A paragraph.\r\n\r\n",
                "unbroken",
                "\n",
                "\uD83D\uDE00"
            })
    void nothing_is_left_out_however_it_is_written(String piece) {
        String text = piece.repeat(2000);
        List<String> passages = Passages.of(text).all();
        assertThat(String.join("", passages)).isEqualTo(text);
        assertThat(passages)
                .hasSizeGreaterThan(1)
                .allSatisfy(passage ->
                        assertThat(passage.codePointCount(0, passage.length())).isLessThanOrEqualTo(1200));
    }

    @Test
    void a_passage_ends_with_a_paragraph_or_else_a_sentence_or_else_a_word() {
        assertThat(Passages.of(("x".repeat(500) + ". y\r\n\r\n").repeat(3))
                        .all()
                        .getFirst())
                .hasSize(2 * 507);
        assertThat(Passages.of("A sentence of words. ".repeat(100)).all().getFirst())
                .endsWith("words. ");
        assertThat(Passages.of("word ".repeat(500)).all().getFirst()).endsWith("word ");
    }

    @Test
    void what_shares_more_words_comes_first_and_the_order_is_that_of_the_text() {
        assertThat(ANIMALS.about("Who is the CAT, who is the hen?", 1)).containsExactly("The hen and the cat.");
        assertThat(ANIMALS.about("cat? hen? cow?", 2)).containsExactly("The cow and the dog.", "The hen and the cat.");
    }

    @Test
    void a_rare_word_counts_more_than_common_ones() {
        assertThat(ANIMALS.about("and the ox", 1)).containsExactly("The ox.");
    }

    @Test
    void where_nothing_is_shared_the_text_is_shown_from_its_beginning() {
        assertThat(ANIMALS.about("Wer?", 2)).containsExactly("The cat and the dog.", "The cow and the dog.");
    }

    @Test
    void all_are_shown_if_there_is_room() {
        assertThat(ANIMALS.about("ox", 9)).isEqualTo(ANIMALS.all());
    }
}
