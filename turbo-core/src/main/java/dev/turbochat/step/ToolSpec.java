package dev.turbochat.step;

import java.util.Objects;
import tools.jackson.databind.JsonNode;

/**
 * A tool as the model is told of it.
 *
 * @param name what the model calls it by: letters, digits, underscores and hyphens, at most 64, as every vendor takes them
 * @param description what it does and when to use it
 * @param parameters the JSON schema of its arguments, an object; not to be changed afterwards
 */
public record ToolSpec(String name, String description, JsonNode parameters) {
    /**
     * @throws IllegalArgumentException if the name is no name, or the schema no JSON object
     */
    public ToolSpec {
        if (!name.matches("[a-zA-Z0-9_-]{1,64}")) {
            throw new IllegalArgumentException("A tool was named '" + name
                    + "'; use letters, digits, underscores and hyphens, at most 64 of them.");
        }
        Objects.requireNonNull(description, "A tool was made without its description; say what it does.");
        if (!parameters.isObject()) {
            throw new IllegalArgumentException(
                    "Tool '" + name + "' was given parameters that are no JSON schema; give it an object.");
        }
    }
}
