package dev.turbochat.model.eliza;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PhrasesTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "One two. Three        | One two/Three",
                "one, two; three       | one/two/three",
                "a but b But c         | a/b/c",
                "butter butler         | butter butler",
                "I weigh 82.5 at 10:30 | I weigh 82.5 at 10:30",
                "well-known - indeed   | well-known/indeed",
                "no -- really          | no/really",
                "'quoted' don't        | quoted don't",
                "don\u2019t            | don't",
                "(a) \"b\" [c] *d*     | a b c d",
                "tell me\u2014now      | tell me/now",
                "AT&T #1               | at&t #1",
                "The End               | the End",
                "SHOUTED WORDS         | shouted words",
                "\u6211\u3002\u4F60    | \u6211/\u4F60"
            })
    void end_at_marks_and_at_but(String text, String phrases) {
        assertThat(Phrases.of(text, Set.of("the")).stream()
                        .map(phrase -> phrase.stream().map(Word::spelling).collect(Collectors.joining(" ")))
                        .collect(Collectors.joining("/")))
                .isEqualTo(phrases);
    }
}
