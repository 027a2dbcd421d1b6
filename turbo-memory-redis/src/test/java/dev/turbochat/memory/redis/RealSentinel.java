package dev.turbochat.memory.redis;

import static org.awaitility.Awaitility.await;

import io.lettuce.core.KillArgs;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** A master, a replica, and a Sentinel that watches them. */
final class RealSentinel implements AutoCloseable {
    static final String MASTER = "the-master";

    /** Who is the master now, and who its replica, if it has one. */
    RealRedis master;

    RealRedis replica;
    private final RealRedis sentinel;
    private final String password;

    RealSentinel(String... settings) throws IOException {
        this(List.of(settings), "", "", "");
    }

    /**
     * One whose servers and whose Sentinel want passwords.
     *
     * @param more what else stands in the Sentinel's file
     */
    static RealSentinel guarded(String serverPassword, String password, String more) throws IOException {
        return new RealSentinel(
                List.of("--requirepass", serverPassword, "--masterauth", serverPassword),
                serverPassword,
                password,
                "sentinel auth-pass " + MASTER + " " + serverPassword + "\nrequirepass " + password + "\n" + more);
    }

    private RealSentinel(List<String> settings, String serverPassword, String password, String more)
            throws IOException {
        this.password = password;
        String[] both = Stream.concat(settings.stream(), Stream.of("--repl-diskless-sync-delay", "0"))
                .toArray(String[]::new);
        master = RealRedis.started(both).withPassword(serverPassword);
        replica = RealRedis.started(both).withPassword(serverPassword);
        replica.tell(commands -> commands.replicaof("127.0.0.1", master.port()));
        awaitLink();
        sentinel = RealRedis.sentinel("""
                sentinel monitor %1$s 127.0.0.1 %2$d 1
                sentinel down-after-milliseconds %1$s 2000
                sentinel failover-timeout %1$s 2000
                %3$s
                """.formatted(MASTER, master.port(), more));
        await().atMost(Duration.ofSeconds(20)).until(() -> masterPort() == master.port() && replicas() == 1);
    }

    private RedisURI place() {
        RedisURI place = RedisURI.create("127.0.0.1", sentinel.port());
        if (!password.isEmpty()) {
            place.setAuthentication(password.toCharArray());
        }
        return place;
    }

    private int masterPort() {
        try (RedisClient client = RedisClient.create(place());
                var connection = client.connectSentinel()) {
            return ((InetSocketAddress) connection.sync().getMasterAddrByName(MASTER)).getPort();
        }
    }

    private int replicas() {
        try (RedisClient client = RedisClient.create(place());
                var connection = client.connectSentinel()) {
            return connection.sync().replicas(MASTER).size();
        }
    }

    String uri() {
        return "redis-sentinel://" + sentinel.address() + "#" + MASTER;
    }

    /** From here on the replica is told nothing of what the master stores. */
    void loseReplica() {
        var arguments = new CommandArgs<>(StringCodec.UTF8)
                .add("SETUSER")
                .add("default")
                .add("-psync")
                .add("-sync");
        master.<String>tell(
                commands -> commands.dispatch(CommandType.ACL, new StatusOutput<>(StringCodec.UTF8), arguments));
        master.<Long>tell(commands -> commands.clientKill(KillArgs.Builder.typeSlave()));
    }

    /** Waits until the replica is the master. */
    void awaitFailover() {
        await().atMost(Duration.ofSeconds(30)).until(() -> masterPort() == replica.port());
        RealRedis dead = master;
        master = replica;
        replica = dead;
    }

    /** Has the one that died come back as the replica of the other, with nothing. */
    void mend() throws IOException {
        replica.start("--replicaof", "127.0.0.1", "" + master.port());
        awaitLink();
        await().atMost(Duration.ofSeconds(20)).until(this::hasReplica);
    }

    private void awaitLink() {
        await().atMost(Duration.ofSeconds(20))
                .until(() -> replica.<String>tell(commands -> commands.info("replication"))
                        .contains("master_link_status:up"));
    }

    /** Whether the Sentinel could have the replica take over. */
    private boolean hasReplica() {
        try (RedisClient client = RedisClient.create(place());
                var connection = client.connectSentinel()) {
            return connection.sync().replicas(MASTER).stream().anyMatch(found -> "slave".equals(found.get("flags")));
        }
    }

    @Override
    public void close() {
        sentinel.close();
        replica.close();
        master.close();
    }
}
