package dev.turbochat.step;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * The name of one thing that can be set about a model call, with its type and range.
 *
 * <p>The constants are what vendors agree on. {@link Settings#extra} takes whatever else a vendor understands.
 *
 * @param <T> the type of its values
 */
public final class Setting<T> {
    /** The model's name at its provider; what the spec named, where unset. */
    public static final Setting<String> MODEL = new Setting<>("model", "not blank", s -> !s.isBlank());
    /** Randomness, 0 to 2. */
    public static final Setting<Double> TEMPERATURE = number("temperature", 0, 2);
    /** The share of probability that is sampled from, 0 to 1. */
    public static final Setting<Double> TOP_P = number("top_p", 0, 1);
    /** The most tokens that an answer may have, at least 1. */
    public static final Setting<Integer> MAX_TOKENS = new Setting<>("max_tokens", "at least 1", n -> n >= 1);
    /** Texts that end the answer; most vendors take up to four. */
    public static final Setting<List<String>> STOP = new Setting<>(
            "stop",
            "one text or more, none empty",
            s -> !s.isEmpty() && s.stream().noneMatch(String::isEmpty));
    /** Equal seeds give similar answers, where the vendor can. */
    public static final Setting<Long> SEED = new Setting<>("seed", "any whole number", n -> true);
    /** How many candidates are generated, 1 to 128. */
    public static final Setting<Integer> N = new Setting<>("n", "1 to 128", n -> n >= 1 && n <= 128);
    /** Penalty on tokens that have come at all, -2 to 2. */
    public static final Setting<Double> PRESENCE_PENALTY = number("presence_penalty", -2, 2);
    /** Penalty on tokens by how often they have come, -2 to 2. */
    public static final Setting<Double> FREQUENCY_PENALTY = number("frequency_penalty", -2, 2);
    /** Bias by token id, -100 to 100. */
    public static final Setting<Map<String, Integer>> LOGIT_BIAS = new Setting<>(
            "logit_bias", "-100 to 100 each", m -> m.values().stream().allMatch(n -> n >= -100 && n <= 100));
    /** How much a reasoning model thinks: a word that the vendor knows, such as {@code low}. */
    public static final Setting<String> REASONING_EFFORT =
            new Setting<>("reasoning_effort", "not blank", s -> !s.isBlank());
    /** Who the end user is, in the vendor's logs. */
    public static final Setting<String> USER = new Setting<>("user", "any text", s -> true);
    /** The session that asks, by which limits and budgets are kept; no vendor is told. */
    public static final Setting<String> SESSION = new Setting<>("session", "any text", s -> true);
    /** The format of the answer, as the vendor's JSON: {@code Map.of("type", "json_object")}. */
    public static final Setting<Map<String, Object>> RESPONSE_FORMAT =
            new Setting<>("response_format", "a JSON object", m -> true);
    /** Which tools may be called: {@code auto}, {@code none}, {@code required}, or the name of the one that must be. */
    public static final Setting<String> TOOL_CHOICE =
            new Setting<>("tool_choice", "auto, none, required or a tool's name", s -> !s.isBlank());
    /** Whether the model may want several tools called at once. */
    public static final Setting<Boolean> PARALLEL_TOOL_CALLS =
            new Setting<>("parallel_tool_calls", "true or false", b -> true);
    /**
     * How long the vendor is to keep the beginning of the prompt for the next: the shortest time that it offers and that
     * is no shorter, or its longest. Vendors that keep it by themselves are not told.
     */
    public static final Setting<Duration> PROMPT_CACHE = time("prompt_cache");
    /** Fields that are sent as they are, beside all others; values are what JSON can hold. */
    public static final Setting<Map<String, Object>> EXTRA = new Setting<>("extra", "any fields", m -> true);
    /** The longest wait for a connection. */
    public static final Setting<Duration> CONNECT_TIMEOUT = time("connect_timeout");
    /** The longest wait for the answer's first token. */
    public static final Setting<Duration> FIRST_TOKEN_TIMEOUT = time("first_token_timeout");
    /** The longest wait between two tokens. */
    public static final Setting<Duration> BETWEEN_TOKENS_TIMEOUT = time("between_tokens_timeout");
    /** The longest that a whole call may take. */
    public static final Setting<Duration> TOTAL_TIMEOUT = time("total_timeout");

    private final String name;
    private final String range;
    private final Predicate<T> fits;

    private Setting(String name, String range, Predicate<T> fits) {
        this.name = name;
        this.range = range;
        this.fits = fits;
    }

    private static Setting<Double> number(String name, double from, double to) {
        return new Setting<>(name, from + " to " + to, n -> n >= from && n <= to);
    }

    private static Setting<Duration> time(String name) {
        return new Setting<>(name, "more than zero", d -> d.isPositive());
    }

    /** The setting's name, as most vendors write it. */
    public String name() {
        return name;
    }

    T checked(T value) {
        if (!fits.test(value)) {
            throw new IllegalArgumentException(
                    "Setting '" + name + "' was given " + value + "; it must be " + range + ".");
        }
        return value;
    }

    @Override
    public String toString() {
        return name;
    }
}
