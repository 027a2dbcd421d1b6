package dev.turbochat.tool;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

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
    void print() {
        System.out.println(Schemas.of(Order.class).toPrettyString());
        System.out.println(Schemas.of(Drawing.class).toPrettyString());
        System.out.println(Schemas.of(Tree.class).toPrettyString());
        System.out.println(Schemas.of(Shape.class).toPrettyString());
        assertThat(Schemas.of(Tree.class)).isNotNull();
    }
}
