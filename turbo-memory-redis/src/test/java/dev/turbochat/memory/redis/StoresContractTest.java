package dev.turbochat.memory.redis;

import java.io.IOException;

class StoresContractTest extends StoresContract.OnOneServer {
    StoresContractTest() throws IOException {
        super(RealRedis.started());
    }
}
