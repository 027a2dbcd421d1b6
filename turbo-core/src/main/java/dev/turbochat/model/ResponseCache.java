package dev.turbochat.model;

import java.time.Duration;
import java.util.Optional;

/**
 * Where {@link CachedModel} keeps answers: in this process, or shared by all nodes of a service.
 *
 * <p>Thread-safe. Keys are the hexadecimal digits of a hash, which tells nothing of what was asked; what is kept is the
 * answer in clear. An answer may be gone at any time. What fails is thrown as a
 * {@link dev.turbochat.error.TurboException}; the model is then asked as if there were no cache.
 */
public interface ResponseCache {
    /** Whether there is an answer under this key. */
    default boolean has(String key) throws InterruptedException {
        return get(key).isPresent();
    }

    /** The answer under this key. */
    Optional<Completion> get(String key) throws InterruptedException;

    /** Keeps an answer under a key, in place of one that is there. */
    void put(String key, Completion completion) throws InterruptedException;

    /** Forgets everything. */
    void clear() throws InterruptedException;

    /**
     * A cache in this process, which forgets what was not asked for the longest time.
     *
     * @param most how many answers it keeps, at least 1
     * @param age how long an answer is good for, more than zero
     */
    static ResponseCache heap(int most, Duration age) {
        return new HeapCache(most, age, Time.SYSTEM);
    }
}
