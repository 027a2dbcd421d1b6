package dev.turbochat.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.turbochat.Recipe;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

class RecipesTest {
    @Test
    void every_example_is_found_by_its_name() {
        assertThat(ServiceLoader.load(Recipe.class))
                .extracting(recipe -> recipe.name())
                .containsExactlyInAnyOrder(
                        "chat",
                        "extraction",
                        "horoscope",
                        "image-description",
                        "pizza",
                        "question-answering",
                        "reminder",
                        "self-ask",
                        "summarise",
                        "support",
                        "twenty-questions");
    }
}
