package dev.turbochat.cli;

import dev.turbochat.Program;
import dev.turbochat.Recipe;
import java.util.List;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/** The recipes on the class path. */
final class Recipes {
    private Recipes() {}

    /** A recipe as a program, which reads its options as the run's context. */
    @SuppressWarnings("NullAway") // a recipe may well return null
    static <O extends Record> Program<@Nullable Object> program(Recipe<O> recipe) {
        return chat -> recipe.run(chat, chat.context(recipe.options()));
    }

    private static String rank(Recipe<?> recipe) {
        return recipe.name().equals("chat") ? "" : recipe.name();
    }

    /** All of them: {@code chat} first, the others by name. */
    static List<Recipe<?>> all() {
        return ServiceLoader.load(Recipe.class).stream()
                .<Recipe<?>>map(ServiceLoader.Provider::get)
                .sorted((one, other) -> rank(one).compareTo(rank(other)))
                .toList();
    }
}
