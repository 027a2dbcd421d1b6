package dev.turbochat.memory.redis;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.turbochat.memory.Memory;
import dev.turbochat.testkit.MemoryContract;
import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

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

    @Test
    void a_master_that_nobody_knows_is_told() {
        assertThatThrownBy(() -> RedisMemory.connect(sentinel.uri().replace("#the", "#no")))
                .isInstanceOf(RedisFailure.RedisUnreachable.class)
                .hasMessageStartingWith("Redis at redis-sentinel://")
                .hasMessageEndingWith("#no-master cannot be used: no Sentinel that answers knows this master; start"
                        + " it, or name another.");
    }
}
