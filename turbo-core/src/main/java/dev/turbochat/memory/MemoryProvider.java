package dev.turbochat.memory;

import java.util.Optional;

/** Opens memories by their URIs; found by {@link java.util.ServiceLoader}. Implementations are stateless. */
@FunctionalInterface
public interface MemoryProvider {
    /**
     * The memory of a URI, or empty if the URI is another provider's.
     *
     * @throws dev.turbochat.error.TurboException if the URI is this provider's and the memory cannot be opened
     */
    Optional<Memory> open(String uri);
}
