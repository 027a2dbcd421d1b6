package dev.turbochat.model.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.IntSupplier;
import okio.Buffer;
import okio.ForwardingSource;
import okio.Okio;
import org.junit.jupiter.api.Test;

class SseReaderTest {
    @Test
    void an_event_is_the_data_before_a_blank_line() throws IOException {
        assertThat(read("data: one\n\ndata: two\n\n")).containsExactly("message|one", "message|two");
    }

    @Test
    void data_lines_are_joined_by_a_line_feed() throws IOException {
        assertThat(read("data: YHOO\ndata: +2\ndata: 10\n\n")).containsExactly("message|YHOO\n+2\n10");
    }

    @Test
    void comments_are_passed_over_wherever_they_stand() throws IOException {
        assertThat(
                        read(
                                ": test stream\n\ndata: first\n: keep-alive\nid: 1\n\n:\n\ndata:second\nid\n\ndata:  third\n\n"))
                .containsExactly("message|first", "message|second", "message| third");
    }

    @Test
    void an_empty_data_line_is_an_event_of_nothing() throws IOException {
        assertThat(read("data\n\ndata\ndata\n\ndata:")).containsExactly("message|", "message|\n");
    }

    @Test
    void the_space_after_the_colon_is_optional_and_one() throws IOException {
        assertThat(read("data:test\n\ndata: test\n\ndata:  test\n\n"))
                .containsExactly("message|test", "message|test", "message| test");
    }

    @Test
    void an_event_has_the_name_that_was_given_last_before_it_ends() throws IOException {
        assertThat(read("event: add\ndata: 1\n\ndata: 2\n\nevent:remove\ndata: 3\n\nevent: add\n\ndata: 4\n\n"))
                .containsExactly("add|1", "message|2", "remove|3", "message|4");
    }

    @Test
    void unknown_fields_and_longer_names_are_ignored() throws IOException {
        assertThat(read("database: 1\nretry: 10\nevents: x\nfoo: bar\n data: no\nData: no\ndata: yes\n\n"))
                .containsExactly("message|yes");
    }

    @Test
    void an_event_that_the_end_cuts_short_is_dropped() throws IOException {
        assertThat(read("data: whole\n\ndata: cut\n")).containsExactly("message|whole");
        assertThat(read("")).isEmpty();
        assertThat(read("\n\n\r\n\r")).isEmpty();
    }

    @Test
    void all_three_line_ends_may_be_mixed() throws IOException {
        assertThat(read("data: 1\r\n\r\ndata: 2\r\rdata: 3\n\ndata: 4\r\ndata: 5\r\n\n"))
                .containsExactly("message|1", "message|2", "message|3", "message|4\n5");
    }

    @Test
    void an_event_that_ends_in_cr_is_there_before_the_next_byte() throws IOException {
        Buffer buffer = new Buffer();
        SseReader reader = new SseReader(buffer);
        buffer.writeUtf8("data: now\r\n\r");
        assertThat(reader.next()).isTrue();
        buffer.writeUtf8("\ndata: then\n\n");
        assertThat(reader.next()).isTrue();
        assertThat(text(reader)).isEqualTo("then");
    }

    @Test
    void a_byte_order_mark_at_the_beginning_is_dropped_and_no_other() throws IOException {
        assertThat(read("\uFEFFdata: 1\n\n\uFEFFdata: 2\n\ndata: 3\n\n")).containsExactly("message|1", "message|3");
    }

    @Test
    void a_line_of_a_megabyte_is_read_whole() throws IOException {
        String long1 = "x".repeat(1 << 20);
        assertThat(read("data: " + long1 + "\n\n")).containsExactly("message|" + long1);
    }

    @Test
    void a_line_of_more_than_16_mebibytes_is_refused() {
        String most = "x".repeat(SseReader.LIMIT + 10);
        assertThatThrownBy(() -> read("data: " + most + "\n\n"))
                .isInstanceOf(SseReader.TooLong.class)
                .hasMessage("a line of more than 16 MiB");
        assertThatThrownBy(() -> read(":" + most)).isInstanceOf(SseReader.TooLong.class);
    }

    @Test
    void events_of_many_lines_are_bounded_likewise() {
        String line = "data: " + "x".repeat(1 << 20) + "\n";
        assertThatThrownBy(() -> read(line.repeat(17) + "\n")).isInstanceOf(SseReader.TooLong.class);
    }

    @Test
    void every_way_of_cutting_a_stream_into_two_reads_the_same() throws IOException {
        byte[] stream = "\uFEFFevent: add\r\ndata: gr\u00FC\u00DF \uD83D\uDE00\rdata: 2\n\n: c\r\n\r\ndata: end\r\n\r\n"
                .getBytes(UTF_8);
        List<String> whole = read(stream, () -> stream.length);
        assertThat(whole).containsExactly("add|gr\u00FC\u00DF \uD83D\uDE00\n2", "message|end");
        for (int cut = 1; cut < stream.length; cut++) {
            int[] sizes = {cut, stream.length};
            int[] next = {0};
            assertThat(read(stream, () -> sizes[Math.min(next[0]++, 1)]))
                    .as("cut at %s", cut)
                    .isEqualTo(whole);
        }
    }

    @Test
    void any_stream_in_any_pieces_reads_as_the_standard_says() throws IOException {
        String[] words = {
            "data",
            "data:",
            "data: ",
            "event: e",
            "event",
            "\n",
            "\n",
            "\r",
            "\r\n",
            "\n\n",
            ":",
            ": c",
            "id: 1",
            "x",
            " ",
            "\u00E9",
            "\uD83D\uDE00",
            "\uFEFF",
            "{\"a\":1}"
        };
        for (int seed = 0; seed < 20_000; seed++) {
            Random random = new Random(seed);
            StringBuilder stream = new StringBuilder();
            for (int i = random.nextInt(40); i > 0; i--) {
                stream.append(words[random.nextInt(words.length)]);
            }
            byte[] bytes = stream.toString().getBytes(UTF_8);
            assertThat(read(bytes, () -> 1 + random.nextInt(5)))
                    .as("seed %s: %s", seed, stream)
                    .isEqualTo(asTheStandardSays(stream.toString()));
        }
    }

    /** The standard's algorithm, word for word and slow. */
    private static List<String> asTheStandardSays(String stream) {
        String text = stream.startsWith("\uFEFF") ? stream.substring(1) : stream;
        List<String> lines = new ArrayList<>(Arrays.asList(text.split("\r\n|\n|\r", -1)));
        lines.removeLast(); // not ended
        List<String> events = new ArrayList<>();
        StringBuilder data = new StringBuilder();
        String type = "";
        for (String line : lines) {
            if (line.isEmpty()) {
                if (!data.isEmpty()) {
                    events.add((type.isEmpty() ? "message" : type) + "|" + data.substring(0, data.length() - 1));
                }
                data.setLength(0);
                type = "";
                continue;
            }
            int colon = line.indexOf(':');
            String field = colon < 0 ? line : line.substring(0, colon);
            String value = colon < 0 ? "" : line.substring(colon + 1);
            value = value.startsWith(" ") ? value.substring(1) : value;
            if (field.equals("data")) {
                data.append(value).append('\n');
            } else if (field.equals("event")) {
                type = value;
            }
        }
        return events;
    }

    private static List<String> read(String stream) throws IOException {
        return read(stream.getBytes(UTF_8), () -> 8192);
    }

    private static List<String> read(byte[] stream, IntSupplier sizes) throws IOException {
        SseReader reader = new SseReader(Okio.buffer(new ForwardingSource(new Buffer().write(stream)) {
            @Override
            public long read(Buffer sink, long byteCount) throws IOException {
                return super.read(sink, Math.min(byteCount, sizes.getAsInt()));
            }
        }));
        List<String> events = new ArrayList<>();
        while (reader.next()) {
            events.add(reader.event() + "|" + text(reader));
        }
        assertThat(reader.next()).isFalse();
        return events;
    }

    private static String text(SseReader reader) {
        return new String(reader.data(), 0, reader.length(), UTF_8);
    }
}
