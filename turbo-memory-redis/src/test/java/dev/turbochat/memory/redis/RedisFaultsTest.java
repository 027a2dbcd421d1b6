package dev.turbochat.memory.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.turbochat.error.ConfigurationException;
import dev.turbochat.error.MemoryException.JournalCorrupt;
import dev.turbochat.error.TurboException;
import dev.turbochat.memory.Delivery;
import dev.turbochat.memory.Memory.Append;
import dev.turbochat.memory.Memory.Appended;
import io.lettuce.core.api.sync.RedisCommands;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each row of the table of faults in docs/memory.md: what is waited for, and the exact sentence. */
class RedisFaultsTest {
    private RealRedis redis;
    private RedisMemory memory;

    @BeforeEach
    void start() throws IOException {
        redis = RealRedis.started();
        memory = connect();
    }

    @AfterEach
    void stop() {
        memory.close();
        redis.close();
    }

    private RedisMemory connect() {
        return RedisMemory.connect(
                redis.uri(), options -> options.withWaits(Duration.ofSeconds(2), Duration.ofSeconds(3)));
    }

    private <T> T tell(Function<RedisCommands<String, String>, T> telling) {
        return redis.tell(telling);
    }

    private void set(String setting, String value) {
        tell(commands -> commands.configSet(setting, value));
    }

    private void fails(ThrowingCallable what, Class<? extends TurboException> how, String sentence) {
        assertThatThrownBy(what).isInstanceOf(how).hasMessage("Redis at " + redis.uri() + " " + sentence);
    }

    private String key(String what) {
        return tell(commands -> commands.keys("turbo:*:" + what)).getFirst();
    }

    // Away

    @Test
    void a_server_that_is_not_there_at_the_start_is_named_at_once() throws IOException {
        int port = RealRedis.freePort();
        assertThatThrownBy(() -> RedisMemory.connect("redis://:secret@127.0.0.1:" + port))
                .isInstanceOf(RedisFailure.RedisUnreachable.class)
                .hasMessage("Redis at redis://127.0.0.1:" + port + " cannot be used: it cannot be connected to"
                        + " (Connection refused); start it, or name another.");
    }

    @Test
    void a_server_that_comes_back_is_waited_for_and_nothing_is_lost() throws Exception {
        memory.close();
        redis.close();
        redis = RealRedis.started("--appendonly", "yes", "--appendfsync", "always");
        memory = connect();
        Driver driver = Driver.of(memory, "s");
        driver.stores("before");
        redis.kill();
        CompletableFuture<Appended> appended = CompletableFuture.supplyAsync(() -> driver.insists("while it was away"));
        redis.start();
        assertThat(appended.join()).isIn(Appended.OK, Appended.ALREADY);
        driver.stores("after");
        assertThat(memory.read("s")).hasSize(4);
    }

    @Test
    void a_server_that_stays_away_is_waited_for_no_longer_than_asked() throws Exception {
        memory.close();
        memory = RedisMemory.connect(
                redis.uri(), options -> options.withWaits(Duration.ofMillis(500), Duration.ofSeconds(1)));
        Driver driver = Driver.of(memory, "s");
        redis.kill();
        long start = System.nanoTime();
        fails(
                () -> driver.insists("no"),
                RedisFailure.RedisUnreachable.class,
                "cannot be used: it cannot be connected to (Connection refused), for 1 s now; start it, or name"
                        + " another.");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(4));
        driver.release(); // says so in the log, and throws nothing
        start = System.nanoTime();
        memory.close();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(6));
    }

    // Refusals

    @Test
    void a_full_server_stores_nothing_and_everything_again_when_it_has_room() {
        Driver driver = Driver.of(memory, "s");
        Driver other = Driver.of(memory, "other");
        set("maxmemory", "1");
        Append append = driver.next("one", "two");
        String full = "is full (maxmemory) and refused to store more; give it more memory, or delete sessions.";
        fails(() -> memory.append(append), RedisFailure.RedisFull.class, full);
        fails(() -> memory.replace(append), RedisFailure.RedisFull.class, full);
        fails(() -> memory.open("new", "a test"), RedisFailure.RedisFull.class, full);
        Delivery delivery = new Delivery("d", "", null, new Delivery.Start());
        fails(() -> memory.deliver("s", delivery), RedisFailure.RedisFull.class, full);
        assertThat(memory.read("s")).hasSize(1);
        assertThat(memory.read("new")).isEmpty();
        assertThat(memory.inbox("s")).isEmpty();
        other.release();
        assertThat(memory.delete("other")).isTrue();
        set("maxmemory", "0");
        assertThat(memory.append(append)).isEqualTo(Appended.OK);
        assertThat(memory.read("s")).hasSize(3);
    }

    @Test
    void a_lease_is_renewed_on_a_full_server() throws Exception {
        memory.close();
        memory = RedisMemory.connect(redis.uri(), options -> options.withLease(Duration.ofMillis(300)));
        Driver driver = Driver.of(memory, "s");
        set("maxmemory", "1");
        long until = Long.parseLong(tell(commands -> commands.hget(key("meta"), "until")));
        await().until(() -> Long.parseLong(tell(commands -> commands.hget(key("meta"), "until"))) > until + 600);
        set("maxmemory", "0");
        driver.stores("still mine");
    }

    @Test
    void a_replica_is_told_apart() throws IOException {
        try (RealRedis master = RealRedis.started()) {
            tell(commands -> commands.replicaof("127.0.0.1", master.port()));
            await().until(() -> tell(commands -> commands.info("replication")).contains("master_link_status:up"));
            fails(
                    () -> memory.open("s", "a test"),
                    RedisFailure.RedisReadOnly.class,
                    "is a replica, which is read-only; name its master, or use redis-sentinel: or redis-cluster:.");
        }
    }

    @Test
    void a_wrong_password_or_none_is_told_and_never_shown() {
        set("requirepass", "right");
        redis.withPassword("right");
        assertThatThrownBy(() -> RedisMemory.connect("redis://:wr0ng@" + redis.address()))
                .isInstanceOf(RedisFailure.RedisDenied.class)
                .hasMessage("Redis at redis://" + redis.address() + " does not know this user and password; give a user"
                        + " and a password that may, as in redis://user:password@host.")
                .satisfies(e -> assertThat(Secrets.in(e)).doesNotContain("wr0ng"));
        fails(
                this::connect,
                RedisFailure.RedisDenied.class,
                "wants a password; give a user and a password that may, as in redis://user:password@host.");
        try (RedisMemory let = RedisMemory.connect("redis://:right@" + redis.address())) {
            Driver.of(let, "s").stores("in");
            assertThat(let).hasToString("redis://" + redis.address());
        }
    }

    @Test
    void a_user_who_may_not_is_told() {
        tell(commands -> commands.aclSetuser(
                "reader",
                io.lettuce.core.AclSetuserArgs.Builder.on()
                        .addPassword("p")
                        .allKeys()
                        .addCategory(io.lettuce.core.AclCategory.READ)
                        .addCategory(io.lettuce.core.AclCategory.CONNECTION)));
        try (RedisMemory reader = RedisMemory.connect("redis://reader:p@" + redis.address())) {
            fails(
                    () -> reader.open("s", "a test"),
                    RedisFailure.RedisDenied.class,
                    "does not permit this user what turbo does; give a user and a password that may, as in"
                            + " redis://user:password@host.");
        }
    }

    @Test
    void a_server_that_cannot_save_stores_nothing() throws Exception {
        var folder = Files.createTempDirectory("turbo-gone");
        memory.close();
        redis.close();
        redis = RealRedis.started("--dir", folder.toString());
        memory = connect();
        Driver driver = Driver.of(memory, "s");
        set("save", "3600 1");
        Files.delete(folder);
        tell(commands -> commands.bgsave());
        await().until(() -> tell(commands -> commands.info("persistence")).contains("rdb_last_bgsave_status:err"));
        Append append = driver.next("no");
        fails(
                () -> memory.append(append),
                RedisFailure.RedisNotSaving.class,
                "cannot write its files (MISCONF) and refused to store more; its log says why: free its disk.");
        set("stop-writes-on-bgsave-error", "no");
        assertThat(memory.append(append)).isEqualTo(Appended.OK);
    }

    @Test
    void a_master_with_too_few_replicas_stores_nothing() {
        Driver driver = Driver.of(memory, "s");
        set("min-replicas-to-write", "1");
        Append append = driver.next("no");
        fails(
                () -> memory.append(append),
                RedisFailure.RedisRefused.class,
                "refused: fewer replicas are there than its settings ask for; see to the server, then try again.");
        set("min-replicas-to-write", "0");
        assertThat(memory.append(append)).isEqualTo(Appended.OK);
    }

    @Test
    void a_server_that_cannot_confirm_its_disk_is_refused_at_the_start() {
        assumeTrue(redis.<String>tell(commands -> commands.info("server")).contains("redis_version:6.2."));
        assertThatThrownBy(() -> RedisMemory.connect(redis.uri() + "?durability=fsync"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("Redis at " + redis.uri() + " is version 6.2, which cannot confirm that an append is on its"
                        + " disk (durability=fsync); use 7.2 or newer, or durability=memory or"
                        + " durability=replicated.");
    }

    // Damage

    @Test
    void a_key_that_is_somebody_elses_is_left_alone() {
        Driver driver = Driver.of(memory, "s");
        String inbox = key("meta").replace("meta", "inbox");
        tell(commands -> commands.set(inbox, "not ours"));
        String taken = "holds something else at a key of turbo's (WRONGTYPE), which was left alone; remove it, or use"
                + " another prefix for turbo's keys.";
        fails(() -> driver.sends("no"), RedisFailure.RedisKeyTaken.class, taken);
        assertThat(memory.read("s")).hasSize(1);
        String log = key("log");
        tell(commands -> commands.set(log, "not ours"));
        fails(() -> memory.read("s"), RedisFailure.RedisKeyTaken.class, taken);
        fails(() -> memory.open("s", "a test"), RedisFailure.RedisKeyTaken.class, taken);
        String left = tell(commands -> commands.get(log));
        assertThat(left).isEqualTo("not ours");
    }

    @Test
    void a_journal_whose_list_is_gone_is_damaged_and_can_be_deleted() {
        Driver driver = Driver.of(memory, "s");
        driver.stores("one", "two");
        tell(commands -> commands.del(key("log")));
        String sentence =
                "The journal of session 's' is damaged in that 0 of 3 entries are in Redis (was a key evicted,"
                        + " or removed by hand?); nothing was changed: restore it from a copy, or delete the session.";
        assertThatThrownBy(() -> driver.sends("no"))
                .isInstanceOf(JournalCorrupt.class)
                .hasMessage(sentence);
        assertThatThrownBy(() -> memory.read("s"))
                .isInstanceOf(JournalCorrupt.class)
                .hasMessage(sentence);
        driver.release();
        assertThatThrownBy(() -> memory.open("s", "a test"))
                .isInstanceOf(JournalCorrupt.class)
                .hasMessage(sentence);
        assertThat(memory.delete("s")).isTrue();
        Driver.of(memory, "s").stores("anew");
    }

    @Test
    void a_journal_whose_head_is_gone_is_damaged_and_is_not_begun_anew() {
        Driver driver = Driver.of(memory, "s");
        driver.stores("one", "two");
        tell(commands -> commands.del(key("meta")));
        String sentence = "The journal of session 's' is damaged in that 3 of an unknown number of entries are in Redis"
                + " (was a key evicted, or removed by hand?); nothing was changed: restore it from a copy, or delete"
                + " the session.";
        for (ThrowingCallable use : new ThrowingCallable[] {
            () -> driver.sends("no"), () -> memory.read("s"), () -> memory.open("s", "a test")
        }) {
            assertThatThrownBy(use).isInstanceOf(JournalCorrupt.class).hasMessage(sentence);
        }
        long left = tell(commands -> commands.llen(key("log")));
        assertThat(left).isEqualTo(3);
    }

    @Test
    void an_entry_that_was_changed_is_damage() {
        Driver driver = Driver.of(memory, "s");
        driver.stores("one", "two");
        String line = tell(commands -> commands.lindex(key("log"), 1));
        tell(commands -> commands.lset(key("log"), 1, line.replace("one", "ten")));
        driver.release();
        for (ThrowingCallable use : new ThrowingCallable[] {() -> memory.read("s"), () -> memory.open("s", "a test")}) {
            assertThatThrownBy(use)
                    .isInstanceOf(JournalCorrupt.class)
                    .hasMessageStartingWith("The journal of session 's' is damaged in item 1 of its list; nothing");
        }
        assertThat(memory.delete("s")).isTrue(); // opening it in vain did not take it
    }

    @Test
    void a_tail_that_was_acknowledged_and_is_gone_is_told_by_name() {
        Driver driver = Driver.of(memory, "s");
        driver.stores("one");
        String meta = key("meta");
        String log = key("log");
        var head = tell(commands -> commands.hgetall(meta));
        driver.stores("two", "three");
        tell(commands -> commands.hset(meta, head)); // as a replica that had not heard of it
        tell(commands -> commands.ltrim(log, 0, 1));
        fails(
                () -> driver.sends("four"),
                RedisFailure.RedisTailLost.class,
                "has lost what session 's' held from entry 2 to 3, though it had acknowledged it (a failover?); this"
                        + " driver of it stops, and what it showed from there on no longer counts. Open the session"
                        + " again.");
        assertThat(memory.read("s")).hasSize(2);
    }
}
