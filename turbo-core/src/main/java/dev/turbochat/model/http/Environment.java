package dev.turbochat.model.http;

import dev.turbochat.error.ConfigurationException;
import dev.turbochat.model.KeyedModel;
import dev.turbochat.model.Model;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

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
     * All keys, each once, by the variables that hold them: {@code NAME}, {@code NAME_1}, {@code NAME_2}...
     *
     * @throws ConfigurationException if one holds what no key holds, as half a line of a file would
     */
    public SequencedMap<String, String> keys(String name) {
        SequencedMap<String, String> keys = new LinkedHashMap<>();
        for (int i = 0; i <= MOST_KEYS; i++) {
            String variable = i == 0 ? name : name + "_" + i;
            get(variable)
                    .map(key -> checked(variable, key))
                    .filter(key -> !keys.containsValue(key))
                    .ifPresent(key -> keys.put(variable, key));
        }
        return keys;
    }

    private static String checked(String variable, String key) {
        if (!key.chars().allMatch(c -> c > ' ' && c < 0x7F)) {
            throw new ConfigurationException("Variable " + variable
                    + " holds spaces or other characters that no key has; set it to the key alone.");
        }
        return key;
    }

    /** Makes a model with a key, or without one. */
    @FunctionalInterface
    public interface Maker {
        /**
         * @param variable the variable that holds the key, or would
         * @param key null where there is none
         */
        Model make(String variable, @Nullable String key);
    }

    /**
     * The model with these keys: with several, the load is spread over them.
     *
     * @param keys by the variables that hold them; may be none
     * @param name the variable that would hold a key
     */
    public static Model keyed(SequencedMap<String, String> keys, String name, Maker maker) {
        if (keys.size() <= 1) {
            return keys.isEmpty()
                    ? maker.make(name, null)
                    : maker.make(keys.firstEntry().getKey(), keys.firstEntry().getValue());
        }
        SequencedMap<String, Model> models = new LinkedHashMap<>();
        keys.forEach((variable, key) -> models.put(variable, maker.make(variable, key)));
        return KeyedModel.of(models);
    }

    @Override
    public String toString() {
        return "Environment" + variables.keySet();
    }
}
