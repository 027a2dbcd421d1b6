package dev.turbochat.memory.redis;

import dev.turbochat.memory.Memory;
import dev.turbochat.testkit.MemoryContract;
import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The contract on one server. */
class RedisMemoryContractTest extends MemoryContract {
    private static RealRedis redis;

    @BeforeAll
    static void start() throws IOException {
        redis = RealRedis.started();
    }

    @AfterAll
    static void stop() {
        redis.close();
    }

    @Override
    protected Memory open() {
        redis.tell(commands -> commands.flushall());
        return RedisMemory.connect(redis.uri());
    }

    @Override
    protected Optional<Memory> openAnother() {
        return Optional.of(RedisMemory.connect(redis.uri()));
    }
}
