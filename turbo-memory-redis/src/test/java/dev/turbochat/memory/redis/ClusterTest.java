package dev.turbochat.memory.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.turbochat.memory.Delivery;
import dev.turbochat.memory.Memory;
import dev.turbochat.memory.Memory.Appended;
import io.lettuce.core.MigrateArgs;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** What only a cluster does: slots that move, masters that change. */
class ClusterTest {

    @Test
    void a_session_is_followed_when_its_slot_moves_to_another_server() throws Exception {
        RealCluster cluster = RealCluster.shared();
        try (Memory memory = RedisMemory.connect(cluster.uri())) {
            RealRedis from = cluster.masters().get(0);
            RealRedis to = cluster.masters().get(1);
            Driver driver = oneOn(from, memory);
            driver.stores("x".repeat(2 << 20)); // now the session has all the keys that it may have
            memory.deliver(driver.session, new Delivery("d", "", null, new Delivery.Start()));
            List<String> keys = from.tell(commands -> commands.keys("turbo:{*"));
            int slot = slot(from, keys);
            String toId = prepare(slot, from, to);
            driver.stores("while it is about to move");
            from.tell(commands -> commands.migrate("127.0.0.1", to.port(), 0, 5_000, MigrateArgs.Builder.keys(keys)));
            driver.stores("asked for at the new place");
            assertThat(memory.read(driver.session)).hasSize(4);
            for (RealRedis node : cluster.masters()) {
                node.tell(commands -> commands.clusterSetSlotNode(slot, toId));
            }
            driver.takes("d").stores("moved");
            assertThat(memory.read(driver.session)).hasSize(5);
            assertThat(memory.inbox(driver.session)).isEmpty();
            driver.release();
            assertThat(memory.sessions()).isNotEmpty();
        }
    }

    @Test
    void a_session_of_which_a_part_has_moved_waits_for_the_rest() throws Exception {
        RealCluster cluster = RealCluster.shared();
        try (Memory memory = RedisMemory.connect(cluster.uri())) {
            RealRedis from = cluster.masters().get(0);
            RealRedis to = cluster.masters().get(1);
            Driver driver = oneOn(from, memory);
            List<String> keys = from.tell(commands -> commands.keys("turbo:{*"));
            int slot = slot(from, keys);
            String toId = prepare(slot, from, to);
            from.tell(commands -> commands.migrate("127.0.0.1", to.port(), 0, 5_000, MigrateArgs.Builder.keys(keys)));
            to.<String>tell(commands -> commands.configResetstat());
            CompletableFuture<Appended> appended = CompletableFuture.supplyAsync(() -> driver.sends("moving"));
            await().until(() -> waits(to));
            assertThat(appended).isNotDone();
            for (RealRedis node : cluster.masters()) {
                node.tell(commands -> commands.clusterSetSlotNode(slot, toId));
            }
            assertThat(appended.join()).isEqualTo(Appended.OK);
        }
    }

    /** Whether the server has refused anything with TRYAGAIN, or asked to. */
    private static boolean waits(RealRedis redis) {
        return redis.<String>tell(commands -> commands.info("commandstats")).contains("cmdstat_asking");
    }

    private static Driver oneOn(RealRedis redis, Memory memory) {
        for (int i = 0; ; i++) {
            Driver driver = Driver.of(memory, "s" + i);
            if (!redis.<List<String>>tell(commands -> commands.keys("turbo:{*}:log"))
                    .isEmpty()) {
                return driver;
            }
        }
    }

    private static int slot(RealRedis redis, List<String> keys) {
        return redis.tell(commands -> commands.clusterKeyslot(keys.getFirst())).intValue();
    }

    private static String prepare(int slot, RealRedis from, RealRedis to) {
        String fromId = from.tell(commands -> commands.clusterMyId());
        String toId = to.tell(commands -> commands.clusterMyId());
        to.tell(commands -> commands.clusterSetSlotImporting(slot, fromId));
        from.tell(commands -> commands.clusterSetSlotMigrating(slot, toId));
        return toId;
    }

    @Test
    @EnabledIfSystemProperty(named = "turbo.campaign", matches = ".*")
    void sessions_go_on_when_a_master_dies() throws Exception {
        try (RealCluster cluster = new RealCluster(1);
                Memory memory = RedisMemory.connect(cluster.uri())) {
            List<Driver> drivers = new ArrayList<>(IntStream.range(0, 30)
                    .mapToObj(i -> Driver.of(memory, "s" + i).wakes(Instant.EPOCH))
                    .toList());
            drivers.forEach(driver -> driver.stores("before"));
            cluster.masters().getFirst().kill();
            long start = System.nanoTime();
            drivers.forEach(driver -> assertThat(driver.insists("after")).isIn(Appended.OK, Appended.ALREADY));
            System.out.printf(
                    "30 sessions went on %d ms after a master's death%n", (System.nanoTime() - start) / 1_000_000);
            drivers.forEach(driver -> assertThat(memory.read(driver.session)).hasSize(3));
            assertThat(memory.sessions()).hasSize(30);
            drivers.forEach(Driver::release);
            assertThat(memory.due(Instant.now(), 100)).hasSize(30);
        }
    }
}
