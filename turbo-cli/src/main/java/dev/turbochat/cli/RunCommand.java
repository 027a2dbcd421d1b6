package dev.turbochat.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
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

    static CommandLine commandLine() {
        CommandLine run = new CommandLine(new RunCommand());
        Recipes.all().forEach(recipe -> run.addSubcommand(recipe.name(), new RecipeCommand<>(recipe).commandLine()));
        return run;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Say which recipe to run; 'turbo list' shows them");
    }
}
