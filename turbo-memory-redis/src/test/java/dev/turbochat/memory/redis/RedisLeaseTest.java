package dev.turbochat.memory.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.turbochat.memory.Memory;
import dev.turbochat.memory.Memory.Appended;
import dev.turbochat.memory.Memory.Opening;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Owners that are slow, away, paused or dead. */
class RedisLeaseTest extends OneServer {
    private RedisMemory memory;
    private Proxy proxy;

    @BeforeEach
    void connect() throws IOException {
        memory = RedisMemory.connect(redis.uri());
        proxy = new Proxy(redis.port());
    }

    @AfterEach
    void close() throws IOException {
        memory.close();
        proxy.close();
    }

    private RedisMemory hasty() {
        return RedisMemory.connect(proxy.uri() + "?lease=600ms&answer=300ms&server=2s");
    }

    private static Opening.Busy busy(Memory memory) {
        Opening opening = memory.open("s", "another");
        assertThat(opening).isInstanceOf(Opening.Busy.class);
        return (Opening.Busy) opening;
    }

    /** When the leases of all sessions end, the first first. */
    private static List<Long> ends() {
        return redis.tell(commands -> commands.keys("turbo:{*}:meta").stream()
                .map(meta -> Long.valueOf(commands.hget(meta, "until")))
                .sorted()
                .toList());
    }

    @Test
    void an_owner_is_named_with_the_rest_of_its_lease_and_renews_it() {
        try (RedisMemory renewing = RedisMemory.connect(redis.uri() + "?lease=2s")) {
            Driver driver = Driver.of(renewing, "s");
            long first = ends().getFirst();
            await().until(() -> ends().getFirst() > first + 2_000); // more than one lease has gone by
            Opening.Busy busy = busy(memory);
            assertThat(busy.owner()).isEqualTo("a test");
            assertThat(busy.patience()).isBetween(Duration.ofMillis(1), Duration.ofSeconds(2));
            driver.stores("mine");
            driver.release();
            assertThat(Driver.isFree(memory, "s")).isTrue();
        }
    }

    @Test
    void a_thousand_leases_are_renewed_together() {
        try (RedisMemory renewing = RedisMemory.connect(redis.uri() + "?lease=3s")) {
            List<Driver> drivers = new ArrayList<>();
            for (int i = 0; i < 1_000; i++) {
                drivers.add(Driver.of(renewing, "s" + i));
            }
            long last = ends().getLast();
            await().until(() -> ends().getFirst() > last);
            drivers.forEach(driver -> driver.stores("mine"));
        }
        assertThat(Driver.isFree(memory, "s0")).as("closing let go").isTrue();
    }

    @Test
    void an_owner_that_nobody_followed_goes_on_although_its_lease_ended() throws Exception {
        try (RedisMemory hasty = hasty()) {
            Driver driver = Driver.of(hasty, "s");
            driver.stores("before");
            proxy.cut();
            awaitTheEndOfTheLease();
            proxy.mend();
            assertThat(driver.insists("after")).isIn(Appended.OK, Appended.ALREADY);
            assertThat(busy(memory).owner()).isEqualTo("a test");
        }
    }

    @Test
    void an_owner_that_was_followed_is_fenced() throws Exception {
        try (RedisMemory hasty = hasty()) {
            Driver driver = Driver.of(hasty, "s");
            driver.stores("before");
            proxy.cut();
            awaitTheEndOfTheLease();
            Driver next = Driver.of(memory, "s");
            proxy.mend();
            assertThat(driver.sends("no")).isEqualTo(Appended.FENCED);
            driver.release();
            next.stores("after");
            assertThat(memory.read("s")).hasSize(3);
        }
    }

    private void awaitTheEndOfTheLease() {
        await().until(() -> ends().getFirst() < System.currentTimeMillis()); // the server's clock is this machine's
    }

    @Test
    void a_paused_process_that_wakes_up_after_its_lease_is_fenced() throws Exception {
        try (OwnerProcess paused = new OwnerProcess(redis.uri() + "?lease=1s", "s")) {
            assertThat(paused.says()).isEqualTo("mine");
            assertThat(paused.appends("before")).isEqualTo("OK");
            paused.signal("-STOP");
            await().until(() -> memory.open("s", "the next") instanceof Opening.Granted granted
                    && granted.entries().size() == 2
                    && release(granted));
            Driver next = Driver.of(memory, "s");
            next.stores("finished");
            next.release();
            paused.signal("-CONT");
            assertThat(paused.appends("no")).isEqualTo("FENCED");
            assertThat(memory.read("s")).hasSize(3);
        }
    }

    private boolean release(Opening.Granted granted) {
        memory.release("s", granted.token(), null);
        return true;
    }

    @Test
    void a_killed_process_loses_its_session_when_its_lease_ends() throws Exception {
        try (OwnerProcess killed = new OwnerProcess(redis.uri() + "?lease=1s", "s")) {
            assertThat(killed.says()).isEqualTo("mine");
            assertThat(killed.appends("before")).isEqualTo("OK");
            killed.signal("-KILL");
            await().until(() -> Driver.isFree(memory, "s"));
            assertThat(memory.read("s")).hasSize(2);
        }
    }
}
