package dev.turbochat.cli;

import dev.turbochat.Recipe;
import dev.turbochat.Replay;
import dev.turbochat.error.ProgramException.Diverged;
import dev.turbochat.memory.Entry;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** {@code turbo replay RECIPE JOURNAL...}: whether recorded sessions fit the code; exit 1 if one does not. */
final class ReplayCommand implements Action {
    @Override
    public void describe(CommandSpec spec) {
        spec.addOption(Commands.flag(
                        "--strict",
                        "Has a session fail, too, whose texts are other ones now (by default they are noted)."))
                .addPositional(Commands.parameter("RECIPE", String.class, "The recipe that wrote them."))
                .addPositional(PositionalParamSpec.builder()
                        .index("1..*")
                        .arity("1..*")
                        .type(List.class)
                        .auxiliaryTypes(Path.class)
                        .required(true)
                        .paramLabel("JOURNAL")
                        .description("What 'sessions export' wrote.")
                        .build());
    }

    @Override
    public int run(ParseResult parsed) throws InterruptedException {
        boolean strict = parsed.matchedOptionValue("--strict", false);
        String recipe = parsed.matchedPositionalValue(0, "");
        List<Path> journals = parsed.matchedPositionalValue(1, List.of());
        Recipe<?> found = Recipes.all().stream()
                .filter(one -> one.name().equals(recipe))
                .findFirst()
                .orElseThrow(() -> new ParameterException(
                        parsed.commandSpec().commandLine(),
                        "Recipe '" + recipe + "' is not known; 'turbo list' shows all"));
        PrintWriter out = parsed.commandSpec().commandLine().getOut();
        boolean fit = true;
        for (Path journal : journals) {
            List<Entry> entries = Export.read(journal);
            Replay.Report report = Replay.check(
                    entries, Recipes.program(found), start -> start.program(found.name(), found.version()));
            out.println(journal + ": " + verdict(report, entries.size(), strict));
            report.edits().forEach(edit -> out.println("    note: " + edit));
            fit &= strict ? report.isClean() : report.divergence().isEmpty();
        }
        out.flush();
        return fit ? 0 : 1;
    }

    private static String verdict(Replay.Report report, int entries, boolean strict) {
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
