package dev.turbochat.model.openai;

import dev.turbochat.model.Model;
import dev.turbochat.model.ModelProvider;
import dev.turbochat.model.http.Environment;
import java.util.Map;
import java.util.Optional;

/** Finds an Ollama server on this machine, where no vendor has a key. Its models are {@link OpenAiProvider}'s to make. */
public final class OllamaProvider implements ModelProvider {
    /** Made by {@link java.util.ServiceLoader}. */
    public OllamaProvider() {}

    @Override
    public Optional<Model> open(String spec, Map<String, String> variables) {
        return Optional.empty();
    }

    @Override
    public Optional<String> detect(Map<String, String> variables) {
        return Ollama.firstModel(new Environment(variables)).map(model -> "ollama:" + model);
    }

    /** After every vendor with a key. */
    @Override
    public int order() {
        return 500;
    }

    @Override
    public String status(Map<String, String> variables) {
        Environment environment = new Environment(variables);
        return Ollama.firstModel(environment)
                .map(model -> "Ollama: it has " + model)
                .orElseGet(() -> "Ollama: no model at " + Ollama.shown(Ollama.host(environment)));
    }
}
