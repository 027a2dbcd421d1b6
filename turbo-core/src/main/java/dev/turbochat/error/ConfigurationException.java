package dev.turbochat.error;

import org.jspecify.annotations.Nullable;

/** Something that was configured does not work: a spec that nobody knows, a key that is missing. */
public final class ConfigurationException extends TurboException {
    private static final long serialVersionUID = 1;

    public ConfigurationException(String message) {
        this(message, null);
    }

    public ConfigurationException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    @Override
    public String code() {
        return "configuration";
    }
}
