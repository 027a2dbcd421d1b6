package dev.turbochat.model;

import dev.turbochat.error.ModelException;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Asks a model again when it fails in a way that passes: too many requests, a server that is not there or says that it
 * cannot answer now, a time limit, a connection that is lost.
 *
 * <pre>{@code
 * Model patient = RetryingModel.of(model, r -> r.tries(5));
 * }</pre>
 *
 * <p>Only before the first token; what the listener was told of stands. The wait is chosen by chance between nothing and
 * a bound that doubles from try to try (full jitter), so that many who failed together do not come back together; where
 * the vendor says how long to wait, it is that long and a little more. All tries and waits share the deadline of the call,
 * {@link dev.turbochat.step.Setting#TOTAL_TIMEOUT}: one that it does not allow is not begun. Never again asked: a key that
 * is refused, a bad request, a conversation that is too long, an answer that was withheld.
 *
 * <p>Immutable and thread-safe. An interrupt ends a wait at once. The last failure is thrown; those before it are its
 * suppressed ones.
 */
public final class RetryingModel extends ForwardingModel {
    private final Options options;
    private final Time time;

    RetryingModel(Model model, Options options, Time time) {
        super(model);
        this.options = options;
        this.time = time;
    }

    /** Asks this model up to three times. */
    public static RetryingModel of(Model model) {
        return of(model, options -> options);
    }

    /** Asks this model as the options say. */
    public static RetryingModel of(Model model, UnaryOperator<Options> options) {
        return new RetryingModel(model, options.apply(Options.DEFAULT), Time.SYSTEM);
    }

    /**
     * How often and how patiently; immutable.
     *
     * @param tries how often the model is asked at the most, the first time included; 3 by default
     * @param first the bound of the wait after the first failure, more than zero; half a second by default
     * @param longest what the bound grows to, not less than {@code first}; 20 seconds by default
     * @param patience the longest wait that a vendor may ask for: one that wants more fails at once; a minute by default
     */
    public record Options(int tries, Duration first, Duration longest, Duration patience) {
        static final Options DEFAULT =
                new Options(3, Duration.ofMillis(500), Duration.ofSeconds(20), Duration.ofMinutes(1));

        /**
         * @throws IllegalArgumentException if a value is out of its range
         */
        public Options {
            if (tries < 1 || !first.isPositive() || longest.compareTo(first) < 0 || patience.isNegative()) {
                throw new IllegalArgumentException("Retries were set to " + tries + " tries, waits from " + first
                        + " to " + longest + ", patience " + patience
                        + "; allow at least one try, a wait above zero, and no bound below the first.");
            }
        }

        /** Asks so often at the most. */
        public Options tries(int most) {
            return new Options(most, first, longest, patience);
        }

        /** Waits up to {@code from} after the first failure, then up to twice that, and so on up to {@code to}. */
        public Options waits(Duration from, Duration to) {
            return new Options(tries, from, to, patience);
        }

        /** Waits so long at the most where the vendor says how long. */
        public Options patience(Duration most) {
            return new Options(tries, first, longest, most);
        }
    }

    @Override
    public Completion complete(Prompt prompt, Listener listener) throws InterruptedException {
        Deadline deadline = Deadline.of(prompt, time);
        ModelException before = null;
        for (int attempt = 1; ; attempt++) {
            Begun begun = new Begun(listener, time);
            try {
                return super.complete(deadline.on(prompt, name()), begun);
            } catch (ModelException e) {
                ModelException failure = failure(e, before, attempt, deadline);
                Duration wait = wait(attempt, e);
                boolean again = !begun.hasBegun() && e.passing() && attempt < options.tries && isWorthIt(e);
                if (!again || !deadline.allows(wait)) {
                    throw failure;
                }
                listener.retrying(attempt + 1, wait, failure.getMessage());
                time.sleep(wait);
                before = failure;
            }
        }
    }

    /** The failure with those before it; one by the shared deadline says what all had together. */
    private ModelException failure(ModelException e, @Nullable ModelException before, int attempt, Deadline deadline) {
        ModelException failure = e;
        if (attempt > 1
                && e instanceof ModelException.TimedOut
                && !deadline.left().isPositive()) {
            failure = new ModelException.TimedOut(
                    e.model(), "the whole answer, in " + attempt + " tries,", deadline.limit());
        }
        if (before != null && failure != before) { // some throw one and the same
            failure.addSuppressed(before);
        }
        return failure;
    }

    private boolean isWorthIt(ModelException e) {
        return !(e instanceof ModelException.RateLimited limited)
                || limited.retryAfter().orElse(Duration.ZERO).compareTo(options.patience) <= 0;
    }

    private Duration wait(int attempt, ModelException e) {
        double bound = (double) options.first.toNanos() * Math.pow(2, attempt - 1.0);
        long chance = (long) (Math.min(bound, (double) options.longest.toNanos()) * time.random());
        if (e instanceof ModelException.RateLimited limited
                && limited.retryAfter().isPresent()) {
            long little = Math.min(chance, options.first.toNanos());
            return limited.retryAfter().get().plusNanos(little);
        }
        return Duration.ofNanos(chance);
    }
}
