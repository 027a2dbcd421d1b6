package dev.turbochat.memory.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.turbochat.memory.redis.RedisFailure.RedisDenied;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A Sentinel that wants a password, and servers that want another. */
class SentinelLoginTest {
    private static RealSentinel sentinel;

    @BeforeAll
    static void start() throws IOException {
        sentinel = RealSentinel.guarded("s3rver", "g%ard", "user watcher on >w@tch +@all");
    }

    @AfterAll
    static void stop() {
        sentinel.close();
    }

    private static String uri(String options) {
        return sentinel.uri().replace("://", "://:s3rver@") + options;
    }

    @ParameterizedTest
    @ValueSource(strings = {"?sentinelPassword=g%25ard", "?sentinelUsername=watcher&sentinelPassword=w%40tch"})
    void a_sentinel_is_given_its_own_user_and_password(String options) {
        try (RedisMemory memory = RedisMemory.connect(uri(options))) {
            Driver.of(memory, "s" + options.length()).stores("in");
            assertThat(memory).hasToString(sentinel.uri());
        }
    }

    @Test
    void a_sentinel_that_is_given_a_wrong_password_is_told_and_no_password_shown() {
        assertThatThrownBy(() -> RedisMemory.connect(uri("?sentinelPassword=wr0ng")))
                .isInstanceOf(RedisDenied.class)
                .hasMessage("Redis at " + sentinel.uri()
                        + " has Sentinels that do not know this user and password; give a user and a password that may, as in"
                        + " ?sentinelUsername=user&sentinelPassword=password.")
                .satisfies(e -> assertThat(Secrets.in(e)).doesNotContain("wr0ng", "s3rver"));
    }

    @Test
    void a_sentinel_that_is_given_no_password_is_told() {
        assertThatThrownBy(() -> RedisMemory.connect(uri("")))
                .isInstanceOf(RedisDenied.class)
                .hasMessage("Redis at " + sentinel.uri()
                        + " has Sentinels that want a password; give a user and a password that may, as in"
                        + " ?sentinelUsername=user&sentinelPassword=password.")
                .satisfies(e -> assertThat(Secrets.in(e)).doesNotContain("s3rver"));
    }

    @Test
    void a_master_that_wants_another_password_is_told_apart() {
        assertThatThrownBy(() ->
                        RedisMemory.connect(sentinel.uri().replace("://", "://:wr0ng@") + "?sentinelPassword=g%25ard"))
                .isInstanceOf(RedisDenied.class)
                .hasMessage("Redis at " + sentinel.uri() + " does not know this user and password; give a user and a"
                        + " password that may, as in redis://user:password@host.")
                .satisfies(e -> assertThat(Secrets.in(e)).doesNotContain("wr0ng", "g%ard"));
    }
}
