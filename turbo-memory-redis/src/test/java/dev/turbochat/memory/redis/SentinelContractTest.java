package dev.turbochat.memory.redis;

import dev.turbochat.memory.Memory;
import dev.turbochat.testkit.MemoryContract;
import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The contract on a master that Sentinel watches. */
class SentinelContractTest extends MemoryContract {
    private static RealSentinel sentinel;

    @BeforeAll
    static void start() throws IOException {
        sentinel = new RealSentinel();
    }

    @AfterAll
    static void stop() {
        sentinel.close();
    }

    @Override
    protected Memory open() {
        sentinel.master.tell(commands -> commands.flushall());
        return RedisMemory.connect(sentinel.uri());
    }

    @Override
    protected Optional<Memory> openAnother() {
        return Optional.of(RedisMemory.connect(sentinel.uri()));
    }
}
