package dev.turbochat.testkit;

import dev.turbochat.model.ResponseCache;
import java.time.Duration;
import java.util.Optional;

class HeapCacheContractTest extends ResponseCacheContract {
    @Override
    protected ResponseCache open(Duration age) {
        return ResponseCache.heap(1_000, age);
    }

    @Override
    protected Optional<ResponseCache> openAnother(Duration age) {
        return Optional.empty();
    }
}
