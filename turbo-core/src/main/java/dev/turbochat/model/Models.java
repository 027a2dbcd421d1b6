package dev.turbochat.model;

import dev.turbochat.error.ConfigurationException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;

/** Models by their specs: {@code openai:gpt-4o-mini}, {@code http://localhost:8000/v1#name}, {@code eliza}. */
public final class Models {
    private Models() {}

    /**
     * The model of a spec, or of a comma list of specs in order of fallback.
     *
     * <p>Keys and base URLs come from the environment under the vendors' usual names. What passes is tried again, and the
     * models rest and come back, as {@link RetryingModel} and {@link FallbackModel} do it by default; {@link Model#health}
     * says how each fares.
     *
     * @throws ConfigurationException if nobody knows the spec, or something is missing for it
     */
    public static Model of(String spec) {
        return of(spec, System.getenv());
    }

    /** {@link #of(String)} with other environment variables. */
    public static Model of(String spec, Map<String, String> environment) {
        List<Model> models = Arrays.stream(spec.split(",", -1))
                .map(one -> one(one.strip(), environment))
                .toList();
        return RetryingModel.of(FallbackModel.of(models));
    }

    /** The spec to use where the user gave none: the first vendor with a key, a local server, or {@code eliza}. */
    public static String detect() {
        return detect(System.getenv());
    }

    /** {@link #detect()} with other environment variables. */
    public static String detect(Map<String, String> environment) {
        return providers().stream()
                .map(provider -> provider.detect(environment))
                .flatMap(Optional::stream)
                .findFirst()
                .orElseThrow(() -> new ConfigurationException(
                        "No model was found, not even the built-in one; put turbo-core on the class path whole."));
    }

    /** All providers on the class path, in order of detection. */
    public static List<ModelProvider> providers() {
        return ServiceLoader.load(ModelProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .sorted(Comparator.comparingInt(ModelProvider::order))
                .toList();
    }

    private static Model one(String spec, Map<String, String> environment) {
        return providers().stream()
                .map(provider -> provider.open(spec, environment))
                .flatMap(Optional::stream)
                .findFirst()
                .orElseThrow(() -> new ConfigurationException("Model spec '" + spec
                        + "' is not known; use openai:NAME, anthropic:NAME, gemini:NAME, groq:NAME, ollama:NAME, http(s)://base-url#NAME or eliza"
                        + " ('turbo doctor' shows what is set up here)."));
    }
}
