package dev.turbochat.cli;

import dev.turbochat.Recipe;
import dev.turbochat.console.Console;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/** {@code turbo}: asks which recipe, and runs it. The menu is itself a chat program. */
final class Menu {
    private Menu() {}

    static int run() {
        List<Recipe<?>> recipes = Recipes.all();
        List<String> labels = recipes.stream()
                .map(recipe -> String.format("%-18s %s", recipe.name(), recipe.description()))
                .toList();
        AtomicReference<Recipe<?>> chosen = new AtomicReference<>();
        int status = Console.run(
                chat -> {
                    String label = chat.choose("What would you like to run?", labels);
                    chosen.set(recipes.get(labels.indexOf(label)));
                },
                console -> console.model((prompt, listener) -> {
                    throw new IllegalStateException("The menu asks no model.");
                }));
        Recipe<?> recipe = chosen.get();
        return status != 0 || recipe == null ? status : Turbo.execute("run", recipe.name());
    }
}
