package dev.turbochat.cli;

import java.io.PrintWriter;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code turbo list}: the recipes with their options. */
@Command(name = "list", description = "Lists the recipes with their options.", mixinStandardHelpOptions = true)
final class ListCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public void run() {
        PrintWriter out = spec.commandLine().getOut();
        Recipes.all().forEach(recipe -> {
            out.printf("%-20s %s%n", recipe.name(), recipe.description());
            new RecipeOptions<>(recipe.options(), Map.of()).lines().forEach(line -> out.println("    " + line));
        });
        out.flush();
    }
}
