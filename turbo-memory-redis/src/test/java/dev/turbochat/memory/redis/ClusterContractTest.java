package dev.turbochat.memory.redis;

import dev.turbochat.memory.Memory;
import dev.turbochat.testkit.MemoryContract;
import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;

/** The contract on a cluster of three masters. */
class ClusterContractTest extends MemoryContract {
    private static RealCluster cluster;

    @BeforeAll
    static void start() throws IOException {
        cluster = RealCluster.shared();
    }

    @Override
    protected Memory open() {
        cluster.empty();
        return RedisMemory.connect(cluster.uri());
    }

    @Override
    protected Optional<Memory> openAnother() {
        return Optional.of(RedisMemory.connect(cluster.uri()));
    }
}
