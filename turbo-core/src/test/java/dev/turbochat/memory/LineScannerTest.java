package dev.turbochat.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

class LineScannerTest {
    private static LineScanner of(String json) {
        return new LineScanner(json.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void members_and_elements_are_come_to_in_their_order() {
        LineScanner in = of("{\"a\":1,\"c\":[{\"d\":\"x\"},{\"d\":\"y\"}],\"e\":true,\"f\":[],\"g\":{},\"h\":false}");
        assertThat(in.begin().member("a").number()).isEqualTo(1);
        assertThat(in.has("b")).isFalse();
        in.member("c").beginArray();
        assertThat(in.element()).isTrue();
        assertThat(in.begin().member("d").string()).isEqualTo("x");
        in.end();
        assertThat(in.element()).isTrue();
        assertThat(in.begin().member("d").string()).isEqualTo("y");
        in.end();
        assertThat(in.element()).isFalse();
        assertThat(in.has("e") && in.bool()).isTrue();
        in.member("f").beginArray();
        assertThat(in.element()).isFalse();
        in.member("g").begin();
        assertThat(in.isAtEnd()).isTrue();
        in.end();
        assertThat(in.name()).isEqualTo("h");
        assertThat(in.bool()).isFalse();
        in.end();
        assertThat(in.isOver()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "plain",
                "quote \" backslash \\ slash /",
                "\b\f\n\r\t\u0000\u001f\u007f",
                "Zo\u00eb \u4f60\u597d \ud83d\ude00\n",
                "\ud83d alone",
                "ends with a backslash \\"
            })
    void any_text_is_read_as_jackson_writes_it(String text) {
        byte[] json = JsonMapper.shared().writeValueAsBytes(text);
        assertThat(new LineScanner(json).string()).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\\u00FC\\u00fc\\/\\b\\f", "\\ud83d\\ude00", "\\ud83d"})
    void escapes_are_read_however_they_are_written(String escaped) {
        String json = "\"" + escaped + "\"";
        assertThat(of(json).string()).isEqualTo(JsonMapper.shared().readValue(json, String.class));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x\"",
                "\"",
                "\"x",
                "\"\\\"",
                "\"\\",
                "\"\\x\"",
                "\"\\u12\"",
                "\"\\u12g4\"",
                "\"\\u\u0661234\"",
                "\"\n\"",
                "\"\ufffd\""
            })
    void a_text_that_is_none_or_may_be_none_is_unusual(String json) {
        assertThatThrownBy(() -> of(json).string()).isInstanceOf(LineScanner.Unusual.class);
    }

    @Test
    void bytes_that_are_no_text_are_unusual() {
        byte[] half = {'"', (byte) 0xC3, '"'};
        byte[] surrogate = {'"', (byte) 0xED, (byte) 0xA0, (byte) 0x80, '"'};
        byte[] escaped = {'"', '\\', (byte) 0xC3, (byte) 0xBC, '"'};
        for (byte[] bytes : new byte[][] {half, surrogate, escaped}) {
            assertThatThrownBy(() -> new LineScanner(bytes).string()).isInstanceOf(LineScanner.Unusual.class);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 10, Integer.MAX_VALUE, Long.MAX_VALUE})
    void numbers_are_read_up_to_the_largest(long number) {
        assertThat(of(number + "}").number()).isEqualTo(number);
        assertThat(of(number + ",").scalar()).isEqualTo(number == (int) number ? (Object) (int) number : number);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "}",
                "-1}",
                "01}",
                "1",
                "1.5}",
                "1e3}",
                "1 }",
                "9223372036854775808}",
                "9999999999999999999}",
                "10000000000000000000}",
                "null}"
            })
    void other_numbers_are_unusual(String json) {
        assertThatThrownBy(() -> of(json).number()).isInstanceOf(LineScanner.Unusual.class);
        assertThatThrownBy(() -> of(json).scalar()).isInstanceOf(LineScanner.Unusual.class);
    }

    @Test
    void an_int_is_no_larger_than_one() {
        assertThatThrownBy(() -> of("2147483648}").integer()).isInstanceOf(LineScanner.Unusual.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"tru}", "falsy", "1", ""})
    void other_truths_are_unusual(String json) {
        assertThatThrownBy(() -> of(json).bool()).isInstanceOf(LineScanner.Unusual.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"{\"b\":1}", "{ \"a\":1}", "{\"a\" :1}", "{,\"a\":1}", "{\"ab\":1}", "{\"a", "{", "[\"a\":1]", ""
            })
    void a_member_that_is_not_there_is_unusual(String json) {
        assertThatThrownBy(() -> of(json).begin().member("a")).isInstanceOf(LineScanner.Unusual.class);
    }
}
