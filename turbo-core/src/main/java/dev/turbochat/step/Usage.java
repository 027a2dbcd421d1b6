package dev.turbochat.step;

/**
 * The tokens of a model call, as the vendor counted them.
 *
 * @param prompt the tokens that went in
 * @param completion the tokens that came out
 */
public record Usage(long prompt, long completion) {
    /** Nothing counted. */
    public static final Usage NONE = new Usage(0, 0);

    /** Both calls together. */
    public Usage plus(Usage other) {
        return new Usage(prompt + other.prompt, completion + other.completion);
    }

    /** All tokens. */
    public long total() {
        return prompt + completion;
    }
}
