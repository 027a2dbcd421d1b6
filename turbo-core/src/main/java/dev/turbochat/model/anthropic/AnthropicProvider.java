package dev.turbochat.model.anthropic;

import dev.turbochat.model.Model;
import dev.turbochat.model.ModelProvider;
import dev.turbochat.model.http.Endpoint;
import dev.turbochat.model.http.Environment;
import dev.turbochat.model.http.Spec;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * Makes models of {@code anthropic:NAME}.
 *
 * <p>The environment says: {@code ANTHROPIC_API_KEY} (and {@code ANTHROPIC_API_KEY_1}...) the key,
 * {@code ANTHROPIC_BASE_URL} another address, where the key is then optional, {@code ANTHROPIC_MODEL} the model where the
 * spec names none.
 */
public final class AnthropicProvider implements ModelProvider {
    private static final String KEY = "ANTHROPIC_API_KEY";
    private static final String BASE = "ANTHROPIC_BASE_URL";
    private static final String PREFIX = "anthropic";
    private static final String DEFAULT = "claude-haiku-4-5";

    /** Made by {@link java.util.ServiceLoader}. */
    public AnthropicProvider() {}

    @Override
    public Optional<Model> open(String text, Map<String, String> variables) {
        Spec spec = Spec.of(text);
        if (!spec.vendor().equals(PREFIX)) {
            return Optional.empty();
        }
        Environment environment = new Environment(variables);
        String model = spec.model().isEmpty() ? model(environment) : spec.model();
        Optional<String> base = environment.get(BASE);
        SequencedMap<String, String> keys = environment.keys(KEY);
        if (keys.isEmpty() && base.isEmpty()) {
            throw Spec.needsKey(PREFIX, model, KEY);
        }
        String url = base.orElse(AnthropicModel.HOME);
        return Optional.of(Environment.keyed(
                keys,
                KEY,
                (variable, key) -> new AnthropicModel(
                        model, Endpoint.at(url, BASE, key, "set " + variable + " to a valid key"), true)));
    }

    private static String model(Environment environment) {
        return environment.get("ANTHROPIC_MODEL").orElse(DEFAULT);
    }

    @Override
    public Optional<String> detect(Map<String, String> variables) {
        Environment environment = new Environment(variables);
        return environment.keyName(KEY).map(ignored -> PREFIX + ":" + model(environment));
    }

    @Override
    public int order() {
        return 110;
    }

    @Override
    public String status(Map<String, String> variables) {
        return new Environment(variables)
                .keyName(KEY)
                .map(name -> "Anthropic: set up (" + name + ")")
                .orElse("Anthropic: no key is set; set " + KEY);
    }
}
