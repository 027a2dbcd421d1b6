package dev.turbochat.memory.redis;

import dev.turbochat.memory.Memory;
import dev.turbochat.memory.MemoryProvider;
import java.util.Optional;

/** Knows {@code redis:}, {@code redis-sentinel:}, {@code redis-cluster:}, and each with {@code rediss} for TLS. */
public final class RedisMemoryProvider implements MemoryProvider {
    @Override
    public Optional<Memory> open(String uri) {
        return RedisAddress.isOne(uri) ? Optional.of(RedisMemory.connect(uri)) : Optional.empty();
    }
}
