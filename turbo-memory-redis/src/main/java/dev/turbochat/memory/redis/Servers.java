package dev.turbochat.memory.redis;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SslOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The servers behind a memory: leads from a slot to a connection. One server, or Sentinel's master, has all slots. Thread-safe. */
class Servers {
    private static final Logger LOG = LoggerFactory.getLogger(Servers.class);
    private static final String WRITES = "writes";
    private static final Duration QUIET = Duration.ZERO;

    private final RedisAddress address;
    private final ClientResources resources;
    private final RedisClient client;
    private final int writers;
    private final Map<String, Link> links = new ConcurrentHashMap<>();

    /**
     * @param answer how long is waited for the answer to a command, and for a connection
     * @param writers how many connections there are to a server for writing
     */
    Servers(RedisAddress address, Duration answer, int writers) {
        this.address = address;
        this.writers = writers;
        this.resources = DefaultClientResources.builder()
                .ioThreadPoolSize(2)
                .computationThreadPoolSize(2)
                .build();
        this.client = RedisClient.create(resources);
        client.setOptions(options(address, answer));
    }

    static Servers of(RedisAddress address, Duration answer, int writers) {
        return address.kind() == RedisAddress.Kind.CLUSTER
                ? new ClusterServers(address, answer, writers)
                : new Servers(address, answer, writers);
    }

    private static ClientOptions options(RedisAddress address, Duration answer) {
        SslOptions.Builder ssl = SslOptions.builder().handshakeTimeout(answer);
        if (address.authority() != null) {
            ssl.trustManager(address.authority().toFile());
        }
        return ClientOptions.builder()
                .autoReconnect(false)
                .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                .timeoutOptions(TimeoutOptions.enabled(answer))
                .socketOptions(SocketOptions.builder()
                        .connectTimeout(answer)
                        .keepAlive(true)
                        .tcpNoDelay(true)
                        .build())
                .sslOptions(ssl.build())
                .build();
    }

    RedisAddress address() {
        return address;
    }

    /** A connection to the server that a slot is at. Those of different lanes do not wait for one another. */
    Link link(int slot, Redis.Lane lane) {
        return links.computeIfAbsent(track(slot, lane), any -> new Link(() -> connect(uri())));
    }

    private String track(int slot, Redis.Lane lane) {
        return switch (lane) {
            case READS -> "reads";
            case WRITES -> WRITES + slot % writers;
            case MODELS -> "models";
        };
    }

    /** Takes note of where a slot is now. */
    void moved(int slot, RedisAddress.Place place) {}

    /** Finds out anew where the slots are, if there is anything to find out. */
    void refresh() {}

    private RedisURI uri() {
        return address.kind() == RedisAddress.Kind.SENTINEL
                ? address.toMaster()
                : address.to(address.places().getFirst());
    }

    /** A connection to one of several servers, shared. */
    Link link(RedisAddress.Place place, int slot, Redis.Lane lane) {
        return links.computeIfAbsent(
                track(slot, lane) + "@" + place, any -> new Link(() -> connect(address.to(place))));
    }

    /** A connection to each server that has slots, by its place; the place is empty where there is but one. */
    Map<String, Link> masters() {
        return Map.of("", link(0, Redis.Lane.READS));
    }

    /** Any connection for writing that is there now; null if none is. */
    @Nullable
    StatefulRedisConnection<byte[], byte[]> ready() {
        for (Map.Entry<String, Link> link : links.entrySet()) {
            StatefulRedisConnection<byte[], byte[]> connection =
                    link.getKey().startsWith(WRITES) ? link.getValue().ready() : null;
            if (connection != null) {
                return connection;
            }
        }
        return null;
    }

    /** A connection of the caller's own. */
    CompletionStage<StatefulRedisConnection<byte[], byte[]>> connect(RedisURI uri) {
        return client.connectAsync(ByteArrayCodec.INSTANCE, uri);
    }

    /** A connection to listen on, of the caller's own: to any of the servers. */
    CompletionStage<StatefulRedisPubSubConnection<byte[], byte[]>> listen() {
        return listen(uri());
    }

    final CompletionStage<StatefulRedisPubSubConnection<byte[], byte[]>> listen(RedisURI uri) {
        return client.connectPubSubAsync(ByteArrayCodec.INSTANCE, uri);
    }

    /** Does not wait for something whose failure changes nothing. */
    static void forget(CompletionStage<?> outcome) {
        outcome.whenComplete((done, failure) -> {
            if (failure != null) {
                LOG.debug("Nothing depends on what failed.", failure);
            }
        });
    }

    void close() {
        client.shutdownAsync(QUIET.toMillis(), 2_000, TimeUnit.MILLISECONDS).join();
        resources.shutdown(QUIET.toMillis(), 2_000, TimeUnit.MILLISECONDS).awaitUninterruptibly();
    }
}
