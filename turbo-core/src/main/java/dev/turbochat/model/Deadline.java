package dev.turbochat.model;

import dev.turbochat.error.ModelException;
import dev.turbochat.step.Setting;
import java.time.Duration;

/**
 * When a call must be over, all that is done for it included: retries, other models, waiting.
 *
 * <p>It travels in the prompt, as {@link Setting#TOTAL_TIMEOUT}: whoever asks another model passes on what is left, so
 * that any number of models around each other share one deadline. Used by one thread.
 */
final class Deadline {
    /** What holds where nothing is set, as for a model that nothing is wrapped around. */
    private static final Duration USUAL = Duration.ofMinutes(10);

    /** What has passed of it so far is not worth speaking of. */
    private static final Duration NOTHING = Duration.ofMillis(1);

    private final Time time;
    private final long start;
    private final Duration limit;

    private Deadline(Time time, Duration limit) {
        this.time = time;
        this.start = time.nanos();
        this.limit = limit;
    }

    /** The deadline of a call that begins now. */
    static Deadline of(Prompt prompt, Time time) {
        return new Deadline(time, prompt.settings().get(Setting.TOTAL_TIMEOUT).orElse(USUAL));
    }

    Duration limit() {
        return limit;
    }

    private Duration passed() {
        return Duration.ofNanos(time.nanos() - start);
    }

    /** What is left; zero or less once it has passed. */
    Duration left() {
        return limit.minus(passed());
    }

    /** Whether something can still be done after waiting so long. */
    boolean allows(Duration wait) {
        return wait.compareTo(left()) < 0;
    }

    /**
     * The prompt with what is left of the time.
     *
     * @param model who is asked, for the message
     * @throws ModelException.TimedOut if nothing is left
     */
    Prompt on(Prompt prompt, String model) {
        if (!left().isPositive()) {
            throw new ModelException.TimedOut(model, "the whole answer", limit);
        }
        return passed().compareTo(NOTHING) < 0
                ? prompt
                : prompt.settings(prompt.settings().totalTimeout(left()));
    }
}
