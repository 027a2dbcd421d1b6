package dev.turbochat.cli;

import dev.turbochat.error.TurboException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The {@code turbo} command. Exit status: 0 if all went well or the session sleeps, 1 for a failure, 2 for wrong usage. */
@Command(
        name = "turbo",
        description = "Chat programs as plain Java methods. Without a command: a menu of recipes.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        synopsisSubcommandLabel = "[COMMAND]")
public final class Turbo implements Runnable {
    private Turbo() {}

    /** Runs the command and exits with its status. */
    public static void main(String[] args) {
        System.exit(execute(args));
    }

    static int execute(String... args) {
        return commandLine().execute(args);
    }

    static CommandLine commandLine() {
        CommandLine line = new CommandLine(new Turbo());
        line.addSubcommand(RunCommand.commandLine());
        line.addSubcommand(new ListCommand());
        line.addSubcommand(new SessionsCommand());
        line.addSubcommand(new ReplayCommand());
        line.addSubcommand(new DoctorCommand());
        line.setOut(new PrintWriter(System.out, true, StandardCharsets.UTF_8));
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setParameterExceptionHandler(Turbo::usage);
        line.setExecutionExceptionHandler(Turbo::failure);
        line.setExecutionStrategy(parsed -> {
            boolean bare =
                    parsed.subcommand() == null && parsed.matchedOptions().isEmpty();
            return bare ? Menu.run() : new CommandLine.RunLast().execute(parsed);
        });
        return line;
    }

    private static int usage(ParameterException e, String[] args) {
        CommandLine line = e.getCommandLine();
        CommandSpec spec = line.getCommandSpec();
        boolean unknownRecipe =
                e instanceof UnmatchedArgumentException && spec.name().equals("run");
        String message = unknownRecipe
                ? "Recipe '" + ((UnmatchedArgumentException) e).getUnmatched().getFirst()
                        + "' is not known; 'turbo list' shows all"
                : Shell.oneLine(e.getMessage());
        line.getErr().println("turbo: " + message + " ('" + spec.qualifiedName() + " --help' shows how)");
        return CommandLine.ExitCode.USAGE;
    }

    private static int failure(Exception e, CommandLine line, CommandLine.ParseResult parsed) throws Exception {
        if (e instanceof TurboException) {
            line.getErr().println("turbo: " + Shell.oneLine(e.getMessage()));
            return CommandLine.ExitCode.SOFTWARE;
        }
        throw e;
    }

    @Override
    public void run() {
        // without a command there is the menu, see commandLine()
    }
}
