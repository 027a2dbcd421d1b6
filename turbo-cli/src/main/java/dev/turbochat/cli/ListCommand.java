package dev.turbochat.cli;

import java.io.PrintWriter;
import java.util.Map;
import picocli.CommandLine.ParseResult;

/** {@code turbo list}: the recipes with their options. */
final class ListCommand implements Action {
    @Override
    public int run(ParseResult parsed) {
        PrintWriter out = parsed.commandSpec().commandLine().getOut();
        Recipes.all().forEach(recipe -> {
            out.printf("%-20s %s%n", recipe.name(), recipe.description());
            new RecipeOptions<>(recipe.options(), Map.of()).lines().forEach(line -> out.println("    " + line));
        });
        out.flush();
        return 0;
    }
}
