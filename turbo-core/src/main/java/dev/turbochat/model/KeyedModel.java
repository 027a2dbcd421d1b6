package dev.turbochat.model;

import dev.turbochat.error.ModelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One model behind several keys: each call goes to the key with the fewest calls under way, and among equals to the one
 * that was used the longest time ago.
 *
 * <pre>{@code
 * Model model = KeyedModel.of(new TreeMap<>(Map.of("GROQ_API_KEY", one, "GROQ_API_KEY_1", other)));
 * }</pre>
 *
 * <p>A key with too many requests rests as long as the vendor says, and the call goes to the next one, if nothing of the
 * answer has come. A key that is refused is taken out, with a warning that names it by its variable. Where all that are
 * left rest, a call fails with {@link ModelException.RateLimited}, which says when the first of them is back; where all
 * were refused, they are tried again, since the vendor may have been wrong. Other failures are not a key's, and are thrown
 * as they are.
 *
 * <p>Thread-safe.
 */
public final class KeyedModel implements Model {
    private static final Logger LOG = LoggerFactory.getLogger(KeyedModel.class);

    private final List<Key> keys = new ArrayList<>();
    private final Options options;
    private final Time time;
    private final Rests rests;
    private final ReentrantLock lock = new ReentrantLock();
    private long uses;

    KeyedModel(SequencedMap<String, ? extends Model> models, Options options, Time time) {
        if (models.isEmpty()) {
            throw new IllegalArgumentException("A model was given no key at all; give it one, or do without this.");
        }
        models.forEach((name, model) -> keys.add(new Key(name, model)));
        this.options = options;
        this.time = time;
        this.rests = new Rests(options.store, time);
    }

    /** A key, guarded by the lock but for its name and model. */
    private static final class Key {
        private final String name;
        private final String restKey;
        private final Model model;
        private int underWay;
        private long used;
        private boolean refused;

        Key(String name, Model model) {
            this.name = name;
            this.model = model;
            this.restKey = "key:" + model.name() + ":" + name;
        }
    }

    /**
     * The model with these keys.
     *
     * @param models the model with each key, by the name of the variable that holds the key; at least one
     */
    public static KeyedModel of(SequencedMap<String, ? extends Model> models) {
        return of(models, options -> options);
    }

    /** {@link #of(SequencedMap)} with options. */
    public static KeyedModel of(SequencedMap<String, ? extends Model> models, UnaryOperator<Options> options) {
        return new KeyedModel(models, options.apply(Options.usual()), Time.SYSTEM);
    }

    /**
     * How keys rest; immutable.
     *
     * @param rest how long a key rests whose vendor does not say; 10 seconds by default
     * @param store who rests; by default known to this model alone
     */
    public record Options(Duration rest, LimitStore store) {
        static Options usual() {
            return new Options(Duration.ofSeconds(10), LimitStore.heap());
        }

        /** Has a key rest so long where the vendor does not say. */
        public Options rest(Duration length) {
            return new Options(length, store);
        }

        /** Keeps there who rests, shared with whoever else uses it. */
        public Options store(LimitStore newStore) {
            return new Options(rest, newStore);
        }
    }

    @Override
    public Completion complete(Prompt prompt, Listener listener) throws InterruptedException {
        Deadline deadline = Deadline.of(prompt, time);
        Set<Key> asked = new HashSet<>();
        ModelException before = null;
        while (true) {
            Map<String, Duration> resting =
                    rests.of(keys.stream().map(key -> key.restKey).toList());
            Key key = take(asked, resting);
            if (key == null) {
                throw noneLeft(before, resting);
            }
            asked.add(key);
            Begun begun = new Begun(listener, time);
            try {
                Completion completion = key.model.complete(deadline.on(prompt, name()), begun);
                accepted(key);
                return completion;
            } catch (ModelException e) {
                if (!isTheKeys(key, e) || begun.hasBegun()) {
                    throw e;
                }
                if (before != null && !before.equals(e)) {
                    e.addSuppressed(before);
                }
                before = e;
            } finally {
                giveBack(key);
            }
        }
    }

    /** The key to use now; null if none is left for this call. */
    private @Nullable Key take(Set<Key> asked, Map<String, Duration> resting) {
        lock.lock();
        try {
            boolean allRefused = keys.stream().allMatch(key -> key.refused);
            Optional<Key> taken = keys.stream()
                    .filter(key -> !asked.contains(key) && !resting.containsKey(key.restKey))
                    .filter(key -> !key.refused || allRefused)
                    .min(Comparator.<Key>comparingInt(key -> key.underWay).thenComparingLong(key -> key.used));
            taken.ifPresent(key -> {
                key.underWay++;
                key.used = ++uses;
            });
            return taken.orElse(null);
        } finally {
            lock.unlock();
        }
    }

    private void giveBack(Key key) {
        lock.lock();
        try {
            key.underWay--;
        } finally {
            lock.unlock();
        }
    }

    private void accepted(Key key) {
        lock.lock();
        try {
            key.refused = false;
        } finally {
            lock.unlock();
        }
    }

    /** Whether the failure is the key's, which then is not used for a while, or not any more. */
    private boolean isTheKeys(Key key, ModelException e) {
        if (e instanceof ModelException.RateLimited limited) {
            rests.rest(key.restKey, limited.retryAfter().orElse(options.rest));
            return true;
        }
        if (!(e instanceof ModelException.AuthenticationFailed)) {
            return false;
        }
        lock.lock();
        try {
            if (!key.refused) {
                LOG.warn("The key in {} is not used any more: {}", key.name, e.getMessage());
            }
            key.refused = true;
        } finally {
            lock.unlock();
        }
        return true;
    }

    private ModelException noneLeft(@Nullable ModelException before, Map<String, Duration> resting) {
        Optional<Duration> first = resting.values().stream().min(Comparator.naturalOrder());
        if (first.isEmpty() && before != null) {
            return before;
        }
        String detail = keys.size() == resting.size()
                ? "all " + keys.size() + " keys rest"
                : resting.size() + " of " + keys.size() + " keys rest, and the others were refused";
        ModelException none = new ModelException.RateLimited(name(), first.orElse(options.rest), detail);
        if (before != null) {
            none.addSuppressed(before);
        }
        return none;
    }

    @Override
    public String name() {
        return keys.getFirst().model.name();
    }
}
