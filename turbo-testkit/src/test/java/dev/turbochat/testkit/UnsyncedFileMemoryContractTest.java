package dev.turbochat.testkit;

import dev.turbochat.memory.Memories;
import dev.turbochat.memory.Memory;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;

class UnsyncedFileMemoryContractTest extends MemoryContract {
    @TempDir
    Path folder;

    @Override
    protected Memory open() {
        return Memories.open("file:" + folder.resolve("sessions") + "?durability=memory");
    }

    @Override
    protected Optional<Memory> openAnother() {
        return Optional.of(open());
    }
}
