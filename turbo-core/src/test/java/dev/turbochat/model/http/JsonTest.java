package dev.turbochat.model.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import okio.Buffer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.exc.UnexpectedEndOfInputException;

class JsonTest {
    @Test
    void what_json_can_hold_is_written() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("t", "a\"\\\n\u0001\u00E9\uD83D\uDE00");
        map.put("n", Arrays.asList(1, 2L, (short) 3, (byte) 4, 1.5, 2.5f, new BigInteger("12345678901234567890")));
        map.put("d", new BigDecimal("0.10"));
        map.put("x", new Object[] {true, null, Map.of()});
        assertThat(written(map))
                .isEqualTo("{\"t\":\"a\\\"\\\\\\n\\u0001\u00E9\uD83D\uDE00\","
                        + "\"n\":[1,2,3,4,1.5,2.5,12345678901234567890],\"d\":0.10,\"x\":[true,null,{}]}");
    }

    @Test
    void what_json_cannot_hold_is_refused_by_its_field() {
        assertThatThrownBy(() -> written(List.of(new Object() {})))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("Field 'f' was given a value of dev.turbochat.model.http.JsonTest");
        assertThatThrownBy(() -> written(Double.NaN)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> written(Float.POSITIVE_INFINITY)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void lone_surrogates_become_replacement_characters() {
        assertThat(Json.wellFormed("a\uD83Db\uDE00c\uD83D\uDE00\uD83D")).isEqualTo("a\uFFFDb\uFFFDc\uD83D\uDE00\uFFFD");
        String fine = "fine \uD83D\uDE00";
        assertThat(Json.wellFormed(fine)).isSameAs(fine);
        assertThat(written("\uD800")).isEqualTo("\"\uFFFD\"");
    }

    @Test
    void one_parser_reads_document_after_document() {
        try (JsonParser parser = Json.parser()) {
            for (int i = 0; i < 1000; i++) {
                byte[] json = ("{\"i\":" + i + ",\"t\":\"\u00FC\",\"o\":{\"a\":[1,{}]}}").getBytes(UTF_8);
                Json.feed(parser, json, json.length);
                Json.skip(parser);
                Json.end(parser);
            }
        }
    }

    @Test
    void a_document_that_ends_early_is_told_from_one_that_is_wrong() {
        assertThatThrownBy(() -> skipped("{\"a\":[1,2")).isInstanceOf(UnexpectedEndOfInputException.class);
        assertThatThrownBy(() -> skipped("{\"a\"")).isInstanceOf(UnexpectedEndOfInputException.class);
        assertThatThrownBy(() -> skipped("{\"a\":}"))
                .isInstanceOf(JacksonException.class)
                .isNotInstanceOf(UnexpectedEndOfInputException.class);
        assertThatThrownBy(() -> skipped("{} {}")).isInstanceOf(JacksonException.class);
        assertThatThrownBy(() -> skipped("{} x")).isInstanceOf(JacksonException.class);
    }

    private static void skipped(String text) {
        byte[] json = text.getBytes(UTF_8);
        try (JsonParser parser = Json.parser()) {
            Json.feed(parser, json, json.length);
            Json.skip(parser);
            Json.end(parser);
        }
    }

    private static String written(@Nullable Object value) {
        Buffer buffer = new Buffer();
        try (JsonGenerator out = Json.writer(buffer)) {
            Json.value(out, "f", value);
        }
        return buffer.readUtf8();
    }
}
