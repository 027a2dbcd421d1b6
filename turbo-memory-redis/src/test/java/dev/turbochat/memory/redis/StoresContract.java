package dev.turbochat.memory.redis;

import dev.turbochat.model.LimitStore;
import dev.turbochat.model.ResponseCache;
import dev.turbochat.testkit.LimitStoreContract;
import dev.turbochat.testkit.ResponseCacheContract;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.TestInstance;

/** The contracts of limits and of caches, on servers of a kind. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class StoresContract {
    private final List<RedisMemory> connected = new ArrayList<>();

    private RedisMemory connect() {
        RedisMemory memory = RedisMemory.connect(uri());
        connected.add(memory);
        return memory;
    }

    abstract String uri();

    abstract void empty();

    /** Ends the servers, where they are this test's own. */
    void end() {}

    @AfterEach
    void disconnect() {
        connected.forEach(RedisMemory::close);
        connected.clear();
    }

    @AfterAll
    void stop() {
        end();
    }

    @Nested
    class Limits extends LimitStoreContract {
        @Override
        protected LimitStore open() {
            empty();
            return connect().limits();
        }

        @Override
        protected Optional<LimitStore> openAnother() {
            return Optional.of(connect().limits());
        }
    }

    @Nested
    class Cache extends ResponseCacheContract {
        @Override
        protected ResponseCache open(Duration age) {
            empty();
            return connect().cache(age);
        }

        @Override
        protected Optional<ResponseCache> openAnother(Duration age) {
            return Optional.of(connect().cache(age));
        }
    }

    abstract static class OnOneServer extends StoresContract {
        private final RealRedis redis;

        OnOneServer(RealRedis redis) {
            this.redis = redis;
        }

        @Override
        String uri() {
            return redis.uri();
        }

        @Override
        void end() {
            redis.close();
        }

        @Override
        void empty() {
            redis.tell(commands -> commands.flushall());
        }
    }

    abstract static class OnASentinel extends StoresContract {
        private final RealSentinel sentinel;

        OnASentinel(RealSentinel sentinel) {
            this.sentinel = sentinel;
        }

        @Override
        String uri() {
            return sentinel.uri();
        }

        @Override
        void end() {
            sentinel.close();
        }

        @Override
        void empty() {
            sentinel.master.tell(commands -> commands.flushall());
        }
    }

    abstract static class OnACluster extends StoresContract {
        private final RealCluster cluster;

        OnACluster(RealCluster cluster) {
            this.cluster = cluster; // which others use, too
        }

        @Override
        String uri() {
            return cluster.uri();
        }

        @Override
        void empty() {
            cluster.empty();
        }
    }
}
