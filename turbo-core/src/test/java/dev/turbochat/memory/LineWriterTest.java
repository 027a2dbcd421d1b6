package dev.turbochat.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.turbochat.step.Message;
import dev.turbochat.step.Usage;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.json.JsonMapper;

/** What is written by hand is written as Jackson writes it. */
class LineWriterTest {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final UUID INCARNATION = UUID.fromString("80cc18a3-4638-40bf-8ff6-8a1719c2e05c");
    private static final Instant TIME = Instant.parse("2026-11-21T15:42:07.039Z");

    static Stream<Body> others() {
        return Stream.of(
                new Body.Header(1, "a\n\"\u00fc\ud83d\ude00"),
                new Body.RunStarted("", 0, null),
                new Body.RunStarted("p", 3, MAPPER.readTree("{\"a\":[1,1.10,null,{}]}"), "client-1", true),
                new Body.RunStarted("p", 3, MAPPER.readTree("null"), null, false),
                new Body.RunStarted(
                        "p",
                        3,
                        MAPPER.readTree(
                                "{\"\\\"\\n\u00fc\":\"\\u0000\",\"n\":-7,\"b\":true,\"in\":{\"of\":{},\"x\":[]},\"l\":99999999999}"),
                        null,
                        false),
                new Body.Generated(new Message.Assistant("x"), 1, Usage.NONE, "m", true, null, "It is no number."),
                new Body.Generated(new Message.Assistant("7"), 0, Usage.NONE, "m", false, MAPPER.readTree("7"), null),
                new Body.RunEnded(Body.Outcome.ERROR, null, "c", "e", "client-1"));
    }

    @ParameterizedTest
    @MethodSource({"others", "dev.turbochat.memory.BodyReaderTest#usual", "dev.turbochat.memory.BodyReaderTest#unusual"
    })
    void a_body_is_written_as_jackson_writes_it(Body body) {
        String json = MAPPER.writerFor(Body.class).writeValueAsString(body);
        assertThat(line(entry("", Entry.NO_REF, body))).contains(",\"append\":6,\"body\":" + json + ",\"crc\":\"");
    }

    @Test
    void what_an_entry_does_not_have_is_left_out() {
        assertThat(line(entry("", Entry.NO_REF, new Body.Cleared())))
                .startsWith(
                        "{\"v\":1,\"seq\":7,\"run\":2,\"step\":4,\"attempt\":3,\"time\":\"2026-11-21T15:42:07.039Z\","
                                + "\"inc\":\"80cc18a3-4638-40bf-8ff6-8a1719c2e05c\",\"epoch\":5,\"append\":6,"
                                + "\"body\":{\"kind\":\"clear\"},\"crc\":\"");
        assertThat(line(entry("a/b", 0, new Body.Cleared())))
                .startsWith("{\"v\":1,\"seq\":7,\"run\":2,\"branch\":\"a/b\",\"step\":4,\"ref\":0,\"attempt\":3,");
    }

    @Test
    void a_body_that_is_too_large_is_named_in_its_place() {
        Limits limits = new Limits(10, 1_000, 10_000, 10_000);
        EntryCodec.Encoded encoded =
                EntryCodec.encode("s", entry("", Entry.NO_REF, new Body.Noticed("Hello.")), 2, limits);
        EntryCodec.Blob blob = Objects.requireNonNull(encoded.blob());
        assertThat(new String(encoded.line(), StandardCharsets.UTF_8))
                .contains(",\"append\":6,\"more\":2,\"blob\":\"" + blob.name() + "\",\"crc\":\"");
    }

    private static Entry entry(String branch, long ref, Body body) {
        return new Entry(new Entry.Position(7, 2, branch, 4), new Entry.Stamp(INCARNATION, 5, 6, TIME), ref, 3, body);
    }

    private static String line(Entry entry) {
        return new String(EntryCodec.encode(entry), StandardCharsets.UTF_8);
    }
}
