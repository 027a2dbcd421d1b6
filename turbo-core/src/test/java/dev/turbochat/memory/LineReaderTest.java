package dev.turbochat.memory;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JsonParser;

class LineReaderTest {
    static Stream<Body> bodies() {
        return Stream.concat(BodyReaderTest.usual(), BodyReaderTest.unusual());
    }

    private static Entry entry(Body body) {
        UUID incarnation = UUID.fromString("0a1b2c3d-0000-4000-8000-00000000000f");
        Instant time = Instant.parse("2026-11-21T18:21:13.000000001Z");
        return new Entry(new Entry.Position(12, 3, "0.1", 4), new Entry.Stamp(incarnation, 5, 6, time), 7, 2, body);
    }

    /** What is read by hand; null if that is left to Jackson. */
    private static @Nullable Entry scanned(byte[] line) {
        LineReader read = LineReader.scan(line);
        return read == null ? null : read.entry(requireNonNull(read.body()));
    }

    private static Entry parsed(byte[] line) {
        try (JsonParser parser = Binding.MAPPER.createParser(line)) {
            LineReader read = LineReader.parse(parser);
            return read.entry(requireNonNull(read.body()));
        }
    }

    @ParameterizedTest
    @MethodSource("bodies")
    void a_line_that_was_written_is_read_by_hand(Body body) {
        byte[] line = EntryCodec.encode(entry(body));
        assertThat(scanned(line)).isEqualTo(entry(body)).isEqualTo(parsed(line));
    }

    @ParameterizedTest
    @MethodSource("bodies")
    void what_is_read_by_hand_of_any_line_is_what_jackson_reads(Body body) {
        byte[] written = EntryCodec.encode(entry(body));
        byte[] signs = "\"\\{}[],:.-+01e n\u00fc\n\0".getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < written.length; i++) {
            for (byte sign : signs) {
                byte[] replaced = written.clone();
                replaced[i] = sign;
                check(replaced);
                check(with(written, i, sign));
            }
            check(without(written, i));
        }
    }

    private static void check(byte[] line) {
        Entry scanned = scanned(line);
        if (scanned != null) {
            assertThat(scanned).as(new String(line, StandardCharsets.UTF_8)).isEqualTo(parsed(line));
        }
    }

    private static byte[] with(byte[] line, int at, byte sign) {
        byte[] longer = Arrays.copyOf(line, line.length + 1);
        System.arraycopy(line, at, longer, at + 1, line.length - at);
        longer[at] = sign;
        return longer;
    }

    private static byte[] without(byte[] line, int at) {
        byte[] shorter = Arrays.copyOf(line, line.length - 1);
        System.arraycopy(line, at + 1, shorter, at, shorter.length - at);
        return shorter;
    }

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
