package dev.turbochat.memory.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.AclSetuserArgs;
import io.lettuce.core.protocol.CommandType;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is said about a server, and what should be changed about it. */
class ExaminingTest {

    private static List<String> examined(String uri) {
        try (RedisMemory memory = RedisMemory.connect(uri)) {
            return memory.examine();
        }
    }

    @Test
    void a_server_that_keeps_nothing_and_evicts_should_be_changed() throws IOException {
        try (RealRedis redis = RealRedis.started("--maxmemory-policy", "allkeys-lru")) {
            List<String> found = examined(redis.uri());
            assertThat(found.getFirst()).matches("Server: (Redis|Valkey) \\d+\\.\\d+\\..*\\.");
            assertThat(found.subList(1, 5))
                    .containsExactly(
                            "Mode: one server.",
                            "Persistence: none, so that all sessions are lost when the server stops; set 'appendonly"
                                    + " yes'.",
                            "Eviction: a server that is full removes sessions, or parts of them (maxmemory-policy"
                                    + " allkeys-lru); set 'maxmemory-policy noeviction'.",
                            "Replicas: none.");
            assertThat(found.get(5)).matches("Clock: (as|\\d ms (ahead of|behind)) this machine's\\.");
            assertThat(found).hasSize(6);
        }
    }

    @Test
    void a_server_as_it_should_be_is_left_as_it_is() throws IOException {
        try (RealRedis redis = RealRedis.started("--appendonly", "yes", "--appendfsync", "always")) {
            assertThat(examined(redis.uri()))
                    .contains(
                            "Persistence: an append-only file, on the disk with every write (appendfsync always).",
                            "Eviction: none (maxmemory-policy noeviction).")
                    .noneMatch(line -> line.contains(";"));
        }
    }

    @Test
    void settings_are_seen_as_they_are_now() throws IOException {
        try (RealRedis redis = RealRedis.started()) {
            redis.tell(commands -> commands.configSet("save", "3600 1"));
            assertThat(examined(redis.uri()))
                    .contains("Persistence: snapshots only (save 3600 1), so that what came after the last is lost when"
                            + " the server stops; set 'appendonly yes'.");
            redis.tell(commands -> commands.configSet("appendonly", "yes"));
            assertThat(examined(redis.uri()))
                    .contains(
                            "Persistence: an append-only file, on the disk every second (appendfsync everysec); if the"
                                    + " last second may not be lost with the machine, set 'appendfsync always', or use"
                                    + " durability=fsync.");
            redis.tell(commands -> commands.configSet("appendfsync", "no"));
            assertThat(examined(redis.uri()))
                    .contains("Persistence: an append-only file, on the disk when the system gets to it (appendfsync"
                            + " no); set 'appendfsync everysec' or 'appendfsync always'.");
        }
    }

    @Test
    void a_user_who_may_not_ask_is_told_so_and_no_password_is_shown() throws IOException {
        try (RealRedis redis = RealRedis.started()) {
            redis.tell(commands -> commands.aclSetuser(
                    "some",
                    AclSetuserArgs.Builder.on()
                            .addPassword("s3cret")
                            .allKeys()
                            .allChannels()
                            .allCommands()
                            .removeCommand(CommandType.CONFIG)
                            .removeCommand(CommandType.INFO)
                            .removeCommand(CommandType.TIME)));
            assertThat(examined("redis://some:s3cret@" + redis.address()))
                    .containsExactly(
                            "Server: its version cannot be seen (INFO is not permitted); see that it is Redis 6.2 or"
                                    + " newer, or Valkey.",
                            "Mode: one server.",
                            "Persistence: cannot be seen (neither CONFIG GET nor INFO is permitted); see that 'appendonly"
                                    + " yes' is set.",
                            "Eviction: cannot be seen (neither CONFIG GET nor INFO is permitted); see that"
                                    + " 'maxmemory-policy noeviction' is set.",
                            "Replicas: cannot be seen (INFO is not permitted).",
                            "Clock: cannot be seen (TIME is not permitted).");
            redis.tell(commands -> commands.aclSetuser("some", AclSetuserArgs.Builder.addCommand(CommandType.INFO)));
            assertThat(examined("redis://some:s3cret@" + redis.address()))
                    .contains(
                            "Persistence: no append-only file, and whether there are snapshots cannot be seen (CONFIG GET"
                                    + " is not permitted); set 'appendonly yes'.",
                            "Eviction: none (maxmemory-policy noeviction).")
                    .noneMatch(line -> line.contains("s3cret"));
        }
    }

    @Test
    void each_master_of_a_cluster_is_examined() throws Exception {
        try (RealCluster cluster = new RealCluster(0)) {
            assertThat(examined(cluster.uri()))
                    .hasSize(18)
                    .filteredOn(line -> line.startsWith("Mode of 127.0.0.1:"))
                    .hasSize(3)
                    .allMatch(line -> line.endsWith(": one master of a cluster."));
        }
    }
}
