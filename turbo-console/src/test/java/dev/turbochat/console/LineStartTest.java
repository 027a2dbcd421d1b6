package dev.turbochat.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LineStartTest {
    private static final List<String> PIECES = List.of(
            " ", " ", "  ", "\t", "-", "*", "+", "_", "=", "1", "12", ".", ")", ">", "#", "##", "`", "```", "~", "~~~",
            "|", "a");

    private static final List<List<Container>> OPEN = List.of(
            List.of(),
            List.of(new Container.Quote()),
            List.of(new Container.Item(0, 2, "•")),
            List.of(new Container.Item(0, 3, "1."), new Container.Item(3, 5, "◦")),
            List.of(new Container.Quote(), new Container.Item(2, 4, "•")),
            List.of(new Container.Item(0, 2, "•"), new Container.Quote()));

    private static String line(Random random) {
        StringBuilder line = new StringBuilder();
        for (int i = random.nextInt(1, 9); i > 0; i--) {
            line.append(PIECES.get(random.nextInt(PIECES.size())));
        }
        return line.toString();
    }

    @Test
    void what_is_decided_early_is_what_the_whole_line_says() {
        Random random = new Random(1);
        for (int i = 0; i < 50_000; i++) {
            String line = line(random);
            List<Container> open = OPEN.get(random.nextInt(OPEN.size()));
            boolean inText = random.nextBoolean();
            LineStart.Found whole = LineStart.read(line, true, open, inText);
            for (int end = 0; end < line.length(); end++) {
                LineStart.Found early = LineStart.read(line.substring(0, end), false, open, inText);
                if (early != null) {
                    assertThat(early).as("%s, %s, %s", line, open, end).isEqualTo(whole);
                }
            }
        }
    }

    @Test
    void what_is_decided_early_in_code_is_what_the_whole_line_says() {
        Random random = new Random(2);
        for (int i = 0; i < 50_000; i++) {
            String line = line(random);
            List<Container> open = OPEN.get(random.nextInt(OPEN.size()));
            Leaf.Fence fence = new Leaf.Fence(random.nextBoolean() ? '`' : '~', 3, random.nextInt(2), "");
            LineStart.Found whole = LineStart.readCode(line, true, open, fence);
            for (int end = 0; end < line.length(); end++) {
                LineStart.Found early = LineStart.readCode(line.substring(0, end), false, open, fence);
                if (early != null) {
                    assertThat(early).as("%s, %s, %s", line, open, end).isEqualTo(whole);
                }
            }
        }
    }

    @Test
    void a_line_of_text_is_decided_at_its_first_letter() {
        for (String line :
                List.of("a", "- a", "  - a", "> a", "1. a", "**a", "## a", "| ", "`a", "12a", "-a", "--- a")) {
            assertThat(LineStart.read(line, false, List.of(), false)).as(line).isNotNull();
        }
        for (String line :
                List.of("", " ", "-", "- ", "**", "1", "1.", "1. ", "#", "# ", ">", "> ", "```", "```java", "---")) {
            assertThat(LineStart.read(line, false, List.of(), false)).as(line).isNull();
        }
    }
}
