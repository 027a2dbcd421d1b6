package dev.turbochat.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LineReaderTest {
    @Test
    void times_are_read_as_they_are_written() {
        Random random = new Random(1);
        for (int i = 0; i < 10_000; i++) {
            long second = random.nextLong(-100_000_000_000L, 300_000_000_000L); // from before year 0 to after 9999
            int nano = switch (i % 4) {
                case 0 -> 0;
                case 1 -> random.nextInt(1_000) * 1_000_000;
                case 2 -> random.nextInt(1_000_000) * 1_000;
                default -> random.nextInt(1_000_000_000);
            };
            Instant time = Instant.ofEpochSecond(second, nano);
            assertThat(LineReader.time(time.toString())).isEqualTo(time);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-02-28T23:59:60Z",
                "2026-11-21T24:00:00Z",
                "2026-11-21T18:21:13.5Z",
                "2026-11-21T18:21:13.Z",
                "2026-11-21T18:21:13+01:00",
                "+12026-11-21T18:21:13Z",
                "2026-11-21t18:21:13z"
            })
    void unusual_times_are_read_as_the_jdk_reads_them(String text) {
        assertThat(LineReader.time(text)).isEqualTo(Instant.parse(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "now",
                "2026-02-30T18:21:13Z",
                "2026-13-01T18:21:13Z",
                "2026-11-21T18:61:13Z",
                "2026-11-21T18:21:13.1234567890Z",
                "2026-11-21T18:2x:13Z",
                "2026-11-21T18:21:13"
            })
    void what_is_no_time_is_refused(String text) {
        assertThatThrownBy(() -> LineReader.time(text)).isInstanceOf(DateTimeException.class);
    }
}
