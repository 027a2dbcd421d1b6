package dev.turbochat.cli;

import dev.turbochat.error.TurboException;
import dev.turbochat.memory.Memories;
import dev.turbochat.memory.Memory;
import dev.turbochat.model.ModelProvider;
import dev.turbochat.model.Models;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code turbo doctor}: what is found on this machine, what is missing and how to get it. */
@Command(
        name = "doctor",
        description = "Says what is found here, and what is missing.",
        mixinStandardHelpOptions = true)
final class DoctorCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(
            names = "--memory",
            paramLabel = "URI",
            description = "Examines this memory: heap:, file:PATH, redis://HOST; by default file: in your data folder.")
    private String memory = "file:";

    @Override
    public void run() {
        PrintWriter out = spec.commandLine().getOut();
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
        examine(out);
        out.flush();
    }

    private void examine(PrintWriter out) {
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
