package dev.turbochat.console;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PrintableTest {
    @Test
    void control_characters_become_pictures() {
        assertThat(Printable.of("a\033[2Jb\007\b\0\177")).isEqualTo("a␛[2Jb␇␈␀␡");
    }

    @ParameterizedTest
    @CsvSource({"80", "9b", "9d", "9f", "2028", "2029", "202a", "202d", "202e", "2066", "2069", "d800", "dfff"})
    void what_else_could_mislead_becomes_a_replacement_character(String hex) {
        String hostile = String.valueOf((char) Integer.parseInt(hex, 16));

        assertThat(Printable.of("a" + hostile + "b")).isEqualTo("a\uFFFDb");
        assertThat(Printable.line("a" + hostile + "b")).isEqualTo("a\uFFFDb");
    }

    @Test
    void text_of_every_script_stays() {
        String text = "é 你好 שלום\u200F العربية 👍🏽 👨‍👩‍👧 \u00A0~";

        assertThat(Printable.of(text)).isEqualTo(text);
        assertThat(Printable.line(text)).isEqualTo(text);
    }

    @Test
    void line_breaks_and_tabs_stay_in_text_but_not_in_a_line() {
        assertThat(Printable.of("a\r\nb\rc\n\td")).isEqualTo("a\nb\nc\n\td");
        assertThat(Printable.line("a\r\n\tb")).isEqualTo("a␍␊␉b");
    }
}
