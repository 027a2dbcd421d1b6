package dev.turbochat.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.turbochat.error.ConfigurationException;
import dev.turbochat.step.Usage;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PricesTest {
    private static final Usage MILLION = new Usage(1_000_000, 1_000_000);

    @TempDir
    Path folder;

    private Prices prices(String json) throws IOException {
        return Prices.of(Files.writeString(folder.resolve("prices.json"), json));
    }

    private static void costs(Prices prices, String model, String price) {
        assertThat(prices.of(model, MILLION))
                .hasValueSatisfying(sum -> assertThat(sum).isEqualByComparingTo(price));
    }

    @Test
    void the_built_in_table_knows_common_models_and_that_local_ones_are_free() {
        Prices prices = Prices.builtIn();
        costs(prices, "openai:gpt-4o-mini", "0.75");
        costs(prices, "openai:gpt-4o-mini-2024-07-18", "0.75");
        costs(prices, "anthropic:claude-sonnet-4-20250514", "18");
        costs(prices, "ollama:whatever:3b", "0");
        costs(prices, "eliza", "0");
        assertThat(prices.currency()).isEqualTo("USD");
    }

    @ParameterizedTest
    @ValueSource(strings = {"openai:gpt-4o-mini-audio", "openai:gpt", "groq:new", "http://localhost/v1#m", ""})
    void what_is_not_in_it_is_not_known(String model) {
        assertThat(Prices.builtIn().of(model, MILLION)).isEmpty();
        Spent spent = Spent.of(Completion.of("Hi", model), Prices.builtIn(), Duration.ZERO);
        assertThat(spent.money()).isEmpty();
        assertThat(spent.plus(Spent.NOTHING).money()).isEmpty();
    }

    @Test
    void cached_tokens_have_their_own_price_and_the_longest_name_counts() throws Exception {
        Prices prices = prices("""
                {"currency": "EUR", "models": {"a:*": {"in": 1, "out": 10},
                 "a:b*": {"in": 2, "out": 20, "cached": 0.5, "written": 4}}}""");
        costs(prices, "a:x", "11");
        Usage usage = new Usage(1_000_000, 100_000, 400_000, 100_000, 50_000);
        assertThat(prices.of("a:bc", usage).orElseThrow()).isEqualByComparingTo("3.6"); // 1.0 + 0.2 + 0.4 + 2.0
        assertThat(prices.of("a:x", usage).orElseThrow()).isEqualByComparingTo("2");
        assertThat(prices.currency()).isEqualTo("EUR");
    }

    @Test
    void a_table_lies_over_another() throws Exception {
        Prices own = prices("{\"models\": {\"openai:gpt-4o-mini\": {\"in\": 0, \"out\": 1}}}");
        costs(own.over(Prices.builtIn()), "openai:gpt-4o-mini", "1");
        costs(own.over(Prices.builtIn()), "openai:gpt-4o", "12.5");
        assertThat(own.of("openai:gpt-4o")).isEmpty();
        assertThatThrownBy(() -> prices("{\"currency\":\"EUR\",\"models\":{}}").over(own))
                .isInstanceOf(ConfigurationException.class);
        costs(Prices.none().with("m", new Prices.Price(BigDecimal.ONE, BigDecimal.ONE, null, null)), "m", "2");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "{}",
                "[]",
                "{\"models\": {\"m\": {\"in\": 1}}}",
                "{\"models\": {\"m\": {\"in\": \"dear\", \"out\": 1}}}",
                "{\"models\": {\"m\": {\"in\": -1, \"out\": 1}}}",
                "{\"models\": {\"m\": {\"in\": 1, \"out\": 1, \"outt\": 1}}}",
                "{\"model\": {}}"
            })
    void a_file_that_is_no_table_is_refused_by_name(String json) {
        assertThatThrownBy(() -> prices(json))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("prices.json is not what it should be");
    }

    @Test
    void a_file_that_is_not_there_is_named() {
        assertThatThrownBy(() -> Prices.of(folder.resolve("none.json")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("none.json cannot be read");
    }
}
