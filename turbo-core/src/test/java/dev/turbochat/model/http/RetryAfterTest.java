package dev.turbochat.model.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import okhttp3.Headers;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetryAfterTest {
    private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");

    @ParameterizedTest
    @CsvSource({"20,20000", "0,0", "1.5,1500", "' 7 ',7000", "1e300,604800000", "Infinity,604800000"})
    void seconds_are_taken_and_bounded(String value, long millis) {
        assertThat(of("Retry-After", value)).isEqualTo(Duration.ofMillis(millis));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "-1e300", "NaN", "soon", "", "Sat, 99 Nov 2026 10:00:00 GMT", "1 2", "0x10"})
    void what_makes_no_sense_does_no_harm(String value) {
        assertThat(of("Retry-After", value)).isNull();
        assertThat(of("retry-after-ms", value)).isNull();
    }

    @Test
    void a_date_is_counted_from_now() {
        assertThat(of("Retry-After", "Sat, 21 Nov 2026 10:00:30 GMT")).isEqualTo(Duration.ofSeconds(30));
        assertThat(of("Retry-After", "Sat, 21 Nov 2026 09:00:00 GMT")).isEqualTo(Duration.ZERO);
        assertThat(of("Retry-After", "Fri, 21 Nov 2036 10:00:00 GMT")).isEqualTo(Duration.ofDays(7));
    }

    @Test
    void milliseconds_win() {
        Headers headers = Headers.of("retry-after-ms", "250.4", "Retry-After", "9");
        assertThat(RetryAfter.of(headers, NOW)).isEqualTo(Duration.ofMillis(251));
        assertThat(RetryAfter.of(Headers.of("retry-after-ms", "-3", "Retry-After", "9"), NOW))
                .isEqualTo(Duration.ofSeconds(9));
    }

    @Test
    void nothing_said_is_nothing() {
        assertThat(RetryAfter.of(Headers.EMPTY, NOW)).isNull();
    }

    private static @Nullable Duration of(String name, String value) {
        return RetryAfter.of(Headers.of(name, value), NOW);
    }
}
