package dev.turbochat.step;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * The tokens of a model call, as the vendor counted them.
 *
 * @param prompt the tokens that went in, those from the vendor's cache included
 * @param completion the tokens that came out, thoughts included
 * @param cached how many of those that went in came from the vendor's cache; 0 where it does not say
 * @param written how many of those that went in were put into the vendor's cache; 0 where it does not say
 * @param reasoning how many of those that came out were thoughts; 0 where it does not say
 */
public record Usage(
        long prompt,
        long completion,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) long cached,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) long written,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) long reasoning) {
    /** Nothing counted. */
    public static final Usage NONE = new Usage(0, 0);

    /** Of a call without a cache and without thoughts. */
    public Usage(long prompt, long completion) {
        this(prompt, completion, 0, 0, 0);
    }

    /** Both calls together. */
    public Usage plus(Usage other) {
        return new Usage(
                prompt + other.prompt,
                completion + other.completion,
                cached + other.cached,
                written + other.written,
                reasoning + other.reasoning);
    }

    /** All tokens. */
    public long total() {
        return prompt + completion;
    }
}
