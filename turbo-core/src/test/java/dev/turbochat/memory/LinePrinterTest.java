package dev.turbochat.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/** What is put together by hand is what Jackson writes. */
class LinePrinterTest {
    private static String text(LinePrinter json) {
        return new String(json.bytes(0), StandardCharsets.UTF_8);
    }

    @Test
    void objects_and_arrays_are_put_together_without_blanks() {
        LinePrinter json = new LinePrinter(1);
        json.begin().member("a", 1);
        json.member("b").beginArray();
        json.element().begin().member("c", true);
        json.end();
        json.element().begin().end();
        json.endArray();
        json.member("d").beginArray().endArray();
        json.member("e").json("[2]".getBytes(StandardCharsets.UTF_8));
        json.member("f", (String) null);
        json.member("g", false);
        json.end();
        assertThat(text(json))
                .isEqualTo("{\"a\":1,\"b\":[{\"c\":true},{}],\"d\":[],\"e\":[2],\"f\":null,\"g\":false}")
                .hasSize(json.length());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "plain",
                "quote \" backslash \\ slash /",
                "\b\f\n\r\t\u0000\u001f\u007f\u0080\u07ff\u0800\uffff",
                "Zo\u00eb \u4f60\u597d \ud83d\ude00\n",
                "\ud83d",
                "\ude00\ud83d",
                "\ud83dx",
                "\udbff\udfff\ud800\udc00"
            })
    void a_text_is_written_as_jackson_writes_it(String value) {
        assertThat(written(value)).isEqualTo(byJackson(value));
    }

    @Test
    void any_text_is_written_as_jackson_writes_it_and_read_again() {
        Random random = new Random(1);
        String signs = "abc \"\\/\n\t\u0001\u00e9\u20ac\ud83d\ude00\ud83d\ude00";
        for (int i = 0; i < 2_000; i++) {
            StringBuilder value = new StringBuilder();
            for (int length = random.nextInt(20); length > 0; length--) {
                value.append(signs.charAt(random.nextInt(signs.length())));
            }
            byte[] line = written(value.toString());
            assertThat(line).isEqualTo(byJackson(value.toString()));
            assertThat(new LineScanner(line).begin().member("a").string()).isEqualTo(value.toString());
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 9, 10, 99, 100, 1_234_567_890, Long.MAX_VALUE, -1, Long.MIN_VALUE})
    void a_number_is_written_as_jackson_writes_it(long value) {
        LinePrinter json = new LinePrinter(8);
        json.begin().member("a", value);
        json.end();
        assertThat(json.bytes(0)).isEqualTo(byJackson(value));
    }

    private static byte[] written(String value) {
        LinePrinter json = new LinePrinter(8);
        json.begin().member("a", value);
        json.end();
        return json.bytes(0);
    }

    private static byte[] byJackson(Object value) {
        Map<String, Object> object = new HashMap<>();
        object.put("a", value);
        return JsonMapper.shared().writeValueAsBytes(object);
    }
}
