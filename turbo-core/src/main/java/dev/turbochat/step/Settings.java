package dev.turbochat.step;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How a model is to answer: an immutable set of values by {@link Setting}; what is not set is the vendor's to choose.
 *
 * <p>A step's settings lie {@link #over} the runner's.
 */
public final class Settings implements Tunable<Settings> {
    private static final Settings NONE = new Settings(Map.of());

    private final Map<Setting<?>, Object> values;

    private Settings(Map<Setting<?>, Object> values) {
        this.values = values;
    }

    /** Nothing set. */
    public static Settings none() {
        return NONE;
    }

    /** The value of a setting, or empty where it is not set. */
    @SuppressWarnings("unchecked") // put() admits only a T under a Setting<T>
    public <T> Optional<T> get(Setting<T> setting) {
        return Optional.ofNullable((T) values.get(setting));
    }

    <T> Settings put(Setting<T> setting, T value) {
        Map<Setting<?>, Object> copy = new LinkedHashMap<>(values);
        copy.put(setting, setting.checked(value));
        return new Settings(copy);
    }

    /** A copy in which this is not set. */
    public Settings without(Setting<?> setting) {
        if (!values.containsKey(setting)) {
            return this;
        }
        Map<Setting<?>, Object> copy = new LinkedHashMap<>(values);
        copy.remove(setting);
        return new Settings(copy);
    }

    /** These settings, and those of {@code base} where these say nothing; extra fields likewise, field by field. */
    public Settings over(Settings base) {
        if (values.isEmpty() || base.values.isEmpty()) {
            return values.isEmpty() ? base : this;
        }
        Map<Setting<?>, Object> merged = new LinkedHashMap<>(base.values);
        merged.putAll(values);
        if (base.get(Setting.EXTRA).isPresent() && get(Setting.EXTRA).isPresent()) {
            Map<String, Object> fields =
                    new LinkedHashMap<>(base.get(Setting.EXTRA).get());
            fields.putAll(get(Setting.EXTRA).get());
            merged.put(Setting.EXTRA, Map.copyOf(fields));
        }
        return new Settings(merged);
    }

    /** The values by the settings' names, in the order in which they were set. */
    public Map<String, Object> asMap() {
        Map<String, Object> named = new LinkedHashMap<>();
        values.forEach((setting, value) -> named.put(setting.name(), value));
        return named;
    }

    @Override
    public Settings settings() {
        return this;
    }

    @Override
    public Settings settings(Settings settings) {
        return settings;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Settings that && values.equals(that.values);
    }

    @Override
    public int hashCode() {
        return values.hashCode();
    }

    @Override
    public String toString() {
        return "Settings" + values;
    }
}
