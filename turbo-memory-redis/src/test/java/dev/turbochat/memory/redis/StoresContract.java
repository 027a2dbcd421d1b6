package dev.turbochat.memory.redis;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.turbochat.model.LimitStore;
import dev.turbochat.model.ResponseCache;
import dev.turbochat.testkit.LimitStoreContract;
import dev.turbochat.testkit.ResponseCacheContract;
import java.io.IOException;
import java.nio.file.Path;
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
    private final AutoCloseable servers;
    private final String uri;
    private final List<RedisMemory> connected = new ArrayList<>();

    private StoresContract(AutoCloseable servers, String uri) {
        this.servers = servers;
        this.uri = uri;
    }

    private RedisMemory connect() {
        RedisMemory memory = RedisMemory.connect(uri);
        connected.add(memory);
        return memory;
    }

    abstract void empty();

    @AfterEach
    void disconnect() {
        connected.forEach(RedisMemory::close);
        connected.clear();
    }

    @AfterAll
    void stop() throws Exception {
        servers.close();
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
            super(redis, redis.uri());
            this.redis = redis;
        }

        @Override
        void empty() {
            redis.tell(commands -> commands.flushall());
        }
    }

    abstract static class OnASentinel extends StoresContract {
        private final RealSentinel sentinel;

        OnASentinel(RealSentinel sentinel) {
            super(sentinel, sentinel.uri());
            this.sentinel = sentinel;
        }

        @Override
        void empty() {
            sentinel.master.tell(commands -> commands.flushall());
        }
    }

    abstract static class OnACluster extends StoresContract {
        private final RealCluster cluster;

        OnACluster(RealCluster cluster) {
            super(() -> {}, cluster.uri()); // which others use, too
            this.cluster = cluster;
        }

        @Override
        void empty() {
            cluster.empty();
        }
    }

    static RealRedis installed() throws IOException {
        List<Path> installed = RealRedis.installed();
        assumeTrue(!installed.isEmpty(), "no server is installed");
        return RealRedis.started(installed.getFirst());
    }
}
