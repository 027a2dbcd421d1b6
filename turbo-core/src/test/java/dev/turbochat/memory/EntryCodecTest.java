package dev.turbochat.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.turbochat.error.MemoryException;
import dev.turbochat.step.Input;
import dev.turbochat.step.Message;
import dev.turbochat.step.Part;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.DecimalNode;
import tools.jackson.databind.node.DoubleNode;
import tools.jackson.databind.node.JsonNodeFactory;

class EntryCodecTest {
    private static final UUID INCARNATION = UUID.fromString("0a1b2c3d-0000-4000-8000-00000000000f");
    private static final Instant TIME = Instant.parse("2031-02-03T04:05:06.007Z");

    static Entry entry(long seq, Body body) {
        return new Entry(
                new Entry.Position(seq, 1, "", 0), new Entry.Stamp(INCARNATION, 2, 3, TIME), Entry.NO_REF, 1, body);
    }

    /** A line of this JSON, which lacks its closing brace, with its checksum. */
    static byte[] seal(String open) {
        CRC32C crc = new CRC32C();
        crc.update(open.getBytes(StandardCharsets.UTF_8));
        return (open + ",\"crc\":\"" + String.format("%08x", crc.getValue()) + "\"}").getBytes(StandardCharsets.UTF_8);
    }

    /** The JSON of an entry as {@link #seal} takes it. */
    static String unseal(Entry entry) {
        String line = new String(EntryCodec.encode(entry), StandardCharsets.UTF_8);
        return line.substring(0, line.lastIndexOf(",\"crc\""));
    }

    @Test
    void a_line_is_json_with_its_checksum_at_the_end() {
        assertThat(EntryCodec.encode(entry(7, new Body.Noticed("a\nb \u00E9 \uD83D\uDE00"))))
                .isEqualTo(seal("{\"v\":1,\"seq\":7,\"run\":1,\"step\":0,\"attempt\":1,"
                        + "\"time\":\"2031-02-03T04:05:06.007Z\",\"inc\":\"0a1b2c3d-0000-4000-8000-00000000000f\","
                        + "\"epoch\":2,\"append\":3,"
                        + "\"body\":{\"kind\":\"notice\",\"text\":\"a\\nb \u00E9 \uD83D\uDE00\"}"));
    }

    @Test
    void an_entry_comes_back() {
        Entry full = new Entry(
                new Entry.Position(Long.MAX_VALUE, 3, "0.1", 4),
                new Entry.Stamp(INCARNATION, 5, 6, Instant.parse("2031-02-03T04:05:06.007008009Z")),
                0,
                2,
                new Body.Answered("?", new Input("yes", List.of(Part.of("")), "Zo\u00EB", "7", Instant.MIN), null));
        byte[] line = EntryCodec.encode(full);
        assertThat(EntryCodec.isWhole(line)).isTrue();
        assertThat(EntryCodec.decode("s", line)).isEqualTo(full);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\uD83D", "a\uDE00b", "\uDE00\uD83D", "\r\n\u2028\u0000\u007F", "\",\"crc\":\"00000000\"}"})
    void any_text_comes_back_in_one_line(String text) {
        Entry entry = entry(1, new Body.Said(new Message.User(text)));
        byte[] line = EntryCodec.encode(entry);
        assertThat(line).doesNotContain('\n').doesNotContain('\r');
        assertThat(EntryCodec.decode("s", line)).isEqualTo(entry);
    }

    @Test
    void a_number_loses_no_digit_and_a_double_stays_one() {
        assertThat(comesBack(DecimalNode.valueOf(new BigDecimal("1.10")))).hasToString("1.10");
        assertThat(comesBack(DecimalNode.valueOf(new BigDecimal("0.12345678901234567890123"))))
                .hasToString("0.12345678901234567890123");
        assertThat(comesBack(DecimalNode.valueOf(new BigDecimal("1E+400")))).hasToString("1E+400");
        for (double number : new double[] {0.1, 1e7, 1e22, 123456789.125, Double.MIN_VALUE, -Double.MAX_VALUE}) {
            assertThat(comesBack(DoubleNode.valueOf(number))).isEqualTo(DoubleNode.valueOf(number));
        }
    }

    private static JsonNode comesBack(JsonNode value) {
        Entry read = EntryCodec.decode("s", EntryCodec.encode(entry(1, new Body.Acted("e", value))));
        return ((Body.Acted) read.body()).value();
    }

    @Test
    void fields_of_later_releases_are_passed_over() {
        Entry entry = entry(1, new Body.Said(new Message.User("hi")));
        String json = unseal(entry)
                .replace("\"v\":1", "\"v\":1,\"later\":{\"a\":[1]}")
                .replace("\"kind\":\"message\"", "\"kind\":\"message\",\"later\":null")
                .replace("\"role\":\"user\"", "\"role\":\"user\",\"later\":\"\"");
        assertThat(json).hasSizeGreaterThan(unseal(entry).length() + 40);
        assertThat(EntryCodec.decode("s", seal(json))).isEqualTo(entry);
    }

    @Test
    void a_later_format_is_refused() {
        byte[] line = seal(unseal(entry(1, new Body.Cleared())).replace("\"v\":1", "\"v\":2"));
        assertThatThrownBy(() -> EntryCodec.decode("s", line))
                .isInstanceOf(MemoryException.UnknownFormat.class)
                .hasMessage("The journal of session 's' has format 2, and this turbo reads formats up to 1; "
                        + "use a newer turbo.");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"v\":1",
                "{\"v\":1,\"seq\":1,\"body\":{\"kind\":\"unheard-of\"}",
                "{\"v\":1,\"seq\":\"x\"",
                "[1",
                "{\"v\":1}{\"v\":1",
                "{\"v\":1e99999999999,\"seq\":1",
                "{\"v\":1,\"seq\":828845e55020121246"
            })
    void a_whole_line_that_is_no_entry_is_damage(String json) {
        assertThat(EntryCodec.isWhole(seal(json))).isTrue();
        assertThatThrownBy(() -> EntryCodec.decode("s", seal(json)))
                .isInstanceOf(MemoryException.JournalCorrupt.class)
                .hasMessage("The journal of session 's' is damaged in a line that is not an entry; "
                        + "nothing was changed: restore it from a copy, or delete the session.");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 8, 9, 500, 1_000, 1_890, 1_950, 2_000, 5_000})
    void a_value_of_any_depth_is_read_back_or_refused_before_it_is_stored(int depth) {
        JsonNode value = JsonNodeFactory.instance.objectNode().put("deep", true);
        for (int i = 1; i < depth; i++) {
            value = JsonNodeFactory.instance.objectNode().set("in", value);
        }
        for (Body body : List.of(new Body.RunStarted("p", 1, value), new Body.Acted("e", value))) {
            byte[] line;
            try {
                line = EntryCodec.encode(entry(1, body));
            } catch (JacksonException e) {
                assertThat(depth).isGreaterThan(1_800);
                continue;
            }
            assertThat(EntryCodec.decode("s", line)).isEqualTo(entry(1, body));
            assertThat(EntryCodec.place("s", line).seq()).isEqualTo(1);
        }
    }

    @Test
    void a_line_with_any_bit_turned_is_not_whole() {
        byte[] line = EntryCodec.encode(entry(1, new Body.Noticed("hi")));
        for (int bit = 0; bit < line.length * 8; bit++) {
            byte[] turned = line.clone();
            turned[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(EntryCodec.isWhole(turned)).as("bit %d", bit).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{}", "}", "\"}", ",\"crc\":\"00000000\"}"})
    void a_short_line_is_not_whole(String line) {
        assertThat(EntryCodec.isWhole(line.getBytes(StandardCharsets.UTF_8))).isFalse();
    }

    @Test
    void other_tools_can_read_a_line() {
        JsonNode line = JsonMapper.builder()
                .build()
                .readTree(EntryCodec.encode(entry(1, new Body.Said(new Message.User("\uD83D\uDE00 hi")))));
        assertThat(line.at("/body/message/parts/0/text").asString()).isEqualTo("\uD83D\uDE00 hi");
        assertThat(line.at("/body/kind").asString()).isEqualTo("message");
    }
}
