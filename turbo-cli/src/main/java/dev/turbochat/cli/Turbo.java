package dev.turbochat.cli;

import dev.turbochat.error.TurboException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The {@code turbo} command. Exit status: 0 if all went well or the session sleeps, 1 for a failure, 2 for wrong usage. */
public final class Turbo {
    private Turbo() {}

    /** Runs the command and exits with its status. */
    public static void main(String[] args) {
        if (args.length > 0 && args[0].equals("run")) {
            Ahead.start();
        }
        System.exit(execute(args));
    }

    static int execute(String... args) {
        return commandLine(args).execute(args);
    }

    /** What parses these arguments: describing commands that are not wanted would take much of a start. */
    static CommandLine commandLine(String... args) {
        CommandSpec turbo = Commands.of(
                        "turbo",
                        "Chat programs as plain Java methods. Without a command: a menu of recipes.",
                        parsed -> 0) // without a command there is the menu, see below
                .versionProvider(new Version());
        turbo.usageMessage().synopsisSubcommandLabel("[COMMAND]");
        Map<String, String> commands = commands();
        if (args.length > 0 && commands.containsKey(args[0])) {
            commands.keySet().retainAll(Set.of(args[0]));
        }
        commands.forEach((name, description) -> turbo.addSubcommand(
                name, Commands.of(name, description, mayBeCalled(name, args) ? action(name, args) : parsed -> 0)));
        CommandLine line = new CommandLine(turbo);
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

    /** What each command does, in the order of the help. */
    private static Map<String, String> commands() {
        Map<String, String> commands = new LinkedHashMap<>();
        commands.put("run", "Runs a recipe.");
        commands.put("list", "Lists the recipes with their options.");
        commands.put("sessions", "Lists, shows, copies, takes back and deletes sessions.");
        commands.put("replay", "Checks exported sessions against a recipe's code, without calling anything.");
        commands.put("doctor", "Says what is found here, and what is missing.");
        return commands;
    }

    private static Action action(String command, String... args) {
        return switch (command) {
            case "run" -> new RunCommand(args);
            case "list" -> new ListCommand();
            case "sessions" -> new SessionsCommand();
            case "replay" -> new ReplayCommand();
            case "doctor" -> new DoctorCommand();
            default -> throw new IllegalArgumentException(command);
        };
    }

    /** Whether it is named, or may be in a file of arguments; of the others no more is wanted than their line of the help. */
    private static boolean mayBeCalled(String command, String... args) {
        return Stream.of(args).anyMatch(arg -> arg.equals(command) || arg.startsWith("@"));
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
}
