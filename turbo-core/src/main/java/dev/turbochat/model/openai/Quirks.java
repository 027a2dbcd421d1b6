package dev.turbochat.model.openai;

import java.util.HashMap;
import java.util.Map;

/**
 * What is different about a vendor's or a server's format.
 *
 * @param spelling how it spells a field of the request; empty where it refuses the field
 * @param thoughts the field of a message in which it wants the model's thoughts back; empty where it wants none
 * @param schemas whether it can be held to a JSON schema; if not, it is asked for JSON and told the schema in words
 * @param shortIds whether it refuses ids of tool calls but those of nine letters and digits
 */
record Quirks(Map<String, String> spelling, String thoughts, boolean schemas, boolean shortIds) {
    /** Thoughts as DeepSeek wants them back: the text. */
    static final String TEXT = "reasoning_content";

    /** Thoughts as OpenRouter wants them back: whatever it sent. */
    static final String DETAILS = "reasoning_details";

    /** Exactly OpenAI's format. */
    static final Quirks NONE = new Quirks(Map.of(), "", true, false);

    Quirks spelling(Map<String, String> newSpelling) {
        return new Quirks(newSpelling, thoughts, schemas, shortIds);
    }

    /** A copy that also spells this field so. */
    Quirks spelling(String field, String spelt) {
        Map<String, String> more = new HashMap<>(spelling);
        more.put(field, spelt);
        return spelling(Map.copyOf(more));
    }

    Quirks thoughts(String field) {
        return new Quirks(spelling, field, schemas, shortIds);
    }

    Quirks withoutSchemas() {
        return new Quirks(spelling, thoughts, false, shortIds);
    }

    Quirks withShortIds() {
        return new Quirks(spelling, thoughts, schemas, true);
    }
}
