package dev.turbochat.model;

import dev.turbochat.error.ModelException;
import dev.turbochat.error.TurboException;
import dev.turbochat.model.LimitStore.Answer;
import dev.turbochat.model.LimitStore.Limit;
import dev.turbochat.step.Setting;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Bounds how often a model is asked: by each user, by all together, and at once.
 *
 * <pre>{@code
 * Model model = LimitedModel.of(inner, l -> l.cooldown(Duration.ofSeconds(5)).perMinute(60).atOnce(8).waiting(true));
 * }</pre>
 *
 * <p>A call that a limit does not admit takes up nothing of any: not the user's turn where the limit of all is reached,
 * nor the other way round. It fails with {@link ModelException.RateLimited}, which says when to come again; or, if so
 * chosen, waits, as long as the call's deadline allows. Who waits for the limit of all is served in order of arrival, on
 * each node. A user whose call the model itself fails may ask again at once.
 *
 * <p>The user is {@link Setting#USER}, or where that is not set the session, {@link Setting#SESSION}; a call with neither
 * has no cool-down. Thread-safe. An interrupt ends a wait at once.
 */
public final class LimitedModel extends ForwardingModel {
    private static final Logger LOG = LoggerFactory.getLogger(LimitedModel.class);

    /** How soon a place that another node gives back is seen. */
    private static final Duration LOOK = Duration.ofMillis(50);

    private final Options options;
    private final Time time;
    private final ReentrantLock line = new ReentrantLock(true);
    private final Semaphore freed = new Semaphore(0);

    LimitedModel(Model model, Options options, Time time) {
        super(model);
        this.options = options;
        this.time = time;
    }

    /** The model with limits. */
    public static LimitedModel of(Model model, UnaryOperator<Options> options) {
        return new LimitedModel(model, options.apply(Options.usual()), Time.SYSTEM);
    }

    /**
     * The limits; immutable. Those that are not set do not hold.
     *
     * @param cooldown how long a user waits from one call to the next; null for no time
     * @param perMinute how many calls begin in any minute, of all users together; 0 for any number
     * @param atOnce how many calls are under way at the same time; 0 for any number
     * @param waiting whether a call that is not admitted waits; if not, it fails
     * @param store what is used up; by default known to this model alone
     */
    public record Options(@Nullable Duration cooldown, int perMinute, int atOnce, boolean waiting, LimitStore store) {
        /**
         * @throws IllegalArgumentException if a number is negative, or the cool-down no time at all
         */
        public Options {
            if (perMinute < 0 || atOnce < 0 || (cooldown != null && !cooldown.isPositive())) {
                throw new IllegalArgumentException("A model was limited to a cool-down of " + cooldown + ", "
                        + perMinute + " calls a minute and " + atOnce + " at once; use positive ones.");
            }
        }

        static Options usual() {
            return new Options(null, 0, 0, false, LimitStore.heap());
        }

        /** Has a user wait so long from one call to the next. */
        public Options cooldown(Duration length) {
            return new Options(length, perMinute, atOnce, waiting, store);
        }

        /** Begins so many calls in any minute, of all users together. */
        public Options perMinute(int most) {
            return new Options(cooldown, most, atOnce, waiting, store);
        }

        /** Has so many calls under way at the same time. */
        public Options atOnce(int most) {
            return new Options(cooldown, perMinute, most, waiting, store);
        }

        /** Has a call that is not admitted wait, or fail, which is the default. */
        public Options waiting(boolean waits) {
            return new Options(cooldown, perMinute, atOnce, waits, store);
        }

        /** Keeps there what is used up, shared with whoever else uses it. */
        public Options store(LimitStore newStore) {
            return new Options(cooldown, perMinute, atOnce, waiting, newStore);
        }
    }

    @Override
    public Completion complete(Prompt prompt, Listener listener) throws InterruptedException {
        Admission admission = new Admission(prompt);
        String ticket = admission.enter();
        boolean failed = false;
        try {
            return super.complete(admission.deadline.on(prompt, name()), listener);
        } catch (ModelException e) {
            failed = true;
            throw e;
        } finally {
            admission.leave(ticket, failed);
        }
    }

    /** The way of one call through the limits. */
    private final class Admission {
        private final Deadline deadline;
        private final Optional<Limit> user;
        private final Optional<Limit> all;
        private final Optional<Limit> places;
        private final List<Limit> limits;

        Admission(Prompt prompt) {
            this.deadline = Deadline.of(prompt, time);
            Optional<String> who = prompt.settings()
                    .get(Setting.USER)
                    .or(() -> prompt.settings().get(Setting.SESSION));
            this.user = Optional.ofNullable(options.cooldown)
                    .flatMap(length -> who.map(name -> new Limit("user:" + name() + ":" + name, 1, length)));
            this.all = Optional.of(options.perMinute)
                    .filter(most -> most > 0)
                    .map(most -> new Limit("minute:" + name(), most, Duration.ofMinutes(1)));
            this.places = Optional.of(options.atOnce)
                    .filter(most -> most > 0)
                    .map(most -> Limit.atOnce("at-once:" + name(), most, deadline.limit()));
            this.limits = Stream.of(user, all, places).flatMap(Optional::stream).toList();
        }

        String enter() throws InterruptedException {
            while (true) {
                Answer answer = options.waiting ? inLine() : options.store.take(limits);
                if (answer instanceof Answer.Refused refused) {
                    wait(refused); // for the user's own cool-down, out of the line: the others need not
                } else {
                    return ((Answer.Taken) answer).ticket();
                }
            }
        }

        /** The ticket, or a refusal by the user's own limit. */
        private Answer inLine() throws InterruptedException {
            if (!line.tryLock(deadline.left().toNanos(), TimeUnit.NANOSECONDS)) {
                throw new ModelException.TimedOut(name(), "its turn", deadline.limit());
            }
            try {
                while (true) {
                    freed.drainPermits();
                    Answer answer = options.store.take(limits);
                    if (!(answer instanceof Answer.Refused refused) || isBy(user, refused)) {
                        return answer;
                    }
                    wait(refused);
                }
            } finally {
                line.unlock();
            }
        }

        private boolean isBy(Optional<Limit> limit, Answer.Refused refused) {
            return limit.isPresent() && limit.get().equals(refused.limit());
        }

        private void wait(Answer.Refused refused) throws InterruptedException {
            boolean forAPlace = isBy(places, refused); // which is back before its time, as a rule
            Duration wait = forAPlace ? LOOK : refused.retryIn();
            if (!options.waiting || !deadline.allows(wait)) {
                throw new ModelException.RateLimited(name(), forAPlace ? null : wait, limit(refused));
            }
            if (forAPlace) {
                boolean ignored = freed.tryAcquire(wait.toNanos(), TimeUnit.NANOSECONDS);
            } else {
                time.sleep(wait);
            }
        }

        private String limit(Answer.Refused refused) {
            if (isBy(user, refused)) {
                return "a user may ask once in " + refused.limit().per().toMillis() + " ms";
            }
            return "the limit is " + refused.limit().most() + (isBy(all, refused) ? " a minute" : " at once");
        }

        void leave(String ticket, boolean failed) {
            List<Limit> back = Stream.of(places, failed ? user : Optional.<Limit>empty())
                    .flatMap(Optional::stream)
                    .toList();
            if (!back.isEmpty()) {
                try {
                    options.store.giveBack(ticket, back);
                } catch (TurboException e) { // the answer is there, and the places are free in time
                    LOG.warn("The places of a call of '{}' could not be given back: {}", name(), e.getMessage());
                }
                freed.release();
            }
        }
    }
}
