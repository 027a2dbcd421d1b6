package dev.turbochat.memory.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.turbochat.memory.Memory;
import dev.turbochat.memory.Memory.Append;
import dev.turbochat.memory.Memory.Appended;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** A master that dies, and another that takes its place. */
class SentinelTest {

    @Test
    void a_session_goes_on_when_its_master_dies() throws Exception {
        try (RealSentinel sentinel = new RealSentinel("--appendonly", "yes");
                Memory memory = RedisMemory.connect(sentinel.uri() + "?durability=replicated")) {
            Driver driver = Driver.of(memory, "s");
            driver.stores("before");
            sentinel.master.kill();
            Append append = driver.next("after");
            Appended appended = null;
            while (appended == null) {
                try {
                    appended = memory.append(append);
                } catch (RedisFailure.RedisSilent | RedisFailure.RedisNotDurable e) {
                    assertThat(e.passing()).isTrue(); // the new master has no replica
                    if (e instanceof RedisFailure.RedisNotDurable) {
                        break;
                    }
                }
            }
            assertThat(memory.read("s")).hasSize(3);
            sentinel.awaitFailover();
        }
    }

    @Test
    void a_master_that_nobody_knows_is_told() throws IOException {
        try (RealSentinel sentinel = new RealSentinel()) {
            assertThatThrownBy(() -> RedisMemory.connect(sentinel.uri().replace("#the", "#no")))
                    .isInstanceOf(RedisFailure.RedisUnreachable.class)
                    .hasMessageStartingWith("Redis at redis-sentinel://")
                    .hasMessageEndingWith("#no-master cannot be used: no Sentinel that answers knows this master; start"
                            + " it, or name another.");
        }
    }
}
