package dev.turbochat.cli;

import dev.turbochat.Recipe;
import dev.turbochat.console.Console;
import java.util.ArrayList;
import java.util.List;

/** {@code turbo}: asks which recipe, and for the options that it needs, and runs it. The menu is itself a chat program. */
final class Menu {
    private Menu() {}

    static int run() {
        List<Recipe<?>> recipes = Recipes.all();
        List<String> labels = recipes.stream()
                .map(recipe -> String.format("%-20s %s", recipe.name(), recipe.description()))
                .toList();
        List<String> command = new ArrayList<>();
        int status = Console.run(
                chat -> {
                    Recipe<?> recipe = recipes.get(labels.indexOf(chat.choose("What would you like to run?", labels)));
                    command.addAll(List.of("run", recipe.name()));
                    new RecipeOptions<>(recipe.options(), System.getenv())
                            .required()
                            .forEach((flag, what) -> command.add(flag + "=" + chat.ask(what + "?")));
                },
                console -> console.model((prompt, listener) -> {
                    throw new IllegalStateException("The menu asks no model.");
                }));
        return status != 0 || command.isEmpty() ? status : Turbo.execute(command.toArray(String[]::new));
    }
}
