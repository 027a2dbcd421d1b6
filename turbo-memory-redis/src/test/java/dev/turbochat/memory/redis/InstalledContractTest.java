package dev.turbochat.memory.redis;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.turbochat.memory.Memory;
import dev.turbochat.testkit.MemoryContract;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** The contract on each Redis or Valkey that is installed on this machine, or that {@code -Dturbo.redis=PATH,PATH} names. */
@ParameterizedClass(name = "{0}")
@MethodSource("servers")
@SuppressWarnings({"NullAway.Init", "UnusedVariable"}) // started before each invocation
class InstalledContractTest extends MemoryContract {
    private static RealRedis redis;

    @Parameter // it is what "start" is given, and stands in the name
    private Path server;

    static Stream<Path> servers() {
        List<Path> installed = RealRedis.installed();
        return installed.isEmpty() ? Stream.of(Path.of("none")) : installed.stream();
    }

    @BeforeParameterizedClassInvocation
    static void start(Path server) throws IOException {
        redis = started(server);
    }

    /** One of {@link #servers}, which says in the output what it is; the test is left out if there are none. */
    static RealRedis started(Path server) throws IOException {
        assumeTrue(!RealRedis.installed().isEmpty(), "no server is installed");
        RealRedis started = RealRedis.started(server);
        System.out.println("On an installed server: "
                + started.<String>tell(commands -> commands.info("server"))
                        .lines()
                        .filter(line -> line.matches("(redis|valkey)_version:.*"))
                        .toList());
        return started;
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        if (redis != null) {
            redis.close();
        }
    }

    @Override
    protected Memory open() {
        redis.tell(commands -> commands.flushall());
        return RedisMemory.connect(redis.uri());
    }

    @Override
    protected Optional<Memory> openAnother() {
        return Optional.of(RedisMemory.connect(redis.uri()));
    }
}
