package dev.turbochat.step;

/**
 * Has the model answer with a value, and again until its answer fits.
 *
 * @param type a record, an enum, a list, a sealed type, or a plain value
 * @param how how it is asked
 * @param tries how often it is asked, at least 1
 * @param <R> the type
 */
public record GenerateValue<R>(Type<R> type, Generate how, int tries) implements Step<R> {
    /** How often a model is asked for a value, if nothing else is said. */
    public static final int TRIES = 3;

    /**
     * @throws IllegalArgumentException if it is not to be asked at all
     */
    public GenerateValue {
        if (tries < 1) {
            throw new IllegalArgumentException("A model was to be asked " + tries + " times; ask at least once.");
        }
    }

    /** Asked three times at the most, with the settings as they are; the user sees nothing of it. */
    public GenerateValue(Type<R> type) {
        this(type, Generate.withDefaults().silent(), TRIES);
    }
}
