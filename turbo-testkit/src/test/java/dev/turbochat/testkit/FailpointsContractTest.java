package dev.turbochat.testkit;

import dev.turbochat.memory.Memory;
import java.util.Optional;

/** With nothing the matter, it is a memory like any other. */
class FailpointsContractTest extends MemoryContract {
    @Override
    protected Memory open() {
        return Failpoints.on(Memory.heap());
    }

    @Override
    protected Optional<Memory> openAnother() {
        return Optional.empty();
    }
}
