package dev.turbochat.cli;

import dev.turbochat.Recipe;
import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;

/** The recipes on the class path. */
final class Recipes {
    private Recipes() {}

    /** All of them: {@code chat} first, the others by name. */
    static List<Recipe<?>> all() {
        return ServiceLoader.load(Recipe.class).stream()
                .<Recipe<?>>map(ServiceLoader.Provider::get)
                .sorted(Comparator.comparing(
                                (Recipe<?> recipe) -> !recipe.name().equals("chat"))
                        .thenComparing(Recipe::name))
                .toList();
    }
}
