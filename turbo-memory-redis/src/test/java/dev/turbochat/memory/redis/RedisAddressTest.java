package dev.turbochat.memory.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.turbochat.error.ConfigurationException;
import dev.turbochat.memory.Memories;
import dev.turbochat.memory.redis.RedisAddress.Kind;
import dev.turbochat.memory.redis.RedisAddress.Login;
import dev.turbochat.memory.redis.RedisAddress.Place;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Addresses, their options, and what is never shown of them. */
class RedisAddressTest {

    @Test
    void one_server_is_read() {
        RedisAddress address =
                RedisAddress.parse("rediss://us%3Aer:p%40ss%2Fw+d@redis.example:7000/3?tenant=a%20b&ca=/x");
        assertThat(address.kind()).isEqualTo(Kind.SINGLE);
        assertThat(address.tls()).isTrue();
        assertThat(address.places()).containsExactly(new Place("redis.example", 7000));
        assertThat(address.login()).isEqualTo(new Login("us:er", "p@ss/w+d"));
        assertThat(address.database()).isEqualTo(3);
        assertThat(address.authority()).hasToString("/x");
        assertThat(address.options()).isEqualTo(Map.of("tenant", "a b"));
        assertThat(address).hasToString("rediss://redis.example:7000/3");
    }

    @Test
    void several_servers_are_read() {
        RedisAddress sentinel = RedisAddress.parse("redis-sentinel://:pw@a,b:7,[::1]:8#main");
        assertThat(sentinel.places()).containsExactly(new Place("a", 26379), new Place("b", 7), new Place("::1", 8));
        assertThat(sentinel.master()).isEqualTo("main");
        assertThat(sentinel).hasToString("redis-sentinel://a:26379,b:7,[::1]:8#main");
        RedisAddress guarded =
                RedisAddress.parse("redis-sentinel://:pw@a#main?sentinelUsername=w&sentinelPassword=g%40ard&lease=5s");
        assertThat(guarded.login()).isEqualTo(new Login("", "pw"));
        assertThat(guarded.sentinelLogin()).isEqualTo(new Login("w", "g@ard"));
        assertThat(guarded.options()).isEqualTo(Map.of("lease", "5s"));
        assertThat(guarded).hasToString("redis-sentinel://a:26379#main");
        RedisAddress cluster = RedisAddress.parse("redis-cluster://a:1,b:2?lease=5s");
        assertThat(cluster.kind()).isEqualTo(Kind.CLUSTER);
        assertThat(cluster.places()).containsExactly(new Place("a", 1), new Place("b", 2));
        assertThat(RedisAddress.parse("redis-sentinel://a#m?lease=5s").options())
                .containsEntry("lease", "5s");
        assertThat(RedisAddress.parse("redis://").places()).containsExactly(new Place("localhost", 6379));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "redis:localhost",
                "redis://user-or-s3cret@host",
                "redis://:s3cret@a,b",
                "redis://:s3cret@host:0",
                "redis://:s3cret@host:99999",
                "redis://:s3cret@host:port",
                "redis://:s3cret@host/one",
                "redis://:s3cret@host#name",
                "redis://:s3cret%zz@host",
                "redis://:s3#cret@host",
                "redis://:s3cret@host?lease",
                "redis-cluster://:s3cret@a,b/1",
                "redis-cluster://:s3cret@a,,b",
                "redis://host?sentinelPassword=s3cret",
                "redis-sentinel://host?sentinelUsername=s3"
            })
    void what_is_no_address_is_refused_and_no_password_shown(String uri) {
        assertThatThrownBy(() -> RedisAddress.parse(uri))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("A Redis memory's address ")
                .satisfies(e -> assertThat(Secrets.in(e)).doesNotContain("s3"));
    }

    @Test
    void nothing_shows_a_password() {
        RedisAddress address = RedisAddress.parse("redis-sentinel://me:s3cret@a,b#main?sentinelPassword=s3cret");
        assertThat(address.toString()
                        + address.login()
                        + address.sentinelLogin()
                        + address.toMaster()
                        + address.toMaster().getSentinels()
                        + address.to(new Place("a", 1)))
                .doesNotContain("s3cret");
    }

    @Test
    void options_are_read() {
        assertThat(OptionReader.read(Map.of(
                        "durability",
                        "replicated",
                        "lease",
                        "500ms",
                        "ttl",
                        "7d",
                        "tenant",
                        "t",
                        "prefix",
                        "p:q",
                        "answer",
                        "2s",
                        "server",
                        "1m")))
                .isEqualTo(RedisOptions.standard()
                        .withDurability(RedisOptions.Durability.REPLICATED)
                        .withLease(Duration.ofMillis(500))
                        .withTtl(Duration.ofDays(7))
                        .withTenant("t")
                        .withPrefix("p:q")
                        .withWaits(Duration.ofSeconds(2), Duration.ofMinutes(1)));
        assertThat(OptionReader.read(Map.of())).isEqualTo(RedisOptions.standard());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            colour     | red    | A Redis memory has no option 'colour'; it has durability, lease, ttl, tenant, prefix, answer, server, ca, and for redis-sentinel: sentinelUsername and sentinelPassword.
            durability | always | The durability 'always' is not one of a Redis memory; use memory, fsync or replicated.
            lease      | 10     | The option lease of a Redis memory cannot be '10'; write a number and ms, s, m, h or d, as in 10s.
            lease      | 5ms    | A lease of 5 ms is too short; use 100 ms or more.
            ttl        | 1s     | A time to live of 1000 ms is too short; it has to be longer than the lease, which is 10000 ms.
            prefix     | a{b}   | The prefix of keys 'a{b}' cannot be used; take 1 to 64 letters, digits and _ . : - for it.
            """)
    void an_option_that_cannot_be_is_refused(String option, String value, String sentence) {
        assertThatThrownBy(() -> OptionReader.read(Map.of(option, value)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage(sentence);
    }

    @Test
    void memories_know_redis() {
        for (String scheme : List.of("redis", "rediss", "redis-sentinel", "redis-cluster", "rediss-cluster")) {
            assertThatThrownBy(() -> Memories.open(scheme + "://localhost:0"))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageStartingWith("A Redis memory's address has the port 0");
        }
    }
}
