package dev.turbochat.model.openai;

import dev.turbochat.model.http.Json;
import dev.turbochat.step.Usage;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Reads the tokens of a call, with the details that vendors give of them. */
final class UsageReader {
    private long prompt;
    private long completion;
    private long total;
    private long cached;
    private long written;
    private long reasoning;

    /** Reads the object that has just begun. */
    Usage read(JsonParser parser) {
        object(parser);
        // xAI counts thoughts beside the completion, all others within it
        boolean beside = reasoning > 0 && total == prompt + completion + reasoning;
        return new Usage(prompt, beside ? completion + reasoning : completion, cached, written, reasoning);
    }

    private void object(JsonParser parser) {
        while (Json.next(parser) != JsonToken.END_OBJECT) {
            String field = parser.currentName();
            JsonToken value = Json.next(parser);
            if (value == JsonToken.VALUE_NUMBER_INT) {
                take(field, parser.getValueAsLong());
            } else if (value == JsonToken.START_OBJECT && field.endsWith("_tokens_details")) {
                object(parser);
            } else {
                Json.skip(parser);
            }
        }
    }

    private void take(String field, long tokens) {
        switch (field) {
            case "prompt_tokens" -> prompt = tokens;
            case "completion_tokens" -> completion = tokens;
            case "total_tokens" -> total = tokens;
            case "cached_tokens", "prompt_cache_hit_tokens" -> cached = tokens; // DeepSeek has the latter
            case "cache_write_tokens" -> written = tokens; // OpenRouter
            case "reasoning_tokens" -> reasoning = tokens;
            default -> {}
        }
    }
}
