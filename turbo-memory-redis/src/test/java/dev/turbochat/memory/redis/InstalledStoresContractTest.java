package dev.turbochat.memory.redis;

import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** On each Redis or Valkey that is installed on this machine, or that {@code -Dturbo.redis=PATH,PATH} names. */
@ParameterizedClass(name = "{0}")
@MethodSource("servers")
@SuppressWarnings({"NullAway.Init", "UnusedVariable"}) // started before each invocation
class InstalledStoresContractTest extends StoresContract {
    private static RealRedis redis;

    @Parameter // it is what "start" is given, and stands in the name
    private Path server;

    static Stream<Path> servers() {
        return InstalledContractTest.servers();
    }

    @BeforeParameterizedClassInvocation
    static void start(Path server) throws IOException {
        redis = InstalledContractTest.started(server);
    }

    @AfterParameterizedClassInvocation
    static void stopServer() {
        if (redis != null) {
            redis.close();
        }
    }

    @Override
    String uri() {
        return redis.uri();
    }

    @Override
    void empty() {
        redis.tell(commands -> commands.flushall());
    }
}
