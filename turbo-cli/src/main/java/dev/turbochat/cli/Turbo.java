package dev.turbochat.cli;

import dev.turbochat.error.TurboException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
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
        return commandLine(args).execute(args);
    }

    /** What parses these arguments: reading the options of commands that are not wanted would take half of a start. */
    static CommandLine commandLine(String... args) {
        Map<String, Supplier<Object>> commands = new LinkedHashMap<>();
        commands.put("run", () -> RunCommand.commandLine(args));
        commands.put("list", ListCommand::new);
        commands.put("sessions", SessionsCommand::new);
        commands.put("replay", ReplayCommand::new);
        commands.put("doctor", DoctorCommand::new);
        if (args.length > 0 && commands.containsKey(args[0])) {
            commands.keySet().retainAll(Set.of(args[0]));
        }
        CommandLine line = new CommandLine(new Turbo());
        commands.values().forEach(command -> line.addSubcommand(command.get()));
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
