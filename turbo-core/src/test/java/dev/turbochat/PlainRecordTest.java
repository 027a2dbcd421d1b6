package dev.turbochat;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.turbochat.step.Type;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class PlainRecordTest {
    private static final JsonMapper JACKSON = JsonMapper.shared();

    record Mixed(
            @Nullable String zebra,
            int count,
            @Option("Whether it shouts") boolean loud,
            String aardvark) {}

    record Nothing() {}

    record Checked(int count) {
        Checked {
            if (count < 0) {
                throw new IllegalArgumentException("count is " + count);
            }
        }

        @Override
        public String toString() {
            return "so many: " + count;
        }
    }

    record Renamed(@JsonProperty("other") String name) {}

    record Getting(String name) {
        public String getGreeting() {
            return "Hello, " + name;
        }
    }

    record NamedAsGetter(boolean isLoud, String getAway) {}

    record TwoConstructors(String name) {
        TwoConstructors(int number) {
            this("number " + number);
        }
    }

    record Comparing(String name) implements Comparable<Comparing> {
        @Override
        public int compareTo(Comparing other) {
            return name.compareTo(other.name);
        }
    }

    record Long64(long number) {}

    record Nested(Nothing inner) {}

    static Stream<Record> plain() {
        return Stream.of(
                new Mixed("z", 3, true, "a \"quoted\" one"),
                new Mixed(null, Integer.MIN_VALUE, false, ""),
                new Nothing(),
                new Checked(1));
    }

    static Stream<Record> others() {
        return Stream.of(
                new Renamed("x"),
                new Getting("x"),
                new NamedAsGetter(true, "x"),
                new TwoConstructors("x"),
                new Comparing("x"),
                new Long64(1),
                new Nested(new Nothing()));
    }

    @ParameterizedTest
    @MethodSource("plain")
    void a_plain_record_is_written_and_read_as_jackson_does_it(Record value) {
        JsonNode written = requireNonNull(PlainRecord.write(value));

        assertThat(written).hasToString(JACKSON.writeValueAsString(value));
        assertThat(JACKSON.readTree(written.toString())).isEqualTo(written);
        assertThat(PlainRecord.read(value.getClass(), written))
                .isEqualTo(value)
                .isEqualTo(JACKSON.treeToValue(written, value.getClass()));
    }

    @ParameterizedTest
    @MethodSource("others")
    void any_other_record_is_left_to_jackson(Record value) {
        JsonNode json = Json.of(value);

        assertThat(PlainRecord.write(value)).isNull();
        assertThat(PlainRecord.read(value.getClass(), json)).isNull();
        assertThat(json).hasToString(JACKSON.writeValueAsString(value));
        assertThat(Json.<Record>to(Type.of(value.getClass()), json)).isEqualTo(value);
    }

    @Test
    void what_is_no_record_is_left_to_jackson() {
        assertThat(PlainRecord.write("text")).isNull();
        assertThat(PlainRecord.write(null)).isNull();
        assertThat(PlainRecord.read(String.class, Json.of("text"))).isNull();
        assertThat(PlainRecord.read(Nothing.class, Json.of("text"))).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{'zebra':'z','count':3,'loud':true}",
                "{'zebra':'z','count':3,'loud':true,'aardvark':'a','more':1}",
                "{'zebra':'z','count':3.5,'loud':true,'aardvark':'a'}",
                "{'zebra':'z','count':'3','loud':true,'aardvark':'a'}",
                "{'zebra':'z','count':null,'loud':true,'aardvark':'a'}",
                "{'zebra':7,'count':3,'loud':true,'aardvark':'a'}"
            })
    void json_that_is_not_just_the_components_is_left_to_jackson(String json) {
        assertThat(PlainRecord.read(Mixed.class, JACKSON.readTree(json.replace('\'', '"'))))
                .isNull();
    }

    @Test
    void what_a_constructor_throws_comes_from_jackson() {
        JsonNode json = JACKSON.readTree("{\"count\":-1}");

        assertThat(PlainRecord.read(Checked.class, json)).isNull();
        assertThatThrownBy(() -> Json.to(Type.of(Checked.class), json))
                .isInstanceOf(JacksonException.class)
                .hasMessageContaining("count is -1");
    }
}
