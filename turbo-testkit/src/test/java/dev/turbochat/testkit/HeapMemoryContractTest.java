package dev.turbochat.testkit;

import dev.turbochat.memory.Memory;
import java.util.Optional;

class HeapMemoryContractTest extends MemoryContract {
    @Override
    protected Memory open() {
        return Memory.heap();
    }

    @Override
    protected Optional<Memory> openAnother() {
        return Optional.empty();
    }
}
