package dev.turbochat.testkit;

import dev.turbochat.model.LimitStore;
import java.util.Optional;

class HeapLimitsContractTest extends LimitStoreContract {
    @Override
    protected LimitStore open() {
        return LimitStore.heap();
    }

    @Override
    protected Optional<LimitStore> openAnother() {
        return Optional.empty();
    }
}
