package dev.turbochat.cli;

import dev.turbochat.Program;
import dev.turbochat.Recipe;
import dev.turbochat.console.Console;
import dev.turbochat.error.ConfigurationException;
import dev.turbochat.memory.Memories;
import dev.turbochat.memory.Memory;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** {@code turbo run RECIPE}: a command of its own for each recipe, with the recipe's options beside the common ones. */
@Command(name = "run", description = "Runs a recipe.", mixinStandardHelpOptions = true, synopsisSubcommandLabel = "RECIPE")
final class RunCommand implements Runnable {
    static CommandLine commandLine() {
        CommandLine run = new CommandLine(new RunCommand());
        Recipes.all().forEach(recipe -> run.addSubcommand(recipe.name(), recipeLine(recipe)));
        return run;
    }

    private static <O extends Record> CommandLine recipeLine(Recipe<O> recipe) {
        Common common = new Common();
        RecipeOptions<O> options = new RecipeOptions<>(recipe.options(), System.getenv());
        CommandSpec spec = CommandSpec.wrapWithoutInspection((Runnable) () -> {});
        spec.name(recipe.name()).usageMessage().description(recipe.description() + ".");
        options.addTo(spec);
        spec.addMixin("common", CommandSpec.forAnnotatedObject(common));
        spec.mixinStandardHelpOptions(true);
        CommandLine line = new CommandLine(spec);
        line.setExecutionStrategy(parsed -> run(recipe, options, common, last(parsed)));
        return line;
    }

    private static ParseResult last(ParseResult parsed) {
        return parsed.hasSubcommand() ? last(parsed.subcommand()) : parsed;
    }

    /** What every recipe can be given. */
    static final class Common {
        @Option(names = "--session", paramLabel = "ID", description = "Goes on with this session, or starts it.")
        String session = "";

        @Option(names = "--last", description = "Goes on with the last session of this recipe.")
        boolean last;

        @Option(
                names = "--memory",
                paramLabel = "URI",
                description = "Where sessions live: heap:, file:PATH?durability=memory|fsync (default: file: under the data folder).")
        String memory = "file:";

        @Option(
                names = "--model",
                paramLabel = "SPEC[,SPEC...]",
                description = "What answers: openai:NAME, groq:NAME, ollama:NAME, http(s)://base-url#NAME, eliza; a list is an"
                        + " order of fallback (default: what is set up here).")
        String model = "";

        @Option(names = "--json", description = "Writes each event as a line of JSON, and nothing else.")
        boolean json;

        @Option(names = "--trace", description = "Shows each step and each prompt on standard error.")
        boolean trace;

        @Option(names = "--verbose", description = "Shows a failure with its stack trace.")
        boolean verbose;
    }

    static <O extends Record> int run(
            Recipe<O> recipe, RecipeOptions<O> options, Common common, ParseResult parsed) {
        if (common.last && !common.session.isEmpty()) {
            throw new ParameterException(
                    parsed.commandSpec().commandLine(), "--last and --session were given; give one of them");
        }
        boolean goesOn = common.last || !common.session.isEmpty();
        List<String> missing = options.missing(parsed);
        if (!goesOn && !missing.isEmpty()) {
            throw new ParameterException(
                    parsed.commandSpec().commandLine(),
                    "Recipe '" + recipe.name() + "' needs " + String.join(", ", missing));
        }
        if (common.trace) {
            Trace.on();
        }
        try (Memory memory = Memories.open(common.memory)) {
            String session = session(recipe, common, memory);
            Program<?> program = chat -> recipe.run(chat, chat.context(recipe.options()));
            int status = Console.runProgram(program, console -> {
                Console.Options all = console.memory(memory)
                        .session(session)
                        .program(recipe.name(), recipe.version())
                        .json(common.json)
                        .verbose(common.verbose);
                if (missing.isEmpty()) {
                    O values = options.read(parsed);
                    all = options.isGiven(parsed) ? all.context(values) : all.contextIfNew(values);
                }
                return common.model.isEmpty() ? all : all.model(common.model);
            });
            if (status == 0 && !common.memory.startsWith("heap") && !common.json) {
                String where = common.memory.equals("file:") ? "" : " --memory '" + common.memory + "'";
                System.err.println("To go on: turbo run " + recipe.name() + " --session " + session + where);
            }
            return status;
        }
    }

    private static String session(Recipe<?> recipe, Common common, Memory memory) {
        if (common.last) {
            return memory.sessions().stream()
                    .filter(summary -> summary.program().equals(recipe.name()))
                    .findFirst()
                    .map(Memory.Summary::session)
                    .orElseThrow(() -> new ConfigurationException("Recipe '" + recipe.name()
                            + "' has no session yet in " + common.memory + "; leave out --last to start one."));
        }
        return common.session.isEmpty() ? Console.newSession() : common.session;
    }

    @Override
    public void run() {
        throw new ParameterException(commandLine(), "Say which recipe to run; 'turbo list' shows them");
    }
}
