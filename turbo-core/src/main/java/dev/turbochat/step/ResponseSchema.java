package dev.turbochat.step;

import tools.jackson.databind.JsonNode;

/**
 * The JSON schema that an answer is to fit, for models that can be held to one.
 *
 * @param name what the schema is known by: letters, digits, underscores and hyphens, at most 64
 * @param schema the JSON schema, an object; not to be changed afterwards
 * @param strict whether the vendor is to hold the model to every letter of it, and refuse a schema that it cannot hold
 *     it to
 */
public record ResponseSchema(String name, JsonNode schema, boolean strict) {
    /**
     * @throws IllegalArgumentException if the name is no name, or the schema no JSON object
     */
    public ResponseSchema {
        if (!name.matches("[a-zA-Z0-9_-]{1,64}")) {
            throw new IllegalArgumentException("A schema was named '" + name
                    + "'; use letters, digits, underscores and hyphens, at most 64 of them.");
        }
        if (!schema.isObject()) {
            throw new IllegalArgumentException("Schema '" + name + "' is no JSON schema; give it an object.");
        }
    }
}
