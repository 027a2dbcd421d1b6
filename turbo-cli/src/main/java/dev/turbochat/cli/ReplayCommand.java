package dev.turbochat.cli;

import dev.turbochat.Recipe;
import dev.turbochat.Replay;
import dev.turbochat.error.ProgramException.Diverged;
import dev.turbochat.memory.Entry;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code turbo replay RECIPE JOURNAL...}: whether recorded sessions fit the code; exit 1 if one does not. */
@Command(
        name = "replay",
        description = "Checks exported sessions against a recipe's code, without calling anything.",
        mixinStandardHelpOptions = true)
final class ReplayCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "RECIPE", description = "The recipe that wrote them.")
    private String recipe = "";

    @Parameters(index = "1..*", arity = "1..*", paramLabel = "JOURNAL", description = "What 'sessions export' wrote.")
    private List<Path> journals = List.of();

    @Override
    public Integer call() throws InterruptedException {
        Recipe<?> found = Recipes.all().stream()
                .filter(one -> one.name().equals(recipe))
                .findFirst()
                .orElseThrow(() -> new ParameterException(
                        spec.commandLine(), "Recipe '" + recipe + "' is not known; 'turbo list' shows all"));
        PrintWriter out = spec.commandLine().getOut();
        int diverged = 0;
        for (Path journal : journals) {
            List<Entry> entries = Export.read(journal);
            Optional<Diverged> difference = Replay.check(entries, Recipes.program(found));
            out.println(
                    journal + ": " + difference.map(Diverged::getMessage).orElse("ok, " + entries.size() + " entries"));
            diverged += difference.isPresent() ? 1 : 0;
        }
        out.flush();
        return diverged == 0 ? 0 : 1;
    }
}
