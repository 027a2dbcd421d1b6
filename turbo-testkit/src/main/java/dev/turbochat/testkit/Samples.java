package dev.turbochat.testkit;

import dev.turbochat.memory.Body;
import dev.turbochat.memory.Delivery;
import dev.turbochat.step.Example;
import dev.turbochat.step.Input;
import dev.turbochat.step.Message;
import dev.turbochat.step.Part;
import dev.turbochat.step.Pin;
import dev.turbochat.step.ToolCall;
import dev.turbochat.step.Usage;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.NullNode;

/** One of everything that a journal can hold, and what is hard to hold. */
final class Samples {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final Instant THEN = Instant.parse("2031-02-03T04:05:06.007008009Z");

    /** Ids that file systems, shells, key patterns or templates may trip over; each is another session. */
    static final List<String> IDS = List.of(
            "../../etc/passwd",
            "..",
            ".",
            "/",
            "a/b",
            "a\\b",
            "{a}",
            "a",
            "A",
            "a ",
            " ",
            "CON",
            "nul.txt",
            "*",
            "?",
            "[a]",
            "%00",
            "a\0",
            "a\0b",
            "a\nb",
            "a:b",
            "turbo:{a}:log",
            "$(reboot)",
            "'\"`",
            "\u2028",
            "\uD83D\uDE00",
            "\u00E9",
            "e\u0301",
            "\u202Eabc",
            "\uFEFFa",
            "x".repeat(128),
            "\uD83D\uDE00".repeat(32));

    /** Texts that encoders may trip over; the last are no Unicode at all, and come back all the same. */
    static final List<String> TEXTS = List.of(
            "",
            " ",
            "\n",
            "\r\n",
            "\0",
            "\u0001\u001F\u007F\u0080",
            "\u2028\u2029",
            "\"}\\",
            "\",\"crc\":\"00000000\"}\n",
            "\uD83D\uDC69\u200D\uD83D\uDE80\uD83C\uDFFD",
            "Z\u0351\u036B\u0343a\u0303",
            "\u05E9\u05DC\u05D5\u05DD \u202Eabc\u202C",
            "\uFEFF\uFFFE\uFFFF\uFFFD",
            "\uD83D\uDE00".repeat(9_000),
            "x".repeat(1_048_576),
            "\uD83D",
            "a\uDE00b",
            "\uDE00\uD83D",
            "x".repeat(7_999) + "\uD83D");

    private Samples() {}

    static Body said(String text) {
        return new Body.Said(new Message.User(text));
    }

    /** An answer of which id and text are known. */
    static Delivery delivery(String id) {
        return new Delivery(id, "", null, new Delivery.Answer(new Input("this is " + id, List.of(), null, id, THEN)));
    }

    /** Every kind of delivery, and what is hard to hold in one. */
    static List<Delivery> deliveries() {
        JsonNode json = json(Map.of("list", Arrays.asList(1, 2.5, "three", true, null)));
        Delivery.Content start = new Delivery.Start();
        Stream<Delivery> kinds = Stream.of(
                new Delivery("d-1", "pizza", json, start),
                new Delivery("d-2", "pizza", NullNode.getInstance(), start),
                new Delivery("d-3", "", null, start),
                new Delivery("", "", null, start),
                new Delivery(
                        "d-4", "", null, new Delivery.Answer(new Input("look", parts(), "Zo\u00EB", "c-7", THEN))));
        Stream<Delivery> posts = messages().stream()
                .map(message -> new Delivery("post " + text(message), "", null, new Delivery.Post(message)));
        Stream<Delivery> texts = TEXTS.stream()
                .map(text -> new Delivery(
                        "text " + TEXTS.indexOf(text), text, json(text), new Delivery.Post(new Message.User(text))));
        Stream<Delivery> ids = Stream.concat(IDS.stream(), TEXTS.stream().filter(text -> !text.isEmpty()))
                .distinct()
                .map(Samples::delivery);
        Stream<Delivery> values =
                values().stream().map(value -> new Delivery("value " + values().indexOf(value), "pizza", value, start));
        return Stream.of(kinds, posts, texts, ids, values).flatMap(all -> all).toList();
    }

    /** Every kind of body, filled in and left out. */
    static List<Body> bodies() {
        Message.Assistant calls = new Message.Assistant(laterParts(), Message.Finish.TOOL_CALLS, calls());
        Stream<Body> later = Stream.of(
                new Body.RunStarted("pizza", 3, null, "client-7", true),
                new Body.Approved(
                        "c-1", "refund", "ab", "Allow it?", Input.text("yes").id("d-2"), true),
                new Body.Calling(new ToolCall("c-1", "refund", "{\"order\":7}"), true),
                new Body.Calling(new ToolCall("c-1", "refund", "", "signed"), false),
                new Body.Called(new Message.ToolResult(new ToolCall("c-1", "refund", ""), "done"), false),
                new Body.Called(new Message.ToolResult("c-1", "refund", List.of(Part.of("no")), true), true),
                new Body.Generated(
                        new Message.Assistant("{}"), 0, Usage.NONE, "m", true, json(Map.of("size", "LARGE")), null),
                new Body.Generated(new Message.Assistant("?"), 0, Usage.NONE, "m", true, null, "It is not JSON"),
                new Body.Generated(calls, 0, new Usage(5, 4, 3, 2, 1), "openai:x"),
                new Body.Generated(calls, 0, new Usage(5, 4, 0, 0, Long.MAX_VALUE), "openai:x", true),
                new Body.Posted(calls, "d-2"),
                new Body.Generating(settings(), true),
                new Body.Summarised(12, "They talked about \u2028.", Usage.NONE, "openai:x"),
                new Body.Summarised(Integer.MAX_VALUE, "", new Usage(5, 4, 3, 2, 1), "openai:x"));
        Stream<Body> messages = laterMessages().stream().map(Body.Said::new);
        return Stream.of(firstBodies().stream(), later, messages)
                .flatMap(all -> all)
                .toList();
    }

    /** What there was when format 1 was frozen. */
    static List<Body> firstBodies() {
        JsonNode json = json(Map.of("list", Arrays.asList(1, 2.5, "three", true, null, Map.of(), List.of())));
        Input bare = new Input("yes", List.of(), null, null, THEN);
        Input full = new Input("look", firstParts(), "Zo\u00EB", "client-7", Instant.MAX);
        Message.Assistant assistant = new Message.Assistant("sure");
        Stream<Body> bodies = Stream.of(
                new Body.Header(1, "c-42"),
                new Body.RunStarted("", 0, null),
                new Body.RunStarted("pizza", 3, json),
                new Body.RunStarted("pizza", 3, NullNode.getInstance()),
                new Body.RunEnded(Body.Outcome.OK, null, null, null),
                new Body.RunEnded(Body.Outcome.OK, json, null, null),
                new Body.RunEnded(Body.Outcome.ERROR, null, "program-failed", "java.io.IOException: no"),
                new Body.RunEnded(Body.Outcome.ABANDONED, null, null, null),
                new Body.RunStarted("pizza", 3, json, "client-7", false),
                new Body.Posted(assistant, "d-1"),
                new Body.Carried(List.of(), List.of(), List.of(), List.of()),
                new Body.Carried(
                        firstMessages(),
                        List.of(new Example(new Message.User("2+2?"), assistant)),
                        List.of(new Pin("rule", new Message.System("Be kind."), Pin.Place.TOP)),
                        List.of("client-6", "client-7")),
                new Body.ExampleGiven(new Message.User("2+2?"), assistant),
                new Body.Noticed("Please choose."),
                new Body.Cleared(),
                new Body.Answered("?", bare, null),
                new Body.Answered("Size?", full, json),
                new Body.Refused("Size?", bare, "Please choose one."),
                new Body.SecretGiven("Password?", null),
                new Body.SecretGiven("Password?", "client-7"),
                new Body.Generating(Map.of()),
                new Body.Generating(settings()),
                new Body.Generated(assistant, 2, new Usage(Long.MAX_VALUE, 1), "openai:x"),
                new Body.GenerateFailed("rate-limited", "openai:x", "Slow down.", null),
                new Body.GenerateFailed("rate-limited", "openai:x", "Slow down.", Duration.ofMillis(1500)),
                new Body.Acting("zodiac", false),
                new Body.Acting("charge", true),
                new Body.Acted("zodiac", json),
                new Body.Acted("zodiac", NullNode.getInstance()),
                new Body.ActFailed("zodiac", "java.io.IOException", ""),
                new Body.ActUnknown("zodiac"),
                new Body.Drawn("now", json),
                new Body.VersionTaken("taxes", 2),
                new Body.Rewound(7),
                new Body.TimerSet("sleep", THEN),
                new Body.TimerSet("sleep", Instant.MIN),
                new Body.TimerDone());
        Stream<Body> messages = firstMessages().stream().map(Body.Said::new);
        Stream<Body> pins = Stream.of(Pin.Place.values())
                .flatMap(place ->
                        firstMessages().stream().map(message -> new Body.Pinned(new Pin("rule", message, place))));
        return Stream.of(bodies, messages, pins).flatMap(all -> all).toList();
    }

    /** Every kind of message, with every kind of part. */
    static List<Message> messages() {
        return Stream.concat(firstMessages().stream(), laterMessages().stream()).toList();
    }

    private static List<Message> laterMessages() {
        return List.of(
                new Message.Assistant(laterParts(), Message.Finish.TOOL_CALLS, calls()),
                new Message.Assistant(List.of(), Message.Finish.TOOL_CALLS, calls()),
                new Message.Assistant(laterParts(), Message.Finish.COMPLETE),
                new Message.ToolResult("call-1", "lookup", firstParts(), false),
                new Message.ToolResult("call-1", "lookup", List.of(), true));
    }

    private static List<ToolCall> calls() {
        return List.of(
                new ToolCall("call-1", "lookup", "{\"id\": 1.10}", "c2ln"),
                new ToolCall("call-2", "lookup", "{\"broken"),
                new ToolCall("", "\u00E9\n", ""));
    }

    private static List<Message> firstMessages() {
        Stream<Message> plain = Stream.of(
                new Message.System("Be kind."),
                new Message.System(firstParts()),
                new Message.User("hi"),
                new Message.User(firstParts(), "Zo\u00EB"));
        Stream<Message> answers = Stream.of(Message.Finish.COMPLETE, Message.Finish.LENGTH, Message.Finish.STOPPED)
                .map(finish -> new Message.Assistant(firstParts(), finish));
        return Stream.concat(plain, answers).toList();
    }

    /** Every kind of part. */
    static List<Part> parts() {
        return Stream.concat(firstParts().stream(), laterParts().stream()).toList();
    }

    private static List<Part> laterParts() {
        return List.of(
                new Part.Reasoning("Hm.", null),
                new Part.Reasoning("", "c2ln+/="),
                new Part.Reasoning("Let me \u2028 see.", "anthropic:c2ln"),
                Part.of("I look it up."));
    }

    private static List<Part> firstParts() {
        return List.of(
                Part.of("look: "),
                Part.of(""),
                new Part.Image(URI.create("https://example.org/a%20b.png?q=%22#f")),
                Part.Image.of(new byte[] {0, -1, 127}, "image/png"));
    }

    /** Values that lose something, or cannot be read again, where JSON is read carelessly. */
    static List<JsonNode> values() {
        return Stream.of(
                        new BigDecimal("1.10"),
                        new BigDecimal("0.12345678901234567890123"),
                        new BigDecimal("1E+400"),
                        BigInteger.TEN.pow(1_500),
                        Long.MIN_VALUE,
                        0.1,
                        1e22,
                        1e7,
                        Double.MIN_VALUE,
                        Double.MAX_VALUE,
                        Map.of("k".repeat(60_000), 1),
                        Map.of("kind", "header", "crc", "00000000", "", ""),
                        nested(400))
                .map(Samples::json)
                .toList();
    }

    /** The records at the ends of a sealed hierarchy. */
    static Stream<Class<?>> kinds(Class<?> type) {
        return type.isSealed() ? Stream.of(type.getPermittedSubclasses()).flatMap(Samples::kinds) : Stream.of(type);
    }

    /** What something is as JSON: to the last digit, and whether what is absent is absent. */
    static String text(Object value) {
        return MAPPER.writeValueAsString(value);
    }

    private static JsonNode json(Object value) {
        return MAPPER.valueToTree(value);
    }

    private static Object nested(int depth) {
        Object nested = "deep";
        for (int i = 0; i < depth; i++) {
            nested = List.of(nested);
        }
        return nested;
    }

    private static Map<String, Object> settings() {
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("temperature", 0.5);
        settings.put("seed", Long.MAX_VALUE);
        settings.put("stop", List.of("\n", "END"));
        settings.put("logit_bias", Map.of("50256", -100));
        return settings;
    }
}
