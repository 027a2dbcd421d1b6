package dev.turbochat.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds for every text. Random texts come from fixed seeds, so that a failure can be repeated. */
class MarkdownPropertiesTest {
    private static final Pattern HOSTILE =
            Pattern.compile("[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\u2028-\\u202e\\u2066-\\u2069]");

    private static final List<String> MARKUP = List.of(
            "*",
            "**",
            "***",
            "_",
            "__",
            "~~",
            "`",
            "``",
            "```",
            "~~~",
            "\n",
            "\n",
            "\n\n",
            "\r\n",
            " ",
            " ",
            "  ",
            "    ",
            "\t",
            "- ",
            "* ",
            "+ ",
            "1. ",
            "10) ",
            "> ",
            "# ",
            "### ",
            "---",
            "===",
            "|",
            "\n|",
            "|\n|-|-:|\n|",
            "[",
            "](",
            ")",
            "](http://",
            "!",
            "\\",
            "<",
            ".",
            ",",
            "!",
            "5",
            "你",
            "。",
            "👍",
            "👍🏽",
            "❤️",
            "é",
            "\033[31m",
            "\u009b",
            "\u202e",
            "\u2067",
            "\177",
            "\b",
            "\ud83d");

    /** Markup and words at random; the letters are numbered through, so that the loss of any would be seen. */
    private static String random(Random random, int tokens) {
        StringBuilder text = new StringBuilder();
        int letter = 0;
        for (int i = 0; i < tokens; i++) {
            if (random.nextInt(5) < 3) {
                text.append(MARKUP.get(random.nextInt(MARKUP.size())));
            } else {
                for (int length = random.nextInt(1, 7); length > 0; length--) {
                    text.append((char) ('a' + letter++ % 26));
                }
            }
        }
        return text.toString().replace("\033[31m", "\033[31M");
    }

    private static Stream<String> randomTexts(int count) {
        return Stream.iterate(0, seed -> seed + 1).limit(count).map(seed -> random(new Random(seed), 1 + seed % 60));
    }

    private static Stream<String> goldens() {
        return Stream.of(MarkdownStreamTest.inline(), MarkdownStreamTest.blocks(), MarkdownStreamTest.wrapping())
                .flatMap(List::stream)
                .map(MarkdownStreamTest.Golden::markdown);
    }

    private static String inPieces(String text, int width, boolean styled, Random random) {
        StringBuilder shown = new StringBuilder();
        MarkdownStream stream = new MarkdownStream(shown::append, () -> width, styled);
        for (int i = 0; i < text.length(); ) {
            int end = Math.min(text.length(), i + random.nextInt(1, 6));
            stream.text(text.substring(i, end));
            i = end;
        }
        stream.end();
        return shown.toString();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 12, 80})
    void every_split_in_two_shows_the_same(int width) {
        Stream.concat(goldens(), randomTexts(100)).forEach(text -> {
            String whole = MarkdownText.render(text, width, true);
            for (int split = 0; split <= text.length(); split++) {
                StringBuilder shown = new StringBuilder();
                MarkdownStream stream = new MarkdownStream(shown::append, () -> width, true);
                stream.text(text.substring(0, split));
                stream.text(text.substring(split));
                stream.end();
                assertThat(shown.toString()).as(text).isEqualTo(whole);
            }
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 12, 80})
    void random_pieces_show_the_same(int width) {
        Random random = new Random(width);
        Stream.concat(goldens(), randomTexts(3_000)).forEach(text -> {
            for (boolean styled : new boolean[] {true, false}) {
                assertThat(inPieces(text, width, styled, random))
                        .as(text)
                        .isEqualTo(MarkdownText.render(text, width, styled));
            }
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 1, 3, 12, 80})
    void no_letter_is_lost_and_nothing_reaches_the_terminal_but_our_own_styles(int width) {
        randomTexts(2_000).forEach(text -> {
            String shown = MarkdownText.render(text, width, true);
            String visible = Ansi.visible(shown);

            assertThat(Ansi.letters(visible)).as(text).isEqualTo(Ansi.letters(text));
            assertThat(visible).as(text).doesNotContainPattern(HOSTILE);
            if (!shown.isEmpty()) {
                assertThat(shown).as(text).endsWith("\n").doesNotEndWith("\n\n").isNotEqualTo("\n");
            }
            assertThat(shown.lines()).as(text).allMatch(MarkdownPropertiesTest::endsPlain);
        });
    }

    /** Whether the last style that is switched on in the line is switched off again. */
    private static boolean endsPlain(String line) {
        int last = line.lastIndexOf("\033[");
        return last < 0 || line.startsWith("\033[0m", last);
    }

    @Test
    void unstyled_and_unwrapped_text_passes_as_it_is() {
        randomTexts(5_000).forEach(text -> {
            String expected = Printable.of(text).replaceAll("(\n[ \t]*)+$", "");
            String shown = MarkdownText.render(text, 0, false);

            assertThat(shown.stripTrailing()).as(text).isEqualTo(expected.stripTrailing());
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {24, 33, 80})
    void lines_fit_the_width(int width) {
        List<String> pieces = List.of(
                "a",
                "word",
                "longer",
                "**bold**",
                "`code x`",
                "*it* ",
                "你好",
                "、",
                "👍🏽",
                "\n- ",
                "\n  - ",
                "\n> ",
                "\n1. ",
                "\n\n",
                "\n",
                "[x](y)",
                " ",
                " ",
                " ");
        for (int seed = 0; seed < 2_000; seed++) {
            Random random = new Random(seed);
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < 60; i++) {
                text.append(pieces.get(random.nextInt(pieces.size())));
                if (i % 2 == 0) {
                    text.append(' ');
                }
            }
            for (boolean styled : new boolean[] {true, false}) {
                String shown = Ansi.visible(MarkdownText.render(text.toString(), width, styled));
                // Four spaces more than the container's own are code, which is not wrapped.
                assertThat(shown.lines().filter(line -> !line.matches("[ │•◦▪>\\-1.]*    .*")))
                        .as(text.toString())
                        .allSatisfy(line ->
                                assertThat(Columns.of(line.stripTrailing())).isLessThanOrEqualTo(width));
            }
        }
    }

    @Test
    void a_hostile_model_gets_no_escape_sequence_through_anywhere() {
        String osc = "\033]0;owned\007\u009b2J\u202e\b\177";
        for (String place : List.of(
                "%s",
                "# %s",
                "- %s",
                "> %s",
                "**%s**",
                "`%s`",
                "[%s](x)",
                "[x](%s)",
                "```%s\n%s\n```",
                "|%s|\n|-|\n|%s|",
                "\\%s",
                "    %s",
                "![%s](%s)",
                "<%s>")) {
            for (boolean styled : new boolean[] {true, false}) {
                String shown = Ansi.visible(MarkdownText.render(place.replace("%s", osc), 80, styled));

                assertThat(shown).as(place).contains("␛]0;owned␇").doesNotContainPattern(HOSTILE);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "*", "`", "[", "-", "- ", "> ", " ", "_", "~", "#", "(", "[a](", "**a ", "|", "\\", "!", "\n", "a", "1",
                "\u0301", "`a ", "|a|\n"
            })
    void endless_markup_takes_linear_time(String piece) {
        String text = piece.repeat(100_000 / piece.length());

        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> {
            MarkdownText.render(text, 80, true);
            MarkdownText.render("a " + text, 80, true);
            MarkdownText.render(text, 80, false);
        });
    }
}
