package dev.turbochat.step;

/**
 * Asks the user for a value and asks again until the answer fits.
 *
 * <p>Types: {@code String}, {@code int}, {@code long}, {@code double}, {@code boolean} and their boxes, {@code BigDecimal},
 * enums, {@code LocalDate}, and records of these, which are asked component by component.
 *
 * @param <T> the type of the value
 */
public record Ask<T>(String prompt, Class<T> type) implements Step<T> {}
