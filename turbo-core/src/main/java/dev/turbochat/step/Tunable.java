package dev.turbochat.step;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Something with {@link Settings} that a copy can be made of with another value: the settings themselves, a
 * {@link Generate}. Every method throws {@link IllegalArgumentException} for a value out of its range.
 *
 * @param <S> the type of the copies
 */
public interface Tunable<S> {
    /** The settings as they are. */
    Settings settings();

    /** A copy with these settings instead. */
    S settings(Settings settings);

    /** A copy with another value for one setting. */
    default <T> S with(Setting<T> setting, T value) {
        return settings(settings().put(setting, value));
    }

    /** The model's name at its provider. */
    default S model(String name) {
        return with(Setting.MODEL, name);
    }

    /** Randomness, 0 to 2. */
    default S temperature(double temperature) {
        return with(Setting.TEMPERATURE, temperature);
    }

    /** The share of probability that is sampled from, 0 to 1. */
    default S topP(double share) {
        return with(Setting.TOP_P, share);
    }

    /** The most tokens that an answer may have, at least 1; sent under the spelling that the vendor wants. */
    default S maxTokens(int tokens) {
        return with(Setting.MAX_TOKENS, tokens);
    }

    /** Texts that end the answer. */
    default S stop(String... texts) {
        return with(Setting.STOP, List.of(texts));
    }

    /** Equal seeds give similar answers, where the vendor can. */
    default S seed(long seed) {
        return with(Setting.SEED, seed);
    }

    /** Penalty on tokens that have come at all, -2 to 2. */
    default S presencePenalty(double penalty) {
        return with(Setting.PRESENCE_PENALTY, penalty);
    }

    /** Penalty on tokens by how often they have come, -2 to 2. */
    default S frequencyPenalty(double penalty) {
        return with(Setting.FREQUENCY_PENALTY, penalty);
    }

    /** Bias by token id, -100 to 100. */
    default S logitBias(Map<String, Integer> bias) {
        return with(Setting.LOGIT_BIAS, Map.copyOf(bias));
    }

    /** How much a reasoning model thinks, in the vendor's word. */
    default S reasoningEffort(String effort) {
        return with(Setting.REASONING_EFFORT, effort);
    }

    /** Who the end user is, in the vendor's logs. */
    default S user(String user) {
        return with(Setting.USER, user);
    }

    /** The format of the answer, as the vendor's JSON. */
    default S responseFormat(Map<String, Object> format) {
        return with(Setting.RESPONSE_FORMAT, Map.copyOf(format));
    }

    /** Which tools may be called: {@code auto}, {@code none}, {@code required}, or the name of the one that must be. */
    default S toolChoice(String choice) {
        return with(Setting.TOOL_CHOICE, choice);
    }

    /** Whether the model may want several tools called at once. */
    default S parallelToolCalls(boolean parallel) {
        return with(Setting.PARALLEL_TOOL_CALLS, parallel);
    }

    /** How long the vendor is to keep the beginning of the prompt, so that it is cheaper the next time. */
    default S promptCache(Duration time) {
        return with(Setting.PROMPT_CACHE, time);
    }

    /** A field of the vendor's own, sent as it is, with a value that JSON can hold. */
    default S extra(String field, Object value) {
        Map<String, Object> fields = new HashMap<>(settings().get(Setting.EXTRA).orElse(Map.of()));
        fields.put(field, value);
        return with(Setting.EXTRA, Map.copyOf(fields));
    }

    /** The longest wait for a connection; 10 seconds where unset. */
    default S connectTimeout(Duration time) {
        return with(Setting.CONNECT_TIMEOUT, time);
    }

    /** The longest wait for the first token; 2 minutes where unset. */
    default S firstTokenTimeout(Duration time) {
        return with(Setting.FIRST_TOKEN_TIMEOUT, time);
    }

    /** The longest wait between two tokens; 1 minute where unset. */
    default S betweenTokensTimeout(Duration time) {
        return with(Setting.BETWEEN_TOKENS_TIMEOUT, time);
    }

    /** The longest that a whole call may take; 10 minutes where unset. */
    default S totalTimeout(Duration time) {
        return with(Setting.TOTAL_TIMEOUT, time);
    }
}
