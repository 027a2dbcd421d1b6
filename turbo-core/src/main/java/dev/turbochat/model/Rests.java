package dev.turbochat.model;

import dev.turbochat.error.TurboException;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who rests, as a store knows it. A store that fails is no reason to ask nobody: then nobody rests. */
record Rests(LimitStore store) {
    private static final Logger LOG = LoggerFactory.getLogger(Rests.class);

    Map<String, Duration> of(Collection<String> keys) throws InterruptedException {
        try {
            return store.resting(keys);
        } catch (TurboException e) {
            LOG.warn("Who rests is not known, so all are asked: {}", e.getMessage());
            return Map.of();
        }
    }

    void rest(String key, Duration time) {
        safely(() -> store.rest(key, time));
    }

    void wake(String key) {
        safely(() -> store.wake(key));
    }

    private static void safely(Runnable change) {
        try {
            change.run();
        } catch (TurboException e) {
            LOG.warn("A rest could not be stored, so the others do not know of it: {}", e.getMessage());
        }
    }
}
