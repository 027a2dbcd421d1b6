package dev.turbochat.model.http;

import dev.turbochat.error.ConfigurationException;
import java.util.Map;
import java.util.Optional;

/** The environment variables as vendors use them; one that is blank counts as unset. */
public record Environment(Map<String, String> variables) {
    private static final int MOST_KEYS = 99;

    /** The value of a variable, without the spaces around it. */
    public Optional<String> get(String name) {
        return Optional.ofNullable(variables.get(name)).map(String::strip).filter(value -> !value.isEmpty());
    }

    /** The name of the first variable that holds a key: {@code NAME}, {@code NAME_1}, {@code NAME_2}... */
    public Optional<String> keyName(String name) {
        if (get(name).isPresent()) {
            return Optional.of(name);
        }
        for (int i = 1; i <= MOST_KEYS; i++) {
            if (get(name + "_" + i).isPresent()) {
                return Optional.of(name + "_" + i);
            }
        }
        return Optional.empty();
    }

    /**
     * The first key.
     *
     * @throws ConfigurationException if it holds what no key holds, as half a line of a file would
     */
    public Optional<String> key(String name) {
        return keyName(name)
                .flatMap(found -> get(found).map(key -> {
                    if (!key.chars().allMatch(c -> c > ' ' && c < 0x7F)) {
                        throw new ConfigurationException("Variable " + found
                                + " holds spaces or other characters that no key has; set it to the key alone.");
                    }
                    return key;
                }));
    }

    @Override
    public String toString() {
        return "Environment" + variables.keySet();
    }
}
