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
                    List<String> flags = new ArrayList<>();
                    new RecipeOptions<>(recipe.options(), System.getenv())
                            .required()
                            .forEach((flag, what) -> flags.add(flag + "=" + Shell.atHome(chat.ask(what + "?"))));
                    command.addAll(List.of("run", recipe.name())); // who leaves at a question runs nothing
                    command.addAll(flags);
                },
                console -> console.model((prompt, listener) -> {
                    throw new IllegalStateException("The menu asks no model.");
                }));
        return status != 0 || command.isEmpty() ? status : Turbo.execute(command.toArray(String[]::new));
    }
}
