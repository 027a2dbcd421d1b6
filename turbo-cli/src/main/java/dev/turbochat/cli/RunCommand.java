package dev.turbochat.cli;

import dev.turbochat.Recipe;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.InitializationException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code turbo run RECIPE}: has a command for each recipe. */
@Command(
        name = "run",
        description = "Runs a recipe.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "RECIPE")
final class RunCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    /**
     * @param args all arguments: recipes are looked at only if a recipe is to be run, and where one is named, no other
     */
    static CommandLine commandLine(String... args) {
        CommandLine run = new CommandLine(new RunCommand());
        if (args.length > 0 && args[0].equals("run")) {
            List<Recipe<?>> all = Recipes.all();
            List<Recipe<?>> named = all.stream()
                    .filter(recipe -> args.length > 1 && recipe.name().equals(args[1]))
                    .toList();
            (named.isEmpty() ? all : named).forEach(recipe -> add(run, recipe));
        }
        return run;
    }

    /** One recipe that cannot be run does not keep the others from it. */
    private static void add(CommandLine run, Recipe<?> recipe) {
        try {
            run.addSubcommand(recipe.name(), new RecipeCommand<>(recipe).commandLine());
        } catch (InitializationException e) {
            System.err.println("turbo: recipe '" + recipe.name() + "' is left out, since an option of it or its name is"
                    + " taken: " + Shell.oneLine(e.getMessage()));
        }
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Say which recipe to run; 'turbo list' shows them");
    }
}
