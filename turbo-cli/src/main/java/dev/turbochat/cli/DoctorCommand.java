package dev.turbochat.cli;

import dev.turbochat.error.TurboException;
import dev.turbochat.memory.Memories;
import dev.turbochat.memory.Memory;
import dev.turbochat.model.ModelProvider;
import dev.turbochat.model.Models;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
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
        try (Memory memory = Memories.open("file:")) {
            line(out, "Memory", memory + ", " + memory.sessions().size() + " sessions");
        } catch (TurboException e) {
            line(out, "Memory", "not usable: " + e.getMessage());
        }
        out.flush();
    }

    private static void line(PrintWriter out, String what, String found) {
        out.printf("%-10s%s%n", what, found);
    }
}
