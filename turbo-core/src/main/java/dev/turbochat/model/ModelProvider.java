package dev.turbochat.model;

import java.util.Map;
import java.util.Optional;

/**
 * Makes the models of one kind of vendor; found by {@link java.util.ServiceLoader}.
 *
 * <p>Implementations are stateless; nothing is connected before a model's first call.
 */
public interface ModelProvider {
    /**
     * The model of a spec, or empty if the spec is another provider's.
     *
     * @param spec one spec, such as {@code openai:gpt-4o-mini}, {@code http://localhost:8000/v1#name} or {@code eliza}
     * @param environment the environment variables
     * @throws dev.turbochat.error.ConfigurationException if the spec is this provider's and something is missing
     */
    Optional<Model> open(String spec, Map<String, String> environment);

    /** The spec to use where the user gave none: empty if nothing is set up here for this provider. */
    Optional<String> detect(Map<String, String> environment);

    /** Where this provider stands among others in detection; the lowest that detects something is taken. */
    int order();

    /** One line for people: what is set up, or what is missing and how to get it. */
    String status(Map<String, String> environment);
}
