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
 * @param turns how many of them answered somebody, and no tool
 * @param usage their tokens; of calls that nobody counted, none
 * @param priced the price of those calls whose price is known, in the currency of the {@link Prices}
 * @param unpriced the specs of the models whose price is not known: with any, the whole price is not known either
 * @param time how long they took together
 */
public record Spent(long calls, long turns, Usage usage, BigDecimal priced, Set<String> unpriced, Duration time) {
    /** Nothing. */
    public static final Spent NOTHING = new Spent(0, 0, Usage.NONE, BigDecimal.ZERO, Set.of(), Duration.ZERO);

    public Spent {
        unpriced = Set.copyOf(unpriced);
    }

    /** What one call has cost, no turn. */
    public static Spent of(Completion completion, Prices prices, Duration time) {
        return of(completion.model(), completion.usage(), prices, time);
    }

    /** What one call of a model has cost, no turn. */
    public static Spent of(String model, Usage usage, Prices prices, Duration time) {
        Optional<BigDecimal> price = prices.of(model, usage);
        return new Spent(
                1, 0, usage, price.orElse(BigDecimal.ZERO), price.isPresent() ? Set.of() : Set.of(model), time);
    }

    /** Both together. */
    public Spent plus(Spent other) {
        Set<String> both = new TreeSet<>(unpriced);
        both.addAll(other.unpriced);
        return new Spent(
                calls + other.calls,
                turns + other.turns,
                usage.plus(other.usage),
                priced.add(other.priced),
                both,
                time.plus(other.time));
    }

    /** The same, of a call that was counted before. */
    public Spent ofNoCall() {
        return new Spent(calls - 1, turns, usage, priced, unpriced, time);
    }

    /** The same, of so many turns. */
    public Spent turns(long number) {
        return new Spent(calls, number, usage, priced, unpriced, time);
    }

    /** What it cost in money; empty where the price of a model is not known, never zero for that. */
    public Optional<BigDecimal> money() {
        return unpriced.isEmpty() ? Optional.of(priced) : Optional.empty();
    }
}
