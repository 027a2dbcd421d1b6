package dev.turbochat.model.openai;

import dev.turbochat.error.ConfigurationException;
import dev.turbochat.model.Model;
import dev.turbochat.model.ModelProvider;
import dev.turbochat.model.http.Endpoint;
import dev.turbochat.model.http.Environment;
import dev.turbochat.model.http.Spec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.Collectors;

/**
 * Makes models of the vendors and servers that speak OpenAI's chat-completions format.
 *
 * <p>Specs are {@code vendor:model} and {@code http(s)://base-url#model}. For a vendor such as {@code groq} the
 * environment says: {@code GROQ_API_KEY} (and {@code GROQ_API_KEY_1}...) the key, or keys, {@code GROQ_BASE_URL} another address,
 * where the key is then optional, {@code GROQ_MODEL} the model where the spec names none; {@code OLLAMA_HOST} where
 * Ollama is. A base URL is taken as it is given, {@code /v1} included or not.
 *
 * <p>A vendor's key goes to that vendor's address only. To a URL in a spec goes {@code TURBO_API_KEY}, if it is set, and
 * no other key, whichever are in the environment.
 */
public final class OpenAiProvider implements ModelProvider {
    /** The variable with the key for URLs in specs. */
    private static final String OWN_KEY = "TURBO_API_KEY";

    /** Made by {@link java.util.ServiceLoader}. */
    public OpenAiProvider() {}

    @Override
    public Optional<Model> open(String spec, Map<String, String> variables) {
        Environment environment = new Environment(variables);
        if (spec.regionMatches(true, 0, "http://", 0, 7) || spec.regionMatches(true, 0, "https://", 0, 8)) {
            return Optional.of(byUrl(spec, environment));
        }
        Spec named = Spec.of(spec);
        return Vendor.named(named.vendor()).map(vendor -> byVendor(vendor, named.model(), environment));
    }

    private static Model byUrl(String spec, Environment environment) {
        int hash = spec.lastIndexOf('#');
        String model = hash < 0 ? "" : spec.substring(hash + 1).strip();
        if (model.isEmpty()) {
            throw new ConfigurationException(
                    "A model spec is a URL without a model; name it behind a #, as in http://localhost:8000/v1#name.");
        }
        return Environment.keyed(environment.keys(OWN_KEY), OWN_KEY, (variable, key) -> {
            String remedy = "set " + variable + " to the key of that server";
            Endpoint endpoint = Endpoint.at(spec.substring(0, hash), "the model spec", key, remedy);
            return new OpenAiModel(endpoint.shown() + "#", model, endpoint, Quirks.NONE, true);
        });
    }

    private static Model byVendor(Vendor vendor, String named, Environment environment) {
        String model = named.isEmpty() ? defaultModel(vendor, environment) : named;
        String keyName = vendor.variable("API_KEY");
        Optional<String> base = environment.get(vendor.variable("BASE_URL"));
        // Ollama needs no key: one that is set is for its hosted service, not for whatever host OLLAMA_HOST names.
        boolean keyFits = base.isPresent() || !vendor.name().equals("ollama");
        SequencedMap<String, String> keys = keyFits ? environment.keys(keyName) : new LinkedHashMap<>();
        if (keys.isEmpty() && base.isEmpty() && !vendor.keyless()) {
            throw Spec.needsKey(vendor.name(), model, keyName);
        }
        String url = base.orElseGet(() -> home(vendor, environment));
        String where =
                base.isPresent() || !vendor.name().equals("ollama") ? vendor.variable("BASE_URL") : "OLLAMA_HOST";
        return Environment.keyed(keys, keyName, (variable, key) -> {
            Endpoint endpoint = Endpoint.at(url, where, key, "set " + variable + " to a valid key");
            return new OpenAiModel(vendor.name() + ":", model, endpoint, vendor.quirks(), true);
        });
    }

    private static String home(Vendor vendor, Environment environment) {
        return vendor.name().equals("ollama") ? Ollama.host(environment) + vendor.base() : vendor.base();
    }

    private static String defaultModel(Vendor vendor, Environment environment) {
        return environment
                .get(vendor.variable("MODEL"))
                .or(() -> Optional.ofNullable(vendor.model()))
                .orElseThrow(() -> new ConfigurationException("Model spec '" + vendor.name()
                        + "' names no model; write " + vendor.name() + ":NAME, or set " + vendor.variable("MODEL")
                        + "."));
    }

    @Override
    public Optional<String> detect(Map<String, String> variables) {
        Environment environment = new Environment(variables);
        for (Vendor vendor : Vendor.ALL) {
            if (isSetUp(vendor, environment)) {
                return Optional.of(vendor.name() + ":" + defaultModel(vendor, environment));
            }
        }
        return Optional.empty();
    }

    /** Whether a key says that this vendor is meant, or for OpenAI a base URL alone, as its own clients take it. */
    private static boolean isSetUp(Vendor vendor, Environment environment) {
        return !vendor.keyless()
                && (environment.keyName(vendor.variable("API_KEY")).isPresent()
                        || (vendor.name().equals("openai")
                                && environment.get(vendor.variable("BASE_URL")).isPresent()));
    }

    @Override
    public int order() {
        return 100;
    }

    @Override
    public String status(Map<String, String> variables) {
        Environment environment = new Environment(variables);
        List<String> ready = new ArrayList<>();
        List<String> missing = new ArrayList<>();
        for (Vendor vendor : Vendor.ALL) {
            if (isSetUp(vendor, environment)) {
                ready.add(vendor.name() + " ("
                        + environment.keyName(vendor.variable("API_KEY")).orElse(vendor.variable("BASE_URL")) + ")");
            } else if (!vendor.keyless()) {
                missing.add(vendor.variable("API_KEY"));
            }
        }
        return "OpenAI-compatible: "
                + (ready.isEmpty() ? "no key is set" : "set up " + String.join(", ", ready))
                + missing.stream().collect(Collectors.joining(", ", "; for more set ", ""));
    }
}
