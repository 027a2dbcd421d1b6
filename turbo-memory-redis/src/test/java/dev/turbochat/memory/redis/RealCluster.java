package dev.turbochat.memory.redis;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A cluster of a test's own: three masters, and a replica of each if it is to survive one. */
final class RealCluster implements AutoCloseable {
    private static final int SLOTS = 16_384;
    private static final int MASTERS = 3;

    private static @Nullable RealCluster shared;

    private final List<RealRedis> nodes = new ArrayList<>();

    /** One without replicas for all tests that leave it whole: empty, and ended with the process. */
    static synchronized RealCluster shared() throws IOException {
        if (shared == null) {
            shared = new RealCluster(0);
        }
        shared.empty();
        return shared;
    }

    RealCluster(int replicas) throws IOException {
        for (int i = 0; i < MASTERS * (1 + replicas); i++) {
            nodes.add(RealRedis.started(
                    "--cluster-enabled", "yes", "--cluster-node-timeout", "1000", "--repl-diskless-sync-delay", "0"));
        }
        for (int i = 0; i < MASTERS; i++) {
            int[] slots = IntStream.range(SLOTS * i / MASTERS, SLOTS * (i + 1) / MASTERS)
                    .toArray();
            nodes.get(i).tell(commands -> commands.clusterAddSlots(slots));
        }
        for (RealRedis node : nodes) { // all of all, so that nobody waits for gossip
            for (RealRedis other : nodes.subList(nodes.indexOf(node) + 1, nodes.size())) {
                node.tell(commands -> commands.clusterMeet("127.0.0.1", other.port()));
            }
        }
        await().atMost(Duration.ofSeconds(20)).until(() -> nodes.stream().allMatch(this::knowsAll));
        for (int i = MASTERS; i < nodes.size(); i++) {
            String master = nodes.get(i % MASTERS).tell(commands -> commands.clusterMyId());
            nodes.get(i).tell(commands -> commands.clusterReplicate(master));
        }
        awaitOk(nodes);
        await().atMost(Duration.ofSeconds(20))
                .until(() -> nodes.stream()
                        .skip(MASTERS)
                        .allMatch(node -> node.tell(commands -> commands.info("replication"))
                                .contains("master_link_status:up")));
    }

    /** Whether it knows all by the names that they have given themselves, not only those that it has been told to meet. */
    private boolean knowsAll(RealRedis node) {
        String known = node.tell(commands -> commands.clusterNodes());
        return known.lines().filter(line -> line.contains(" connected")).count() == nodes.size()
                && nodes.stream().allMatch(other -> known.contains(other.tell(commands -> commands.clusterMyId())));
    }

    static void awaitOk(List<RealRedis> nodes) {
        await().atMost(Duration.ofSeconds(30))
                .until(() -> nodes.stream()
                        .allMatch(node ->
                                node.tell(commands -> commands.clusterInfo()).contains("cluster_state:ok")));
    }

    List<RealRedis> masters() {
        return nodes.subList(0, MASTERS);
    }

    String uri() {
        return "redis-cluster://" + nodes.stream().map(RealRedis::address).collect(Collectors.joining(","));
    }

    void empty() {
        masters().forEach(node -> node.tell(commands -> commands.flushall()));
    }

    @Override
    public void close() {
        nodes.forEach(RealRedis::close);
    }
}
