package dev.turbochat.model.openai;

import static dev.turbochat.model.openai.Wire.hear;
import static dev.turbochat.model.openai.Wire.model;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.turbochat.error.ModelException;
import dev.turbochat.model.http.FaultServer;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChunkTemplateTest {
    private static final String KNOWN = "{\"a\":[{\"content\":\"one\"}],\"b\":null}";

    private static final String KNOWN_TEXT = "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"x\"}}]}";

    private final ChunkTemplate template = new ChunkTemplate();
    private volatile byte[] served = {};

    @Test
    void nothing_is_known_before_something_is_learnt() {
        assertThat(text(KNOWN)).isNull();
        assertThat(text("")).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "one", "two and more", " ", "\u007F", "gr\u00FC\u00DF", "\u4F60\u597D", "\uD83D\uDE00"})
    void a_chunk_that_differs_in_its_text_alone_is_read(String piece) {
        learn("one");
        assertThat(text(KNOWN.replace("one", piece))).isEqualTo(piece);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\u4F60\u597D", "\uD83D\uDE00"})
    void a_chunk_is_learnt_whatever_its_text(String piece) {
        learn(piece);
        assertThat(text(KNOWN)).isEqualTo("one");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\\n", "\"", "\\", "\\\"", "x\",\"y\":\"z", "\t", "\n", "\u0000", "\uFFFD"})
    void what_takes_more_than_decoding_is_left_to_the_parser(String piece) {
        learn("one");
        assertThat(text(KNOWN.replace("one", piece))).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"a\":[{\"content\":\"one\"}],\"b\":nul1}",
                "{\"a\":[{\"content\":\"one\"}],\"b\":null} ",
                " {\"a\":[{\"content\":\"one\"}],\"b\":null}",
                "{\"a\":[{\"content\":\"one\"}],\"b\":null",
                "{\"a\":[{\"content\":\"}],\"b\":null}",
                "{\"a\":[{\"content\":",
                "[DONE]",
                ""
            })
    void a_chunk_that_differs_in_more_is_another(String chunk) {
        learn("one");
        assertThat(text(chunk)).isNull();
    }

    @Test
    void the_last_chunk_that_was_learnt_counts() {
        learn("one");
        learn("[\"one", "\"]", "one");
        assertThat(text("[\"two\"]")).isEqualTo("two");
        assertThat(text(KNOWN)).isNull();
    }

    @Test
    void random_letters_at_the_end_may_be_others() {
        String padded = "{\"content\":\"one\",\"obfuscation\":\"aB3\"}";
        learn("{\"content\":\"one", "\",\"obfuscation\":\"aB3\"}", "one");
        assertThat(text(padded)).isEqualTo("one");
        assertThat(text("{\"content\":\"two \u00FC\",\"obfuscation\":\"\"}")).isEqualTo("two \u00FC");
        assertThat(text("{\"content\":\"\",\"obfuscation\":\"Zz09aaaaaa\"}")).isEmpty();
        assertThat(text("{\"content\":\"two\",\"obfuscation\":\"a b\"}")).isNull();
        assertThat(text("{\"content\":\"two\",\"obfuscation\":\"a\\u0062\"}")).isNull();
        assertThat(text("{\"content\":\"two\",\"obfuscation\":\"a\"]")).isNull();
        assertThat(text("{\"content\":\"two\",\"obfuscatioN\":\"a\"}")).isNull();
        assertThat(text("{\"content\":\"two\"}")).isNull();
        assertThat(text("{\"content\":\"x\\\",\\\"obfuscation\\\":\\\"a\",\"obfuscation\":\"a\"}"))
                .isNull();
        assertThat(text(",\"obfuscation\":\"a\"}")).isNull();
        assertThat(text("a\"}")).isNull();
        assertThat(text("\"}")).isNull();
    }

    @Test
    void a_text_with_escapes_is_not_learnt() {
        learn("{\"o\":\"one\",\"content\":\"\\u006fne", "\"}", "one");
        assertThat(text("{\"o\":\"one\",\"content\":\"\\u006fne\"}")).isNull();
        learn("{\"content\":\"\\\"one", "\"}", "\"one");
        assertThat(text("{\"content\":\"\\\"two\"}")).isNull();
    }

    @Test
    void bytes_that_are_no_characters_are_left_to_the_parser() {
        learn("one");
        for (int first = 0x80; first < 0x100; first++) {
            for (int second : new int[] {'x', 0x80, 0xA0, 0xBF, 0xC2}) {
                byte[] chunk = KNOWN.getBytes(UTF_8);
                int at = KNOWN.indexOf("one");
                chunk[at] = (byte) first;
                chunk[at + 1] = (byte) second;
                String text = template.text(chunk, chunk.length);
                boolean two = first >= 0xC2 && first <= 0xDF && second >= 0x80 && second <= 0xBF;
                assertThat(text).isEqualTo(two ? new String(chunk, at, 3, UTF_8) : null);
            }
        }
    }

    /** A chunk that says more than a text must not be taken for one that says the text alone. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"choices\":[{\"index\":0,\"delta\":{\"reasoning_content\":\"hm \",\"content\":\"\"}}]}",
                "{\"choices\":[{\"index\":0,\"delta\":{\"reasoning_content\":\"hm \",\"content\":\"a\"}}]}",
                "{\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"c\",\"function\":{\"name\":\"f\","
                        + "\"arguments\":\"1\"}}],\"content\":\"\"}}]}",
                "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\",\"tool_calls\":[{\"index\":0,\"function\":{"
                        + "\"arguments\":\"1\"}}]}}]}",
                "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"}},{\"index\":0,\"delta\":{\"content\":\"b\"}}]}",
                "{\"choices\":[{\"index\":1,\"delta\":{\"content\":\"a\"}},{\"index\":0,\"delta\":{\"content\":\"b\"}}]}",
                "{\"choices\":[{\"index\":1,\"delta\":{\"content\":\"a\"}}]}",
                "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\",\"refusal\":\"no\"}}]}",
                "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\",\"content\":\"b\"}}]}",
                "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"},\"finish_reason\":\"length\"}]}",
                "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"}}],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":4}}"
            })
    void a_chunk_that_comes_again_and_again_says_all_that_it_said_at_first(String chunk) throws Exception {
        byte[] json = chunk.getBytes(UTF_8);
        byte[] text = KNOWN_TEXT.getBytes(UTF_8);
        List<byte[]> stream = List.of(json, json, text, json, text, text, json, json);
        try (FaultServer server = serving()) {
            served = events(stream);
            String heard = heard(server);
            served = events(unlike(stream));
            assertThat(heard).isEqualTo(heard(server));
        }
    }

    private FaultServer serving() {
        return FaultServer.that(connection -> {
            byte[] body = served;
            connection.send(FaultServer.CHUNKED);
            Random random = new Random(body.length);
            for (int from = 0; from < body.length; ) {
                int to = Math.min(body.length, from + 1 + random.nextInt(400));
                connection.chunk(body, from, to);
                from = to;
            }
            connection.lastChunk().keep();
        });
    }

    @Test
    void any_stream_is_heard_as_it_is_where_no_chunk_is_like_another() throws Exception {
        try (FaultServer server = serving()) {
            for (int seed = 0; seed < 1_000; seed++) {
                List<byte[]> stream = stream(new Random(seed));
                served = events(stream);
                String heard = heard(server);
                served = events(unlike(stream));
                assertThat(heard)
                        .as("seed %s: %s", seed, new String(events(stream), UTF_8))
                        .isEqualTo(heard(server));
            }
        }
    }

    /** The same with a space in front of every other chunk, which means nothing in JSON. */
    private static List<byte[]> unlike(List<byte[]> stream) {
        List<byte[]> unlike = new ArrayList<>();
        for (byte[] chunk : stream) {
            byte[] spaced = new byte[chunk.length + 1 + unlike.size() % 2];
            Arrays.fill(spaced, (byte) ' ');
            System.arraycopy(chunk, 0, spaced, spaced.length - chunk.length, chunk.length);
            unlike.add(spaced);
        }
        return unlike;
    }

    private static String heard(FaultServer server) throws InterruptedException {
        try {
            Wire.Heard heard = hear(model(server));
            return heard.pieces() + " " + heard.completion();
        } catch (ModelException e) {
            return e.getClass().getName() + ": " + e.getMessage();
        }
    }

    private static byte[] events(List<byte[]> chunks) {
        ByteArrayOutputStream events = new ByteArrayOutputStream();
        for (byte[] chunk : chunks) {
            events.writeBytes("data: ".getBytes(UTF_8));
            events.writeBytes(chunk);
            events.writeBytes("\n\n".getBytes(UTF_8));
        }
        events.writeBytes("data: [DONE]\n\n".getBytes(UTF_8));
        return events.toByteArray();
    }

    private static List<byte[]> stream(Random random) {
        List<byte[]> stream = new ArrayList<>();
        String shape = shape(random);
        for (int i = random.nextInt(30); i > 0; i--) {
            if (random.nextInt(4) == 0) {
                shape = shape(random);
            }
            byte[] chunk = shape.replace("TEXT", one(random, TEXTS)).getBytes(UTF_8);
            if (random.nextInt(200) == 0) {
                chunk[random.nextInt(chunk.length)] = (byte) (128 + random.nextInt(128));
            }
            if (random.nextInt(200) == 0) {
                chunk = Arrays.copyOf(chunk, random.nextInt(chunk.length));
            }
            stream.add(chunk);
        }
        stream.add("{\"choices\":[{\"index\":0,\"delta\":{\"content\":\".\"},\"finish_reason\":\"stop\"}]}"
                .getBytes(UTF_8));
        return stream;
    }

    private static final String[] TEXTS = {
        "",
        "a",
        " word",
        "abc",
        "\\n",
        "\\\"",
        "\\u0061bc",
        "\\ud83d",
        "\\ude00",
        "\uD83D\uDE00",
        "gr\u00FC\u00DF",
        "\uFFFD",
        "\u4F60\u597D",
        "x\",\"content\":\"y",
        "x\"},\"z\":{\"content\":\"y",
        "\u007F",
        "{}",
        "\\\\"
    };

    private static String shape(Random random) {
        return switch (random.nextInt(30)) {
            case 0 -> "{\"choices\":[],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":4}}";
            case 1 -> "{\"choices\":[\"TEXT\"]}";
            case 2 -> "{\"choices\":[" + choice(random) + "," + choice(random) + "]}";
            case 3 -> "{\"choices\":[" + choice(random) + "],\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":6}}";
            case 4 -> "{\"error\":null,\"object\":\"chunk\",\"choices\":[" + choice(random) + "]}";
            default ->
                "{\"id\":\"abc\"," + one(random, "", " ", "\"x\":\"TEXT\",") + "\"choices\":" + one(random, "", " ")
                        + "["
                        + choice(random) + "]" + one(random, "", ",\"usage\":null", ",\"p\":\"abc\"")
                        + one(random, "", ",\"obfuscation\":\"" + one(random, "", "x", "aB3dEf", "TEXT") + "\"") + "}"
                        + one(random, "", " ");
        };
    }

    private static String choice(Random random) {
        String delta = switch (random.nextInt(16)) {
            case 0 ->
                "\"content\":null,\"tool_calls\":[{\"index\":0,\"id\":\"c\",\"function\":{\"name\":\"f\","
                        + "\"arguments\":\"TEXT\"}}]";
            case 1 -> "\"content\":\"TEXT\",\"refusal\":\"TEXT\"";
            case 2 -> "\"content\":[{\"type\":\"text\",\"text\":\"TEXT\"}]";
            case 3 -> "\"reasoning_content\":\"TEXT\",\"content\":\"\"";
            case 4 -> "\"reasoning_content\":\"\",\"content\":\"TEXT\"";
            case 5 -> "\"content\":\"\",\"refusal\":\"TEXT\"";
            case 6 -> "\"content\":\"TEXT\",\"refusal\":\"\"";
            case 7 -> "\"x\":\"abc\",\"content\":\"TEXT\"";
            case 8 -> "";
            default -> one(random, "", "\"role\":\"assistant\",") + "\"content\":\"TEXT\"";
        };
        String index = random.nextInt(12) == 0 ? "1" : "0";
        String end = random.nextInt(40) == 0 ? "\"length\"" : one(random, "null", "null", "\"\"");
        return "{" + one(random, "", "\"index\":" + index + ",") + "\"delta\":{" + delta + "},\"finish_reason\":" + end
                + one(random, "", ",\"index\":" + index) + "}";
    }

    private static String one(Random random, String... of) {
        return of[random.nextInt(of.length)];
    }

    /**
     * @param before the chunk up to where its text ends
     */
    private void learn(String before, String behind, String text) {
        byte[] json = (before + behind).getBytes(UTF_8);
        template.learn(json, json.length, 0, text, before.getBytes(UTF_8).length);
    }

    private void learn(String text) {
        learn(KNOWN.substring(0, KNOWN.indexOf("one")) + text, KNOWN.substring(KNOWN.indexOf("one") + 3), text);
    }

    private @Nullable String text(String chunk) {
        byte[] json = chunk.getBytes(UTF_8);
        return template.text(json, json.length);
    }
}
