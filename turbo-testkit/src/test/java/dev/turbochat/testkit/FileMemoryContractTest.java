package dev.turbochat.testkit;

import dev.turbochat.memory.Memory;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;

class FileMemoryContractTest extends MemoryContract {
    @TempDir
    Path folder;

    @Override
    protected Memory open() {
        return Memory.file(folder.resolve("sessions"));
    }

    @Override
    protected Optional<Memory> openAnother() {
        return Optional.of(open());
    }
}
