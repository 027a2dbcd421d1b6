package dev.turbochat.memory.redis;

import java.io.IOException;

class ClusterStoresContractTest extends StoresContract.OnACluster {
    ClusterStoresContractTest() throws IOException {
        super(RealCluster.shared());
    }
}
