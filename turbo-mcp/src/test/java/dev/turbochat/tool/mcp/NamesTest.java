package dev.turbochat.tool.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NamesTest {
    @Test
    void what_every_vendor_takes_stays() {
        assertThat(Names.of("x_", List.of("read-file", "B2")))
                .containsEntry("read-file", "x_read-file")
                .containsEntry("B2", "x_B2");
    }

    @Test
    void what_would_be_two_tools_name_tells_them_apart_whatever_the_order() {
        assertThat(Names.of("", List.of("a.b", "a/b", "a_b")))
                .isEqualTo(Names.of("", List.of("a_b", "a/b", "a.b")))
                .containsEntry("a_b", "a_b")
                .hasEntrySatisfying("a.b", name -> assertThat(name).matches("a_b-[0-9a-f]{8}"))
                .hasEntrySatisfying("a/b", name -> assertThat(name).matches("a_b-[0-9a-f]{8}"));
    }

    @Test
    void what_is_too_long_is_cut() {
        List<String> names = List.of("n".repeat(70) + "1", "n".repeat(70) + "2", "n".repeat(64));

        assertThat(Names.of("", names).values())
                .doesNotHaveDuplicates()
                .allSatisfy(name -> assertThat(name).hasSizeLessThanOrEqualTo(64));
    }
}
