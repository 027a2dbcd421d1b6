package dev.turbochat.memory.redis;

import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/** A server for all tests of a class, which is empty when each begins. */
abstract class OneServer {
    static RealRedis redis;

    @BeforeAll
    static void start() throws IOException {
        redis = RealRedis.started();
    }

    @AfterAll
    static void stop() {
        redis.close();
    }

    @BeforeEach
    final void empty() {
        redis.tell(commands -> commands.flushall());
    }
}
