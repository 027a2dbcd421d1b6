package dev.turbochat.memory.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.turbochat.error.ConfigurationException;
import dev.turbochat.memory.Memory.Append;
import dev.turbochat.memory.Memory.Appended;
import dev.turbochat.memory.Memory.Opening;
import dev.turbochat.memory.redis.RedisFailure.RedisNotDurable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** What an append has survived when it returns: counted, not hoped for. */
class RedisDurabilityTest {
    private static final String WAITS = "&answer=4s&server=5s"; // a file is forced once a second

    private static void follow(RealRedis replica, RealRedis master) {
        replica.tell(commands -> commands.replicaof("127.0.0.1", master.port()));
        await().atMost(Duration.ofSeconds(20))
                .until(() -> replica.<String>tell(commands -> commands.info("replication"))
                        .contains("master_link_status:up"));
    }

    /** Making a session has to be confirmed, too; taking one that holds something has not. */
    private static Driver existing(RedisMemory memory, RealRedis redis) {
        try (RedisMemory lax = RedisMemory.connect(redis.uri())) {
            Driver driver = Driver.of(lax, "s");
            driver.stores("zero");
            driver.release();
        }
        return Driver.of(memory, "s");
    }

    @Test
    void replicated_is_what_a_replica_has() throws IOException {
        try (RealRedis master = RealRedis.started("--appendonly", "yes", "--repl-diskless-sync-delay", "0");
                RealRedis replica = RealRedis.started("--appendonly", "yes");
                RedisMemory memory = RedisMemory.connect(master.uri() + "?durability=replicated" + WAITS)) {
            follow(replica, master);
            Driver driver = Driver.of(memory, "s");
            driver.stores("one");
            String log = master.tell(commands -> commands.keys("turbo:{*}:log")).getFirst();
            long copied = replica.tell(commands -> commands.llen(log));
            assertThat(copied).isEqualTo(2);
        }
    }

    @Test
    void without_a_replica_an_append_says_so_and_its_repeat_counts_again() throws IOException {
        try (RealRedis master = RealRedis.started("--appendonly", "yes", "--repl-diskless-sync-delay", "0");
                RealRedis replica = RealRedis.started("--appendonly", "yes");
                RedisMemory memory = RedisMemory.connect(master.uri() + "?durability=replicated" + WAITS)) {
            Driver driver = existing(memory, master);
            Append append = driver.next("one");
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> memory.append(append))
                        .isInstanceOfSatisfying(
                                RedisNotDurable.class,
                                e -> assertThat(e.passing()).isTrue())
                        .hasMessageMatching("Redis at " + master.uri() + " did what it was told, but no replica has it"
                                + "( on its disk)?; see to its replicas and its append-only file, and try again[.]");
            }
            follow(replica, master);
            assertThat(memory.append(append)).isEqualTo(Appended.ALREADY);
            assertThat(memory.read("s")).hasSize(3);
        }
    }

    @Test
    void a_mark_that_is_not_safe_does_not_count_and_the_append_says_so() throws IOException {
        try (RealRedis master = RealRedis.started("--appendonly", "yes", "--repl-diskless-sync-delay", "0");
                RealRedis replica = RealRedis.started("--appendonly", "yes");
                RedisMemory memory = RedisMemory.connect(master.uri() + "?durability=replicated" + WAITS)) {
            existing(memory, master).release();
            Driver driver = Driver.of(memory, "s", (Opening.Granted) memory.open("s", "a host", Instant.EPOCH));
            Append append = driver.wakes(Instant.EPOCH).next("one");
            assertThatThrownBy(() -> memory.append(append)).isInstanceOf(RedisNotDurable.class);
            assertThat(memory.read("s")).as("not even marked").hasSize(2);
            follow(replica, master);
            assertThat(memory.append(append)).isEqualTo(Appended.OK);
        }
    }

    /** What is only made has to be safe as well: else a failover that loses it looks like one that loses entries. */
    @Test
    void a_session_that_was_made_is_confirmed_when_it_is_taken_and_let_go_of_if_it_is_not() throws IOException {
        try (RealRedis master = RealRedis.started("--appendonly", "yes", "--repl-diskless-sync-delay", "0");
                RealRedis replica = RealRedis.started("--appendonly", "yes");
                RedisMemory lax = RedisMemory.connect(master.uri());
                RedisMemory memory = RedisMemory.connect(master.uri() + "?durability=replicated" + WAITS)) {
            Driver.of(lax, "s").release();
            assertThatThrownBy(() -> memory.open("s", "me")).isInstanceOf(RedisNotDurable.class);
            Driver.of(lax, "s").release();
            follow(replica, master);
            Driver.of(memory, "s").stores("one");
        }
    }

    /** It may not say that the entries are safe: it could not find out. */
    @Test
    void a_repeat_whose_session_has_passed_on_meanwhile_is_no_owners_any_more() throws IOException {
        try (RealRedis master = RealRedis.started("--appendonly", "yes");
                Proxy proxy = new Proxy(master.port());
                RedisMemory memory =
                        RedisMemory.connect(proxy.uri() + "?durability=replicated&lease=1m&answer=400ms&server=5s")) {
            Driver driver = existing(memory, master);
            Append append = driver.next("one");
            assertThatThrownBy(() -> memory.append(append)).isInstanceOf(RedisNotDurable.class);
            String meta =
                    master.tell(commands -> commands.keys("turbo:{*}:meta")).getFirst();
            proxy.onRequest(text -> {
                if (text.contains(Script.RENEW.sha())) { // between the repeat and its confirmation
                    master.tell(commands -> commands.hincrby(meta, "epoch", 1));
                }
                return true;
            });
            assertThat(memory.append(append)).isEqualTo(Appended.FENCED);
            assertThat(memory.read("s")).hasSize(3);
        }
    }

    /** Needs Redis 7.2 or Valkey: {@code -Dturbo.redis=/path/to/server}, or one on the path. */
    private static Path withWaitAof() throws IOException {
        for (Path server : RealRedis.installed()) {
            try (RealRedis redis = RealRedis.started(server)) {
                if (redis.tell(commands -> commands.commandInfo("waitaof")).getFirst() != null) {
                    return server;
                }
            }
        }
        return abort("no server is installed that is new enough");
    }

    @Test
    void fsync_is_confirmed_by_a_server_that_can() throws IOException {
        Path server = withWaitAof();
        try (RealRedis redis = RealRedis.started(server, "--appendonly", "yes", "--appendfsync", "everysec");
                RedisMemory memory = RedisMemory.connect(redis.uri() + "?durability=fsync")) {
            Driver driver = Driver.of(memory, "s");
            driver.stores("one");
            assertThat(memory.read("s")).hasSize(2);
        }
    }

    @Test
    void a_server_without_a_file_is_refused_for_fsync_and_for_replicated() throws IOException {
        try (RealRedis redis = RealRedis.started(withWaitAof())) {
            for (String durability : new String[] {"fsync", "replicated"}) {
                assertThatThrownBy(() -> RedisMemory.connect(redis.uri() + "?durability=" + durability))
                        .isInstanceOf(ConfigurationException.class)
                        .hasMessage("Redis at " + redis.uri() + " keeps no append-only file, which durability="
                                + durability + " needs; set 'appendonly yes' in its settings, or use"
                                + " durability=memory.");
            }
        }
    }

    @Test
    void replicated_is_on_two_disks_where_that_can_be_confirmed() throws IOException {
        Path server = withWaitAof();
        try (RealRedis master = RealRedis.started(server, "--appendonly", "yes", "--repl-diskless-sync-delay", "0");
                RealRedis replica = RealRedis.started(server, "--appendonly", "yes");
                RedisMemory memory = RedisMemory.connect(master.uri() + "?durability=replicated&answer=4s")) {
            Driver driver = existing(memory, master);
            Append append = driver.next("one");
            assertThatThrownBy(() -> memory.append(append))
                    .isInstanceOf(RedisNotDurable.class)
                    .hasMessageContaining("did what it was told, but no replica has it on its disk; see to");
            follow(replica, master);
            assertThat(memory.append(append)).isEqualTo(Appended.ALREADY);
        }
    }
}
