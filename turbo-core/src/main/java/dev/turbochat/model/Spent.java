package dev.turbochat.model;

import dev.turbochat.step.Usage;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What model calls have cost.
 *
 * @param calls how many
 * @param usage their tokens; of calls that nobody counted, none
 * @param priced the price of those calls whose price is known, in the currency of the {@link Prices}
 * @param unpriced the specs of the models whose price is not known: with any, the whole price is not known either
 * @param time how long they took together
 */
public record Spent(long calls, Usage usage, BigDecimal priced, Set<String> unpriced, Duration time) {
    /** Nothing. */
    public static final Spent NOTHING = new Spent(0, Usage.NONE, BigDecimal.ZERO, Set.of(), Duration.ZERO);

    public Spent {
        unpriced = Set.copyOf(unpriced);
    }

    /** What one call has cost. */
    public static Spent of(Completion completion, Prices prices, Duration time) {
        return of(completion.model(), completion.usage(), prices, time);
    }

    /** What one call of a model has cost. */
    public static Spent of(String model, Usage usage, Prices prices, Duration time) {
        Optional<BigDecimal> price = prices.of(model, usage);
        return new Spent(1, usage, price.orElse(BigDecimal.ZERO), price.isPresent() ? Set.of() : Set.of(model), time);
    }

    /** Both together. */
    public Spent plus(Spent other) {
        Set<String> both = new TreeSet<>(unpriced);
        both.addAll(other.unpriced);
        return new Spent(
                calls + other.calls, usage.plus(other.usage), priced.add(other.priced), both, time.plus(other.time));
    }

    /** What it cost in money; empty where the price of a model is not known, never zero for that. */
    public Optional<BigDecimal> money() {
        return unpriced.isEmpty() ? Optional.of(priced) : Optional.empty();
    }
}
