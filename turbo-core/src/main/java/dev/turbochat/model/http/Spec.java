package dev.turbochat.model.http;

import dev.turbochat.error.ConfigurationException;
import java.util.Locale;

/**
 * A model's spec, {@code vendor:NAME}.
 *
 * @param vendor in small letters
 * @param model empty where it names none
 */
public record Spec(String vendor, String model) {
    /** What stands before the first colon, and behind it. */
    public static Spec of(String text) {
        int colon = text.indexOf(':');
        String vendor = colon < 0 ? text : text.substring(0, colon);
        String model = colon < 0 ? "" : text.substring(colon + 1);
        return new Spec(vendor.strip().toLowerCase(Locale.ROOT), model.strip());
    }

    /** The failure of a model that needs a key, which this variable would hold. */
    public static ConfigurationException needsKey(String vendor, String model, String variable) {
        return new ConfigurationException(
                "Model '" + vendor + ":" + model + "' needs a key and there is none; set " + variable + ".");
    }
}
