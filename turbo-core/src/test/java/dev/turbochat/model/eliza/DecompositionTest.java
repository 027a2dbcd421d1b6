package dev.turbochat.model.eliza;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DecompositionTest {
    private static final Map<String, Set<String>> TAGS = Map.of("mother", Set.of("noun", "family"));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0                  | a b c         | [a b c]",
                "0                  | ''            | []",
                "0 b 0              | a b c b       | [a][b][c b]",
                "0 b                | a b c b       | [a b c][b]",
                "0 b 0 c            | b b c         | [][b][b][c]",
                "0 b c 0            | b b c c       | [b][b][c][c]",
                "2 0                | a b c         | [a b][c]",
                "0 1                | a b c         | [a b][c]",
                "0 (x b) 0          | a b c         | [a][b][c]",
                "0 /family 0        | my Mother is  | [my][Mother][is]",
                "0 (x /family) 0    | my mother is  | [my][mother][is]",
                "b 0                | B             | [B][]",
                "0 b 0 b 0 b        | b b           | none",
                "b                  | a b           | none",
                "a b                | a             | none",
                "3                  | a b           | none",
                "0 /noun /noun 0    | mother        | none"
            })
    void takes_phrases_apart_with_the_shortest_reading(String pattern, String phrase, String components) {
        assertThat(apart(pattern, phrase)).isEqualTo(components);
    }

    private static String apart(String pattern, String phrase) {
        List<Word> words = Arrays.stream(phrase.split(" ", -1))
                .filter(word -> !word.isEmpty())
                .map(Word::new)
                .toList();
        return Decomposition.parse(pattern)
                .match(words, TAGS)
                .map(components -> components.stream()
                        .map(component -> component.stream().map(Word::spelling).collect(Collectors.joining(" ")))
                        .map(component -> "[" + component + "]")
                        .collect(Collectors.joining()))
                .orElse("none");
    }

    @Test
    void hashes_as_the_7094_did() {
        assertThat(SlipHash.of("always", 7)).as("the paper's own example").isEqualTo(14);
        assertThat(SlipHash.of("here", 2))
                .as("the memory of the published dialogue")
                .isEqualTo(3);
        assertThat(SlipHash.of("invented", 2)).as("the last cell").isEqualTo(SlipHash.of("ed", 2));
    }
}
