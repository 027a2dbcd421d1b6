package dev.turbochat.model;

import dev.turbochat.error.ConfigurationException;
import dev.turbochat.step.Usage;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * What models cost: a table from specs to prices of a million tokens. A model that is not in it has a price that is not
 * known, which is not zero.
 *
 * <p>The table is a JSON file:
 *
 * <pre>{@code
 * {"currency": "USD", "models": {"openai:gpt-4o-mini": {"in": 0.15, "out": 0.60, "cached": 0.075}, "ollama:*": {"in": 0, "out": 0}}}
 * }</pre>
 *
 * <p>A name that ends in {@code *} stands for all that begin so; the longest that fits counts. A date behind a model's
 * name, as in {@code gpt-4o-mini-2024-07-18}, is passed over where the name with it is not in the table. Vendors change
 * their prices: those that come with turbo are of the day that the file names, and a bill is not made of them.
 *
 * <p>Immutable.
 */
public final class Prices {
    private static final Pattern DATE = Pattern.compile("-(\\d{4}-\\d{2}-\\d{2}|\\d{8})$");
    private static final int PER_MILLION = 6;
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private final String currency;
    private final Map<String, Price> models;

    private Prices(String currency, Map<String, Price> models) {
        this.currency = currency;
        this.models = Map.copyOf(models);
    }

    /**
     * What a million tokens cost, none less than zero.
     *
     * @param in that go in
     * @param out that come out, thoughts included
     * @param cached that go in and that the vendor had in its cache; null where that makes no difference
     * @param written that go in and that the vendor puts into its cache; null where that makes no difference
     */
    public record Price(
            BigDecimal in,
            BigDecimal out,
            @Nullable BigDecimal cached,
            @Nullable BigDecimal written) {
        public Price {
            Objects.requireNonNull(in, "'in' is missing");
            Objects.requireNonNull(out, "'out' is missing");
            for (BigDecimal price : new BigDecimal[] {in, out, cached, written}) {
                if (price != null && price.signum() < 0) {
                    throw new IllegalArgumentException("A price was given as " + price + "; none is less than zero.");
                }
            }
        }

        BigDecimal of(Usage usage) {
            long plain = Math.max(0, usage.prompt() - usage.cached() - usage.written());
            return times(in, plain)
                    .add(times(cached == null ? in : cached, usage.cached()))
                    .add(times(written == null ? in : written, usage.written()))
                    .add(times(out, usage.completion()));
        }

        private static BigDecimal times(BigDecimal price, long tokens) {
            return price.multiply(BigDecimal.valueOf(tokens)).movePointLeft(PER_MILLION);
        }
    }

    private record Table(
            @Nullable String currency, @Nullable String asOf, Map<String, Price> models) {}

    /** The prices that come with turbo. */
    public static Prices builtIn() {
        try (InputStream in =
                Objects.requireNonNull(Prices.class.getResourceAsStream("prices.json"), "prices.json is missing")) {
            return read(in.readAllBytes(), "that comes with turbo");
        } catch (IOException e) {
            throw new ConfigurationException("The table of prices that comes with turbo cannot be read: " + e, e);
        }
    }

    /** No prices at all: what anything costs is not known. */
    public static Prices none() {
        return new Prices("USD", Map.of());
    }

    /**
     * The prices in a file, and nothing besides.
     *
     * @throws ConfigurationException if it cannot be read, or is no such table
     */
    public static Prices of(Path file) {
        try {
            return read(Files.readAllBytes(file), file.toString());
        } catch (IOException e) {
            throw new ConfigurationException(
                    "The table of prices " + file + " cannot be read (" + e + "); check it.", e);
        }
    }

    private static Prices read(byte[] json, String where) {
        try {
            Table table = MAPPER.readValue(json, Table.class);
            Map<String, Price> models = Objects.requireNonNull(table.models(), "'models' is missing");
            return new Prices(table.currency() == null ? "USD" : table.currency(), models);
        } catch (JacksonException | NullPointerException e) {
            String said = e instanceof JacksonException syntax ? syntax.getOriginalMessage() : e.getMessage();
            throw new ConfigurationException(
                    "The table of prices " + where + " is not what it should be (" + said + "); write it as"
                            + " {\"models\": {\"openai:gpt-4o-mini\": {\"in\": 0.15, \"out\": 0.60}}}.",
                    e);
        }
    }

    /** These prices, and one more, or another. */
    public Prices with(String model, Price price) {
        Map<String, Price> more = new HashMap<>(models);
        more.put(model, price);
        return new Prices(currency, more);
    }

    /** These prices, and those of {@code base} for the models that these say nothing of. In one currency. */
    public Prices over(Prices base) {
        if (!currency.equals(base.currency)) {
            throw new ConfigurationException(
                    "Prices in " + currency + " were laid over prices in " + base.currency + "; use one currency.");
        }
        Map<String, Price> all = new HashMap<>(base.models);
        all.putAll(models);
        return new Prices(currency, all);
    }

    /** What all prices are in: {@code USD}. */
    public String currency() {
        return currency;
    }

    /** What a model costs, or empty if that is not known. */
    public Optional<Price> of(String model) {
        return find(model).or(() -> find(DATE.matcher(model).replaceFirst("")));
    }

    private Optional<Price> find(String model) {
        Price exact = models.get(model);
        if (exact != null) {
            return Optional.of(exact);
        }
        return models.keySet().stream()
                .filter(name -> name.endsWith("*") && model.startsWith(name.substring(0, name.length() - 1)))
                .max(Comparator.comparingInt(String::length))
                .map(models::get);
    }

    /** What this many tokens of a model cost, or empty if that is not known. */
    public Optional<BigDecimal> of(String model, Usage usage) {
        return of(model).map(price -> price.of(usage));
    }
}
