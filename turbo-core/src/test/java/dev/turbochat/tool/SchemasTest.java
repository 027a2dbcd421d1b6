package dev.turbochat.tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.turbochat.step.AnyTool;
import dev.turbochat.step.Type;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class SchemasTest {
    enum Size {
        SMALL,
        LARGE
    }

    record Item(
            @JsonPropertyDescription("What it is called") String name, int count) {}

    record Order(
            Size size,
            List<Item> items,
            Optional<String> note,
            @Nullable String gift,
            Map<String, Double> prices,
            Instant at) {}

    sealed interface Shape {
        record Circle(double radius) implements Shape {}

        record Square(double side) implements Shape {}
    }

    record Drawing(List<Shape> shapes) {}

    record Tree(String name, List<Tree> children) {}

    @Test
    void records_are_objects_whose_components_are_required_unless_they_may_be_left_out() {
        ObjectNode schema = Schemas.of(Order.class);
        assertThat(schema.path("required").toString()).isEqualTo("[\"size\",\"items\",\"prices\",\"at\"]");
        assertThat(List.copyOf(schema.path("properties").propertyNames()))
                .containsExactly("size", "items", "note", "gift", "prices", "at");
        assertThat(schema.at("/properties/size/enum").toString()).isEqualTo("[\"SMALL\",\"LARGE\"]");
        assertThat(schema.at("/properties/items/items/properties/name/description")
                        .asString())
                .isEqualTo("What it is called");
        assertThat(schema.at("/properties/at").toString()).isEqualTo("{\"type\":\"string\",\"format\":\"date-time\"}");
        assertThat(schema.path("additionalProperties").booleanValue(true)).isFalse();
        assertThat(schema.toString()).doesNotContain("int32").doesNotContain("double\"");
    }

    @Test
    void the_records_of_a_sealed_type_are_told_apart_by_their_names() {
        ObjectNode schema = Schemas.of(Drawing.class);
        assertThat(schema.at("/properties/shapes/items/anyOf/0/properties/type").toString())
                .isEqualTo("{\"type\":\"string\",\"const\":\"Circle\"}");
        Drawing drawing = Arguments.of(Drawing.class)
                .read(json("{\"shapes\":[{\"type\":\"Square\",\"side\":2},{\"type\":\"Circle\",\"radius\":1.5}]}"));
        assertThat(drawing.shapes()).containsExactly(new Shape.Square(2), new Shape.Circle(1.5));
        assertThatThrownBy(() -> Arguments.of(Drawing.class).read(json("{\"shapes\":[{\"type\":\"Blob\"}]}")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Blob");
    }

    @Test
    void a_strict_schema_requires_all_and_lets_what_may_be_left_out_be_null() {
        ObjectNode schema = Schemas.strict(Schemas.of(Order.class));
        assertThat(schema.path("required")).hasSize(6);
        assertThat(schema.at("/properties/note/type").toString()).isEqualTo("[\"string\",\"null\"]");
        assertThat(schema.at("/properties/gift/type").toString()).isEqualTo("[\"string\",\"null\"]");
        assertThat(Schemas.isClosed(schema)).as("it has a map").isFalse();
        assertThat(Schemas.isClosed(Schemas.of(Drawing.class))).isTrue();
    }

    @Test
    void a_type_that_holds_itself_is_referred_to_also_within_another() {
        assertThat(Schemas.of(Tree.class).at("/properties/children/items/$ref").asString())
                .isEqualTo("#");
        ObjectNode whole =
                (ObjectNode) Structure.of(new Type<List<Tree>>() {}).schema().schema();
        String reference = whole.findPath("$ref").asString();
        JsonNode list = whole.at(reference.substring(1));
        assertThat(list.at("/items/properties/children/$ref").asString())
                .as(whole.toString())
                .isEqualTo(reference);
    }

    @Test
    void what_is_missing_is_named_where_it_is_missing() {
        assertThatThrownBy(() -> Schemas.check(
                        Schemas.of(Order.class),
                        json("{\"size\":\"SMALL\",\"items\":[{\"name\":\"a\",\"count\":1},{\"name\":\"b\"}]}")))
                .hasMessage("'prices' is missing; it is required.");
        assertThatThrownBy(
                        () -> Schemas.check(
                                Schemas.of(Order.class),
                                json(
                                        "{\"size\":\"SMALL\",\"prices\":{},\"at\":\"x\",\"items\":[{\"name\":\"a\",\"count\":1},{\"name\":\"b\"}]}")))
                .hasMessage("'items[1].count' is missing; it is required.");
    }

    /** A service with tools. */
    public static final class Shop {
        @ToolMethod("Looks an order up")
        public String lookup(@JsonPropertyDescription("Its number") int order, Optional<String> hint) {
            return order + hint.orElse("");
        }

        @ToolMethod(value = "Refunds an order", name = "refund", needsApproval = true, idempotent = true)
        public String giveBack(Item item, AnyTool.Run run) {
            return item.name() + run.key();
        }
    }

    @Test
    void annotated_methods_are_tools() throws Exception {
        List<Tool> tools = Tool.from(new Shop());
        assertThat(tools).extracting(tool -> tool.spec().name()).containsExactly("refund", "lookup");
        Tool refund = tools.getFirst();
        Tool lookup = tools.getLast();
        assertThat(lookup.spec()
                        .parameters()
                        .at("/properties/order/description")
                        .asString())
                .isEqualTo("Its number");
        assertThat(lookup.spec().parameters().path("required").toString()).isEqualTo("[\"order\"]");
        assertThat(refund.isIdempotent()).isTrue();
        AnyTool.Run run = new AnyTool.Run() {
            @Override
            public String key() {
                return "!";
            }

            @Override
            public void progress(String text) {}
        };
        AnyTool.Ready ready = refund.prepare(json("{\"item\":{\"name\":\"tea\",\"count\":1}}"));
        assertThat(ready.needsApproval()).isTrue();
        assertThat(ready.run(run)).isEqualTo("tea!");
        assertThat(lookup.prepare(json("{\"order\":7}")).run(run)).isEqualTo("7");
        assertThatThrownBy(() -> lookup.prepare(json("{}"))).hasMessage("'order' is missing; it is required.");
        assertThatThrownBy(() -> lookup.prepare(json("{\"order\":\"x\"}")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Tool.from("nothing"))
                .hasMessage("java.lang.String has no tools; put @ToolMethod(\"what it does\") on its public methods.");
    }

    private static JsonNode json(String text) {
        return JsonMapper.shared().readTree(text);
    }
}
