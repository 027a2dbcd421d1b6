package dev.turbochat.cli;

import static dev.turbochat.cli.RedisServer.PASSWORD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.turbochat.cli.Command.Result;
import dev.turbochat.memory.Body;
import dev.turbochat.memory.Entry;
import dev.turbochat.memory.Journal;
import dev.turbochat.memory.Memories;
import dev.turbochat.memory.Memory;
import dev.turbochat.step.Message;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Each row of the table of faults in docs/memory.md, as the user of the command has it: the exact sentence, the exit code,
 * and the password nowhere.
 */
@Timeout(120)
class RedisFaultsTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path data;

    @SuppressWarnings("NullAway.Init")
    private RedisServer redis;

    @BeforeEach
    void start() throws IOException {
        redis = RedisServer.started();
    }

    @AfterEach
    void stop() {
        redis.close();
    }

    /** What the command prints, after the address, on standard error alone. */
    private void refuses(String uri, String sentence, String... command) throws Exception {
        String[] all =
                Stream.concat(Stream.of(command), Stream.of("--memory", uri)).toArray(String[]::new);
        Result result = Command.here(all);
        assertThat(result.err()).isEqualTo("turbo: " + sentence + "\n");
        assertThat(result.out()).isEmpty();
        assertThat(result.status()).isEqualTo(1);
        assertThat(result.err()).doesNotContain(PASSWORD);
    }

    private String here() {
        return "Redis at redis://" + redis.address();
    }

    /** Makes session 's' of two entries, with a header before them. */
    private void makeSession() throws Exception {
        try (Memory memory = Memories.open(redis.uri());
                Journal journal = Journal.open(memory, "s", "a test", Duration.ZERO)) {
            journal.add(1, "", 0, Entry.NO_REF, 1, new Body.Said(new Message.User("one")));
            journal.add(1, "", 1, Entry.NO_REF, 1, new Body.Said(new Message.User("two")));
            journal.flush();
        }
    }

    /** An exported session, to be imported: the import writes to the server. */
    private String[] importing() throws Exception {
        try (Memory heap = Memory.heap();
                Journal journal = Journal.open(heap, "s", "a test", Duration.ZERO)) {
            journal.add(1, "", 0, Entry.NO_REF, 1, new Body.Said(new Message.User("one")));
            journal.flush();
            Path file = Command.file(data, "exported.jsonl", Export.text(heap.read("s")));
            return new String[] {"sessions", "import", file.toString(), "--session", "s"};
        }
    }

    private String key(String what) throws IOException {
        return redis.tell("KEYS turbo:{*}:" + what).getFirst();
    }

    // Away

    @Test
    void down_at_the_start() throws Exception {
        redis.kill();
        refuses(
                redis.uri(),
                here() + " cannot be used: it cannot be connected to (Connection refused); start it, or name another.",
                "sessions",
                "list");
    }

    @Test
    void busy_with_somebodys_script() throws Exception {
        redis.tell("CONFIG SET lua-time-limit 20");
        Thread busy = Thread.ofVirtual().start(() -> {
            try {
                redis.tell("EVAL \"while true do end\" 0");
            } catch (IOException e) {
                return; // it was killed
            }
        });
        await().until(() -> isRefused("PING"));
        refuses(
                redis.uri() + "?server=1s",
                here() + " cannot be used: it is busy with somebody's script, for 1 s now; start it, or name another.",
                "sessions",
                "list");
        redis.kill();
        busy.join();
    }

    @Test
    void loading() throws Exception {
        redis.close();
        redis = RedisServer.started("--rdbcompression", "no");
        redis.tell("DEBUG POPULATE 12 k 3000000");
        redis.tell("SAVE");
        redis.kill();
        redis.startLoading("--key-load-delay", "600000"); // microseconds
        refuses(
                redis.uri() + "?server=1s",
                here() + " cannot be used: it is loading its data, for 1 s now; start it, or name another.",
                "sessions",
                "list");
    }

    private boolean isRefused(String command) {
        try {
            redis.tell(command);
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    @Test
    void down_for_less_than_the_time_that_is_waited() throws Exception {
        redis.close();
        redis = RedisServer.started("--appendonly", "yes", "--appendfsync", "always");
        try (Chat chat = new Chat(data, redis.uri())) {
            chat.says("one").isAnswered();
            redis.kill();
            chat.says("two");
            redis.startAgain();
            chat.isAnswered();
            Result result = chat.ends();
            assertThat(result.err())
                    .startsWith("To go on: ./turbo run chat --session s ")
                    .doesNotContain(PASSWORD);
            assertThat(result.status()).isZero();
        }
    }

    @Test
    void down_for_longer() throws Exception {
        try (Chat chat = new Chat(data, redis.uri() + "?answer=500ms&server=1s")) {
            chat.says("one").isAnswered();
            redis.kill();
            chat.says("two");
            chat.fails(here()
                    + " cannot be used: it cannot be connected to (Connection refused), for 1 s now; start it, or"
                    + " name another.");
        }
    }

    @Test
    void no_answer_in_time() throws Exception {
        makeSession();
        redis.tell("CLIENT PAUSE 30000 WRITE");
        refuses(
                redis.uri() + "?answer=500ms",
                here() + " did not answer: no answer came in time; what was asked for may have been done or not. Try"
                        + " again.",
                "sessions",
                "delete",
                "s");
    }

    @Test
    void a_sentinel_that_does_not_know_the_master() throws Exception {
        try (RedisServer sentinel = RedisServer.sentinel()) {
            refuses(
                    "redis-sentinel://:" + PASSWORD + "@" + sentinel.address() + "#main?sentinelPassword=" + PASSWORD,
                    "Redis at redis-sentinel://" + sentinel.address()
                            + "#main cannot be used: no Sentinel that answers knows this master; start it, or name"
                            + " another.",
                    "sessions",
                    "list");
        }
    }

    @Test
    void a_sentinel_that_does_not_know_the_password() throws Exception {
        try (RedisServer sentinel = RedisServer.sentinel()) {
            String uri = "redis-sentinel://:" + PASSWORD + "@" + sentinel.address() + "#main";
            String start = "Redis at redis-sentinel://" + sentinel.address() + "#main has Sentinels that ";
            String end = "; give a user and a password that may, as in"
                    + " ?sentinelUsername=user&sentinelPassword=password.";
            refuses(uri, start + "want a password" + end, "sessions", "list");
            refuses(
                    uri + "?sentinelPassword=not-" + PASSWORD,
                    start + "do not know this user and password" + end,
                    "sessions",
                    "list");
        }
    }

    // Refusals

    @Test
    void full() throws Exception {
        redis.tell("CONFIG SET maxmemory 1");
        refuses(
                redis.uri(),
                here() + " is full (maxmemory) and refused to store more; give it more memory, or delete sessions.",
                importing());
    }

    @Test
    void a_replica() throws Exception {
        redis.tell("REPLICAOF 127.0.0.1 1");
        refuses(
                redis.uri(),
                here()
                        + " is a replica, which is read-only; name its master, or use redis-sentinel: or redis-cluster:.",
                importing());
    }

    @Test
    void a_wrong_password() throws Exception {
        refuses(
                "redis://me:not-" + PASSWORD + "@" + redis.address(),
                here() + " does not know this user and password; give a user and a password that may, as in"
                        + " redis://user:password@host.",
                "sessions",
                "list");
    }

    @Test
    void no_password() throws Exception {
        refuses(
                "redis://" + redis.address(),
                here() + " wants a password; give a user and a password that may, as in redis://user:password@host.",
                "sessions",
                "list");
    }

    @Test
    void a_user_who_may_not() throws Exception {
        redis.tell("ACL SETUSER reader on >" + PASSWORD + " ~* +@read +@connection");
        refuses(
                "redis://reader:" + PASSWORD + "@" + redis.address(),
                here() + " does not permit this user what turbo does; give a user and a password that may, as in"
                        + " redis://user:password@host.",
                "sessions",
                "list");
    }

    @Test
    void something_else_at_a_key() throws Exception {
        makeSession();
        String log = key("log");
        redis.tell("SET " + log + " other");
        refuses(
                redis.uri(),
                here() + " holds something else at a key of turbo's (WRONGTYPE), which was left alone; remove it, or"
                        + " use another prefix for turbo's keys.",
                "sessions",
                "show",
                "s");
        assertThat(redis.tell("GET " + log)).containsExactly("other");
    }

    @Test
    void a_key_that_is_gone() throws Exception {
        makeSession();
        redis.tell("DEL " + key("log"));
        refuses(
                redis.uri(),
                "The journal of session 's' is damaged in that 0 of 3 entries are in Redis (was a key evicted, or"
                        + " removed by hand?); nothing was changed: restore it from a copy, or delete the session.",
                "sessions",
                "show",
                "s");
    }

    @Test
    void an_entry_that_was_changed() throws Exception {
        makeSession();
        redis.tell("LSET " + key("log") + " 1 changed");
        refuses(
                redis.uri(),
                "The journal of session 's' is damaged in item 1 of its list; nothing was changed: restore it from a"
                        + " copy, or delete the session.",
                "sessions",
                "show",
                "s");
    }

    @Test
    void a_disk_that_is_gone() throws Exception {
        redis.close();
        Path folder = Files.createTempDirectory("turbo-gone");
        redis = RedisServer.started("--dir", folder.toString());
        redis.tell("CONFIG SET save \"3600 1\"");
        Files.delete(folder);
        redis.tell("BGSAVE");
        await().until(() -> redis.tell("INFO persistence").getFirst().contains("rdb_last_bgsave_status:err"));
        refuses(
                redis.uri(),
                here()
                        + " cannot write its files (MISCONF) and refused to store more; its log says why: free its disk.",
                importing());
    }

    @Test
    void too_few_replicas() throws Exception {
        redis.tell("CONFIG SET min-replicas-to-write 1");
        refuses(
                redis.uri(),
                here() + " refused: fewer replicas are there than its settings ask for; see to the server, then try"
                        + " again.",
                importing());
    }

    // Durability

    @Test
    void replicated_without_a_replica() throws Exception {
        refuses(
                redis.uri() + "?durability=replicated&answer=500ms",
                here() + " did what it was told, but no replica has it; see to its replicas and its append-only file,"
                        + " and try again.",
                importing());
    }

    @Test
    void fsync_before_7_2() throws Exception {
        refuses(
                redis.uri() + "?durability=fsync",
                here()
                        + " is version 6.2, which cannot confirm that an append is on its disk (durability=fsync); use 7.2"
                        + " or newer, or durability=memory or durability=replicated.",
                "sessions",
                "list");
    }

    @Test
    void fsync_without_an_append_only_file() throws Exception {
        redis.close();
        Optional<Path> newer = RedisServer.named().reduce((first, last) -> last);
        assumeTrue(newer.isPresent(), "-Dturbo.redis=PATH names no server");
        redis = RedisServer.started(newer.get());
        assumeTrue(!redis.tell("COMMAND INFO WAITAOF").contains("-1"), "it is older than 7.2");
        refuses(
                redis.uri() + "?durability=fsync",
                here() + " keeps no append-only file, which durability=fsync needs; set 'appendonly yes' in its"
                        + " settings, or use durability=memory.",
                "sessions",
                "list");
    }

    @Test
    void acknowledged_entries_that_are_lost() throws Exception {
        try (Chat chat = new Chat(data, redis.uri());
                Memory watching = Memories.open(redis.uri())) {
            chat.says("one").isAnswered();
            int last = watching.read("s").size() - 1;
            redis.tell("FLUSHALL");
            chat.says("two");
            chat.fails(here() + " has lost what session 's' held from entry 0 to " + last
                    + ", though it had acknowledged it (a failover?); this driver of it stops, and what it showed from"
                    + " there on no longer counts. Open the session again.");
        }
    }

    @Test
    void a_session_that_was_deleted_meanwhile() throws Exception {
        try (Chat chat = new Chat(data, redis.uri());
                Memory other = Memories.open(redis.uri())) {
            chat.says("one").isAnswered();
            redis.tell("HDEL " + key("meta") + " nonce"); // as if its lease had ended
            assertThat(other.delete("s")).isTrue();
            chat.says("two");
            chat.fails("Session 's' was deleted while it was being driven; this driver of it stops.");
        }
    }

    // Before anything is connected

    @Test
    void an_option_that_cannot_be() throws Exception {
        refuses(
                redis.uri() + "?lease=10",
                "The option lease of a Redis memory cannot be '10'; write a number and ms, s, m, h or d, as in 10s.",
                "sessions",
                "list");
    }

    @Test
    void an_address_that_is_missing_is_wrong_usage() throws Exception {
        Result result = Command.here("sessions", "list", "--memory");
        assertThat(result.status()).isEqualTo(2);
        assertThat(result.err()).startsWith("turbo: Missing required parameter").hasLineCount(1);
    }

    // Death

    @Test
    void after_a_kill_the_next_console_waits_out_the_lease_and_says_so() throws Exception {
        String uri = redis.uri() + "?lease=8s";
        try (Chat killed = new Chat(data, uri)) {
            killed.says("one").isAnswered();
            killed.kill();
            try (Chat next = new Chat(data, uri)) {
                assertThat(next.line())
                        .matches("Waiting for thread 'main' of process " + killed.pid()
                                + ", who has this session, for [1-8] s at the most[.]");
                next.says("two").isAnswered();
                assertThat(next.ends().status()).isZero();
            }
        }
        try (Memory memory = Memories.open(redis.uri())) {
            assertThat(memory.read("s").stream()
                            .filter(entry -> entry.body() instanceof Body.Answered)
                            .map(entry -> ((Body.Answered) entry.body()).input().text()))
                    .containsExactly("one", "two");
        }
    }
}
