package dev.turbochat.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.turbochat.error.MemoryException;
import dev.turbochat.step.Input;
import dev.turbochat.step.Message;
import dev.turbochat.step.Part;
import dev.turbochat.step.ToolCall;
import dev.turbochat.step.Usage;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/** What is read by hand is read as Jackson binds it, and nothing else is read by hand. */
class BodyReaderTest {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    static Stream<Body> usual() {
        Instant at = Instant.parse("2026-11-21T18:21:13.000000001Z");
        Message.Assistant answer = new Message.Assistant("Hi \"there\", \u00fc\n\ud83d\ude00.");
        return Stream.of(
                new Body.Said(new Message.System("")),
                new Body.Said(new Message.User("hi")),
                new Body.Said(new Message.User(List.of(Part.of("a"), Part.of("")), "Zo\u00eb")),
                new Body.Said(new Message.User(List.of(), null)),
                new Body.Said(answer),
                new Body.Said(new Message.Assistant("cut", Message.Finish.LENGTH)),
                new Body.Said(new Message.Assistant("", Message.Finish.STOPPED)),
                new Body.Answered("", new Input("x", List.of(), null, null, at), null),
                new Body.Answered("?", new Input("", List.of(Part.of("x")), "me", "id-1", at), null),
                new Body.Generating(Map.of()),
                new Body.Generating(Map.of("seed", Long.MAX_VALUE)),
                new Body.Generating(Map.of("stop", "x", "n", 3, "logprobs", true)),
                new Body.Generated(answer, 2, new Usage(Long.MAX_VALUE, 0, 1, 2, 3), "openai:x", true),
                new Body.Generated(answer, 0, Usage.NONE, "m"));
    }

    static Stream<Body> unusual() {
        Message.Assistant calling =
                new Message.Assistant(List.of(), Message.Finish.TOOL_CALLS, List.of(new ToolCall("i", "t", "{}")));
        return Stream.of(
                new Body.Noticed("x"),
                new Body.Said(calling),
                new Body.Said(new Message.ToolResult(new ToolCall("i", "t", "{}"), "x")),
                new Body.Said(new Message.User(
                        List.of(Part.of("look"), new Part.Image(java.net.URI.create("https://example.org/a.png"))),
                        null)),
                new Body.Answered("?", Input.text("7"), MAPPER.readTree("7")),
                new Body.Generating(Map.of("temperature", 0.5)),
                new Body.Generating(Map.of(), true),
                new Body.Generated(calling, 0, Usage.NONE, "m"),
                new Body.Generated(new Message.Assistant("x"), 0, Usage.NONE, "m", false, null, "no"));
    }

    private static Entry entry(Body body) {
        return new Entry(
                new Entry.Position(3, 1, "", 2),
                new Entry.Stamp(UUID.randomUUID(), 1, 1, Instant.now()),
                Entry.NO_REF,
                1,
                body);
    }

    private static @Nullable Body byHand(String json) {
        return BodyReader.read(new LineScanner(json.getBytes(StandardCharsets.UTF_8)));
    }

    private static String json(Body body) {
        return MAPPER.writerFor(Body.class).writeValueAsString(body);
    }

    @ParameterizedTest
    @MethodSource("usual")
    void the_usual_is_read_as_jackson_binds_it(Body body) {
        assertThat(byHand(json(body))).isEqualTo(body).isEqualTo(MAPPER.readValue(json(body), Body.class));
    }

    @ParameterizedTest
    @MethodSource("unusual")
    void the_unusual_is_left_to_jackson(Body body) {
        assertThat(byHand(json(body))).isNull();
    }

    @ParameterizedTest
    @MethodSource({"usual", "unusual"})
    void a_line_is_read_whoever_reads_its_body(Body body) {
        Entry entry = entry(body);
        assertThat(EntryCodec.decode("s", EntryCodec.encode(entry), name -> null)
                        .entry())
                .isEqualTo(entry);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{'kind':7}",
                "{'prompt':'?','kind':'input'}",
                "{'kind':'input','prompt':null}",
                "{'kind':'input','prompt':'?','input':[]}",
                "{'kind':'input','prompt':'?','input':{'text':'x','parts':[],'at':'yesterday'}}",
                "{'kind':'message','message':{'parts':[],'role':'user'}}",
                "{'kind':'message','message':{'role':'user','parts':[{'text':'x','type':'text'}]}}",
                "{'kind':'message','message':{'role':'pope','parts':[]}}",
                "{'kind':'message','message':{'role':'assistant','parts':[]}}",
                "{'kind':'message','message':{'role':'user','parts':[]},'more':1}",
                "{'kind':'generated','message':{'role':'user','parts':[]},'candidate':0,'usage':{},'model':'m'}",
                "{'kind':'generated','candidate':1.5}",
                "{'kind':'generating','settings':{'a':{}}}"
            })
    void what_is_not_as_it_is_written_is_left_to_jackson(String json) {
        assertThat(byHand(json.replace('\'', '"'))).isNull();
    }

    @ParameterizedTest
    @MethodSource("usual")
    void a_line_that_ends_anywhere_is_refused(Body body) {
        byte[] line = EntryCodec.encode(entry(body));
        for (int length = 0; length < line.length; length++) {
            byte[] cut = java.util.Arrays.copyOf(line, length);
            assertThatThrownBy(() -> EntryCodec.decode("s", cut, name -> null))
                    .as(new String(cut, StandardCharsets.UTF_8))
                    .isInstanceOf(MemoryException.JournalCorrupt.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"99999999999", "-"})
    void a_number_that_is_none_makes_the_line_no_entry(String candidate) {
        Body body = new Body.Generated(new Message.Assistant("x"), 7, Usage.NONE, "m");
        String line = new String(EntryCodec.encode(entry(body)), StandardCharsets.UTF_8)
                .replace("\"candidate\":7", "\"candidate\":" + candidate);
        assertThatThrownBy(() -> EntryCodec.decode("s", line.getBytes(StandardCharsets.UTF_8), name -> null))
                .isInstanceOf(MemoryException.JournalCorrupt.class);
    }
}
