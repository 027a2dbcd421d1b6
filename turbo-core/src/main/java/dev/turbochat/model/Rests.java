package dev.turbochat.model;

import dev.turbochat.error.TurboException;
import dev.turbochat.model.LimitStore.Standing;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who rests, as a store knows it. While that fails, what this process itself has seen holds. Thread-safe. */
final class Rests {
    private static final Logger LOG = LoggerFactory.getLogger(Rests.class);

    private final LimitStore store;
    private final LimitStore own;

    Rests(LimitStore store, Time time) {
        this.store = store;
        this.own = new HeapLimits(time);
    }

    Map<String, Duration> of(Collection<String> keys) throws InterruptedException {
        return of(keys, (key, note) -> {});
    }

    /**
     * Who of these rests, and for how long yet.
     *
     * @param noted told what is noted of each, unless the store fails
     */
    Map<String, Duration> of(Collection<String> keys, BiConsumer<String, String> noted) throws InterruptedException {
        Map<String, Standing> all;
        try {
            all = store.standing(keys);
        } catch (TurboException e) {
            LOG.warn("Who rests elsewhere is not known: {}", e.getMessage());
            return own.resting(keys);
        }
        keys.forEach(
                key -> noted.accept(key, all.getOrDefault(key, Standing.NONE).note()));
        return Standing.resting(all);
    }

    void rest(String key, Duration time) {
        own.rest(key, time);
        safely(() -> store.rest(key, time));
    }

    void wake(String key) {
        own.wake(key);
        safely(() -> store.wake(key));
    }

    /** What is noted after {@link LimitStore#note}; empty if the store fails. */
    Optional<String> note(String key, String before, String now, Duration kept) {
        try {
            return Optional.of(store.note(key, before, now, kept));
        } catch (TurboException e) {
            LOG.warn("A failure, or its end, could not be noted, so the others do not know of it: {}", e.getMessage());
            return Optional.empty();
        }
    }

    private static void safely(Runnable change) {
        try {
            change.run();
        } catch (TurboException e) {
            LOG.warn("A rest could not be stored, so the others do not know of it: {}", e.getMessage());
        }
    }
}
