package dev.turbochat.memory.redis;

import java.io.IOException;

/** On the Redis or Valkey that is installed on this machine, if there is one. */
class InstalledStoresContractTest extends StoresContract.OnOneServer {
    InstalledStoresContractTest() throws IOException {
        super(installed());
    }
}
