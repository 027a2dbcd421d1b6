package dev.turbochat.memory.redis;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.turbochat.memory.Memory;
import dev.turbochat.testkit.MemoryContract;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The contract on the Redis or Valkey that is installed on this machine, if there is one. */
class InstalledContractTest extends MemoryContract {
    private static RealRedis redis;

    @BeforeAll
    static void start() throws IOException {
        Optional<Path> installed = RealRedis.installed();
        assumeTrue(installed.isPresent(), "no server is installed");
        redis = RealRedis.started(installed.get());
    }

    @AfterAll
    static void stop() {
        if (redis != null) {
            redis.close();
        }
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
