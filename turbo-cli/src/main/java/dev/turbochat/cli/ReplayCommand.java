package dev.turbochat.cli;

import dev.turbochat.Recipe;
import dev.turbochat.Replay;
import dev.turbochat.error.ProgramException.Diverged;
import dev.turbochat.memory.Entry;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
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

    @Option(
            names = "--strict",
            description = "Has a session fail, too, whose texts are other ones now (by default they are noted).")
    private boolean strict;

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
        boolean fit = true;
        for (Path journal : journals) {
            List<Entry> entries = Export.read(journal);
            Replay.Report report = Replay.check(
                    entries, Recipes.program(found), start -> start.program(found.name(), found.version()));
            out.println(journal + ": " + verdict(report, entries.size()));
            report.edits().forEach(edit -> out.println("    note: " + edit));
            fit &= strict ? report.isClean() : report.divergence().isEmpty();
        }
        out.flush();
        return fit ? 0 : 1;
    }

    private String verdict(Replay.Report report, int entries) {
        int edits = report.edits().size();
        if (report.divergence().isPresent()) {
            return report.divergence().map(Diverged::getMessage).orElseThrow();
        }
        if (edits == 0) {
            return "ok, " + entries + " entries";
        }
        String words = edits == 1 ? "1 says something else" : edits + " say something else";
        return (strict ? "edited, " : "ok, ") + entries + " entries, of which " + words + " now";
    }
}
