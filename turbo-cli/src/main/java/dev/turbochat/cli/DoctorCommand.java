package dev.turbochat.cli;

import dev.turbochat.error.TurboException;
import dev.turbochat.memory.Memories;
import dev.turbochat.memory.Memory;
import dev.turbochat.model.ModelProvider;
import dev.turbochat.model.Models;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code turbo doctor}: what is found on this machine, what is missing and how to get it. */
final class DoctorCommand implements Action {
    @Override
    public void describe(CommandSpec spec) {
        spec.addOption(Commands.option(
                "--memory",
                "URI",
                "Examines this memory: heap:, file:PATH, redis://HOST; by default file: in your data folder."));
    }

    @Override
    public int run(ParseResult parsed) {
        PrintWriter out = parsed.commandSpec().commandLine().getOut();
        line(out, "turbo", Version.ofBuild());
        line(
                out,
                "Java",
                Runtime.version() + " (" + System.getProperty("java.vendor") + ", " + System.getProperty("java.home")
                        + ")");
        line(out, "Terminal", System.getenv("TERM") == null ? "none" : System.getenv("TERM"));
        out.println("Models");
        for (ModelProvider provider : Models.providers()) {
            provider.status(System.getenv()).lines().forEach(status -> out.println("  " + status));
        }
        line(out, "Used", Models.detect() + " (where --model is not given)");
        examine(parsed.matchedOptionValue("--memory", "file:"), out);
        out.flush();
        return 0;
    }

    private static void examine(String memory, PrintWriter out) {
        try (Memory opened = Memories.open(memory)) {
            List<String> found = opened.examine();
            line(out, "Memory", opened + ", " + sessions(opened));
            found.forEach(line -> out.println("  " + line));
        } catch (TurboException e) {
            line(out, "Memory", "not usable: " + e.getMessage());
        }
    }

    private static String sessions(Memory opened) {
        try {
            return opened.sessions().size() + " sessions";
        } catch (TurboException e) {
            return "not usable: " + e.getMessage();
        }
    }

    private static void line(PrintWriter out, String what, String found) {
        out.printf("%-10s%s%n", what, found);
    }
}
