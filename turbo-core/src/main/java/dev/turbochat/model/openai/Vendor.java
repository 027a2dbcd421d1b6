package dev.turbochat.model.openai;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A vendor, or a local server, that speaks the format: what is different about it, as data.
 *
 * @param name the word before the colon in a spec; in capitals, what its environment variables begin with
 * @param base its base URL; for Ollama, the part that {@code OLLAMA_HOST} does not give
 * @param model the model to use where none is named; null where there is none that everybody has
 * @param keyless whether it works without a key
 * @param quirks what is different about its format
 */
record Vendor(String name, String base, @Nullable String model, boolean keyless, Quirks quirks) {
    /** All of them, in the order of detection. */
    static final List<Vendor> ALL = List.of(
            hosted("openai", "https://api.openai.com/v1", "gpt-4o-mini", Quirks.NONE),
            hosted("groq", "https://api.groq.com/openai/v1", "llama-3.3-70b-versatile", Quirks.NONE),
            hosted(
                    "mistral",
                    "https://api.mistral.ai/v1",
                    "mistral-small-latest",
                    Quirks.NONE
                            .spelling(Map.of("seed", "random_seed", "name", "", "stream_options", ""))
                            .withShortIds()),
            hosted(
                    "openrouter",
                    "https://openrouter.ai/api/v1",
                    "openai/gpt-4o-mini",
                    Quirks.NONE.thoughts(Quirks.DETAILS)),
            hosted(
                    "deepseek",
                    "https://api.deepseek.com/v1",
                    "deepseek-chat",
                    Quirks.NONE.thoughts(Quirks.TEXT).withoutSchemas()),
            hosted("xai", "https://api.x.ai/v1", "grok-3-mini", Quirks.NONE),
            hosted("together", "https://api.together.xyz/v1", "meta-llama/Llama-3.3-70B-Instruct-Turbo", Quirks.NONE),
            local("ollama", "/v1"),
            local("lmstudio", "http://localhost:1234/v1"),
            local("llamacpp", "http://localhost:8080/v1"),
            local("vllm", "http://localhost:8000/v1"));

    private static Vendor hosted(String name, String base, String model, Quirks quirks) {
        return new Vendor(name, base, model, false, quirks);
    }

    private static Vendor local(String name, String base) {
        return new Vendor(name, base, null, true, Quirks.NONE);
    }

    static Optional<Vendor> named(String name) {
        return ALL.stream().filter(vendor -> vendor.name.equals(name)).findFirst();
    }

    /** One of its environment variables, such as {@code GROQ_API_KEY}. */
    String variable(String ending) {
        return name.toUpperCase(Locale.ROOT) + "_" + ending;
    }
}
