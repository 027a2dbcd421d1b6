package dev.turbochat.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.turbochat.testkit.ModelWire.Capability;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The table in docs/models.md says what the contract tests, and nothing else. */
class ModelTableTest {
    private static final List<ModelWire> WIRES = List.of(new OpenAiWire(), new AnthropicWire(), new GeminiWire());

    @Test
    void every_cell_is_a_test_of_the_contract_or_a_dash() throws Exception {
        String expected = Stream.concat(
                        Stream.of("| | OpenAI-compatible | Anthropic | Gemini |", "|---|---|---|---|"),
                        Arrays.stream(Capability.values()).map(ModelTableTest::row))
                .collect(Collectors.joining("\n"));
        assertThat(Files.readString(Path.of("../docs/models.md"), UTF_8)).contains(expected);
    }

    private static String row(Capability capability) {
        return WIRES.stream()
                .map(wire -> wire.capabilities().contains(capability) ? "yes" : "-")
                .collect(Collectors.joining(" | ", "| " + capability.words() + " | ", " |"));
    }
}
