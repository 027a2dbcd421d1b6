package dev.turbochat.cli;

import dev.turbochat.Recipe;
import java.util.List;
import picocli.CommandLine.InitializationException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** {@code turbo run RECIPE}: has a command for each recipe. */
final class RunCommand implements Action {
    private final String[] args;

    /**
     * @param args all arguments: recipes are looked at only if a recipe is to be run, and where one is named, no other
     */
    RunCommand(String... args) {
        this.args = args;
    }

    @Override
    public void describe(CommandSpec spec) {
        spec.usageMessage().synopsisSubcommandLabel("RECIPE");
        if (args.length > 0 && args[0].equals("run")) {
            List<Recipe<?>> all = Recipes.all();
            List<Recipe<?>> named = all.stream()
                    .filter(recipe -> args.length > 1 && recipe.name().equals(args[1]))
                    .toList();
            (named.isEmpty() ? all : named).forEach(recipe -> add(spec, recipe));
        }
    }

    /** One recipe that cannot be run does not keep the others from it. */
    private static void add(CommandSpec run, Recipe<?> recipe) {
        try {
            run.addSubcommand(recipe.name(), RecipeCommand.of(recipe));
        } catch (InitializationException e) {
            System.err.println("turbo: recipe '" + recipe.name() + "' is left out, since an option of it or its name is"
                    + " taken: " + Shell.oneLine(e.getMessage()));
        }
    }

    @Override
    public int run(ParseResult parsed) {
        throw new ParameterException(
                parsed.commandSpec().commandLine(), "Say which recipe to run; 'turbo list' shows them");
    }
}
