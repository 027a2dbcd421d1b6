package dev.turbochat.model.anthropic;

import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * How new a model is, by its name: {@code claude-3-5-sonnet-20241022} is 3.5, {@code claude-opus-4-6} is 4.6. A name that
 * says nothing is taken for a new one.
 */
record Generation(int major, int minor) {
    private static final Pattern NUMBER = Pattern.compile("(?<=[-.])\\d{1,2}(?=[-.@]|$)");
    private static final Generation NEWEST = new Generation(Integer.MAX_VALUE, 0);

    static Generation of(String model) {
        List<Integer> numbers = NUMBER.matcher(model)
                .results()
                .map(MatchResult::group)
                .map(Integer::parseInt)
                .toList();
        return numbers.isEmpty() ? NEWEST : new Generation(numbers.getFirst(), numbers.size() > 1 ? numbers.get(1) : 0);
    }

    private boolean isFrom(int fromMajor, int fromMinor) {
        return major > fromMajor || (major == fromMajor && minor >= fromMinor);
    }

    /** Whether it can be held to a JSON schema. */
    boolean hasSchemas() {
        return isFrom(4, 5);
    }

    /** Whether it decides itself how much it thinks, by an effort; older ones are given a number of tokens. */
    boolean thinksAdaptively() {
        return isFrom(4, 6);
    }
}
