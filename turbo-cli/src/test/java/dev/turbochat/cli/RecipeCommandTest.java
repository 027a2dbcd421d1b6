package dev.turbochat.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.turbochat.Recipe;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.InitializationException;

/** Recipes whose options have names that are taken. */
class RecipeCommandTest {
    record Memory(String memory) {}

    record Help(boolean help) {}

    private record Named<O extends Record>(Class<O> options) implements Recipe<O> {
        @Override
        public String name() {
            return "named";
        }

        @Override
        public String description() {
            return "Has an option";
        }

        @Override
        public @Nullable Object run(dev.turbochat.Chat chat, O given) {
            return null;
        }
    }

    @Test
    void an_option_that_every_recipe_has_cannot_be_one_of_its_own() {
        assertThatThrownBy(() -> RecipeCommand.of(new Named<>(Memory.class)))
                .isInstanceOf(InitializationException.class)
                .hasMessageContaining("Option name '--memory' is used by both");
    }

    @Test
    void a_recipe_with_an_option_help_of_its_own_has_not_the_standard_ones() {
        assertThat(RecipeCommand.of(new Named<>(Help.class)).optionsMap())
                .containsKeys("--help", "--memory")
                .doesNotContainKeys("-h", "-V", "--version");
    }
}
