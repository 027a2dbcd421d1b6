package dev.turbochat.memory.redis;

import java.io.IOException;

class SentinelStoresContractTest extends StoresContract.OnASentinel {
    SentinelStoresContractTest() throws IOException {
        super(new RealSentinel());
    }
}
