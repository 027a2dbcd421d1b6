package dev.turbochat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code --memory redis://...}: the module is found, and what is wrong is one line and exit code 1. */
class RedisMemoryTest {
    @TempDir
    private Path data;

    @Test
    void a_server_that_is_not_there_is_one_line_without_a_password() throws Exception {
        int port = unused();
        Command.Result result = Command.turbo(
                        data, "sessions", "list", "--memory", "redis://me:s3cret@127.0.0.1:" + port)
                .run();
        assertThat(result.status()).isEqualTo(1);
        assertThat(result.err())
                .isEqualToIgnoringNewLines(
                        "turbo: Redis at redis://127.0.0.1:" + port
                                + " cannot be used: it cannot be connected to (Connection refused); start it, or name another.");
    }

    @Test
    void an_address_that_is_none_is_one_line_without_a_password() throws Exception {
        Command.Result result = Command.turbo(data, "sessions", "list", "--memory", "redis://me:s3cret@127.0.0.1:port")
                .run();
        assertThat(result.status()).isEqualTo(1);
        assertThat(result.err())
                .startsWith(
                        "turbo: A Redis memory's address has a server that is not HOST or HOST:PORT; write redis://")
                .doesNotContain("s3cret")
                .hasLineCount(1);
    }

    @Test
    void the_doctor_says_of_a_server_that_is_not_there_that_it_is_not_usable() throws Exception {
        int port = unused();
        Command.Result result = Command.turbo(data, "doctor", "--memory", "redis://me:s3cret@127.0.0.1:" + port)
                .run();
        assertThat(result.status()).isZero();
        assertThat(result.out().lines().filter(line -> line.startsWith("Memory")))
                .containsExactly(
                        "Memory    not usable: Redis at redis://127.0.0.1:" + port
                                + " cannot be used: it cannot be connected to (Connection refused); start it, or name another.");
        assertThat(result.out() + result.err()).doesNotContain("s3cret");
    }

    @Test
    void a_way_back_names_no_password() {
        assertThat(Shell.withoutPassword("redis://me:s3cret@127.0.0.1:6379/2?ttl=1h"))
                .isEqualTo("redis://me:***@127.0.0.1:6379/2?ttl=1h");
        assertThat(Shell.withoutPassword("rediss-sentinel://me:s3:c@ret@a,b#main?sentinelPassword=s3cret&ttl=1h"))
                .isEqualTo("rediss-sentinel://me:***@a,b#main?sentinelPassword=***&ttl=1h");
        assertThat(Shell.withoutPassword("file:/tmp/a:b@c")).isEqualTo("file:/tmp/a:b@c");
    }

    private static int unused() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
