package dev.turbochat.model.gemini;

import dev.turbochat.model.Model;
import dev.turbochat.model.ModelProvider;
import dev.turbochat.model.http.Endpoint;
import dev.turbochat.model.http.Environment;
import dev.turbochat.model.http.Spec;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * Makes models of {@code gemini:NAME}.
 *
 * <p>The environment says: {@code GEMINI_API_KEY}, else {@code GOOGLE_API_KEY} (and {@code GEMINI_API_KEY_1}...) the key,
 * {@code GEMINI_BASE_URL}, else {@code GOOGLE_GEMINI_BASE_URL}, another address, where the key is then optional,
 * {@code GEMINI_MODEL} the model where the spec names none.
 */
public final class GeminiProvider implements ModelProvider {
    private static final String KEY = "GEMINI_API_KEY";
    private static final String OTHER_KEY = "GOOGLE_API_KEY";
    private static final String BASE = "GEMINI_BASE_URL";
    private static final String PREFIX = "gemini";
    private static final String DEFAULT = "gemini-flash-latest";

    /** Made by {@link java.util.ServiceLoader}. */
    public GeminiProvider() {}

    @Override
    public Optional<Model> open(String text, Map<String, String> variables) {
        Spec spec = Spec.of(text);
        if (!spec.vendor().equals(PREFIX)) {
            return Optional.empty();
        }
        Environment environment = new Environment(variables);
        String model = spec.model().isEmpty() ? model(environment) : spec.model();
        Optional<String> base = environment.get(BASE).or(() -> environment.get("GOOGLE_GEMINI_BASE_URL"));
        SequencedMap<String, String> own = environment.keys(KEY);
        SequencedMap<String, String> keys = own.isEmpty() ? environment.keys(OTHER_KEY) : own;
        if (keys.isEmpty() && base.isEmpty()) {
            throw Spec.needsKey(PREFIX, model, KEY);
        }
        String url = base.orElse(GeminiModel.HOME);
        return Optional.of(Environment.keyed(
                keys,
                KEY,
                (variable, key) -> new GeminiModel(
                        model, Endpoint.at(url, BASE, key, "set " + variable + " to a valid key"), true)));
    }

    private static String model(Environment environment) {
        return environment.get("GEMINI_MODEL").orElse(DEFAULT);
    }

    @Override
    public Optional<String> detect(Map<String, String> variables) {
        Environment environment = new Environment(variables);
        return keyName(environment).map(ignored -> PREFIX + ":" + model(environment));
    }

    @Override
    public int order() {
        return 120;
    }

    @Override
    public String status(Map<String, String> variables) {
        return keyName(new Environment(variables))
                .map(name -> "Gemini: set up (" + name + ")")
                .orElse("Gemini: no key is set; set " + KEY);
    }

    private static Optional<String> keyName(Environment environment) {
        return environment.keyName(KEY).or(() -> environment.keyName(OTHER_KEY));
    }
}
