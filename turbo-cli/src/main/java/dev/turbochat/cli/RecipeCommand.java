package dev.turbochat.cli;

import dev.turbochat.Recipe;
import dev.turbochat.console.Console;
import dev.turbochat.error.ConfigurationException;
import dev.turbochat.error.TurboException;
import dev.turbochat.memory.Memories;
import dev.turbochat.memory.Memory;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Runs one recipe in the console: the recipe's options beside those that every recipe has.
 *
 * @param <O> the recipe's options
 */
final class RecipeCommand<O extends Record> implements Callable<Integer> {
    private static final String DEFAULT_MEMORY = "file:";

    private final Recipe<O> recipe;
    private final RecipeOptions<O> options;
    private final Common common = new Common();
    private final CommandSpec spec;

    RecipeCommand(Recipe<O> recipe) {
        this.recipe = recipe;
        this.options = new RecipeOptions<>(recipe.options(), System.getenv());
        this.spec = CommandSpec.wrapWithoutInspection(this);
        spec.name(recipe.name()).usageMessage().description(recipe.description().replace("%", "%%") + ".");
        options.addTo(spec);
        spec.addMixin("common", CommandSpec.forAnnotatedObject(common));
        spec.mixinStandardHelpOptions(true);
    }

    CommandLine commandLine() {
        return new CommandLine(spec);
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
                description = "Where sessions live: heap:, file:PATH?durability=memory|fsync, redis://HOST,"
                        + " redis-sentinel:, redis-cluster: (default: file: in the user's data folder).")
        String memory = DEFAULT_MEMORY;

        @Option(
                names = "--model",
                paramLabel = "SPEC[,SPEC...]",
                description = "What answers: openai:NAME, anthropic:NAME, gemini:NAME, groq:NAME, ollama:NAME,"
                        + " http(s)://base-url#NAME, eliza;"
                        + " a list is an order of fallback (default: what is set up here).")
        String model = "";

        @Option(
                names = "--messages-only",
                description = "Gives up a run that has not ended, and goes on with its messages alone:"
                        + " for a recipe that has changed too much.")
        boolean messagesOnly;

        @Option(names = "--json", description = "Writes each event as a line of JSON, and nothing else.")
        boolean json;

        @Option(names = "--trace", description = "Shows each step and each prompt on standard error.")
        boolean trace;

        @Option(names = "--verbose", description = "Shows a failure with its stack trace.")
        boolean verbose;
    }

    @Override
    public Integer call() {
        if (common.last && !common.session.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "--last and --session were given; give one of them");
        }
        if (common.trace) {
            Trace.on();
        }
        try (Memory memory = Memories.open(common.memory)) {
            return run(memory);
        } catch (TurboException e) {
            if (common.json) { // what fails before there is a run is an event all the same
                System.out.println(JsonMapper.shared()
                        .createObjectNode()
                        .put("event", "error")
                        .put("code", e.code())
                        .put("message", e.getMessage()));
            }
            throw e;
        }
    }

    private int run(Memory memory) {
        String session = session(memory);
        UnaryOperator<Console.Options> context = context(
                common.messagesOnly
                        ? Optional.empty()
                        : Unfinished.context(memory.read(session)).filter(JsonNode::isObject));
        int status = Console.runProgram(Recipes.program(recipe), console -> {
            Console.Options all = context.apply(console.memory(memory)
                    .session(session)
                    .program(recipe.name(), recipe.version())
                    .json(common.json)
                    .verbose(common.verbose));
            Console.Options begun = common.messagesOnly ? all.messagesOnly() : all;
            return common.model.isEmpty() ? begun : begun.model(common.model);
        });
        if (!common.json && (status == 0 || Console.isInteractive())) { // in a pipe a failure is one line
            tellHowToGoOn(session, memory);
        }
        return status;
    }

    /** A new run takes the options; one that goes on has its own, and those that are given must be the same. */
    private UnaryOperator<Console.Options> context(Optional<JsonNode> recorded) {
        ParseResult parsed = spec.commandLine().getParseResult();
        if (recorded.isPresent()) {
            Map<String, Object> given = options.given(parsed);
            ObjectNode same = (ObjectNode) recorded.get().deepCopy();
            given.forEach((name, value) -> same.set(name, JsonMapper.shared().valueToTree(value)));
            return console -> given.isEmpty() ? console : console.context(same);
        }
        List<String> missing = options.missing(parsed);
        if (!missing.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(), "Recipe '" + recipe.name() + "' needs " + String.join(", ", missing));
        }
        O values = options.read(parsed);
        return console -> console.context(values);
    }

    private String session(Memory memory) {
        if (!common.last) {
            return common.session.isEmpty() ? Console.newSession() : common.session;
        }
        return memory.sessions().stream()
                .filter(summary -> summary.program().equals(recipe.name()))
                .findFirst()
                .map(Memory.Summary::session)
                .orElseThrow(() -> new ConfigurationException("Recipe '" + recipe.name() + "' has no session yet in "
                        + Shell.withoutPassword(common.memory) + "; leave out --last to start one."));
    }

    /** Whatever the run came to: a session that sleeps is gone on with, and after a failure it is tried again. */
    private void tellHowToGoOn(String session, Memory memory) {
        if (common.memory.startsWith("heap") || Unfinished.isDone(memory.read(session))) {
            return;
        }
        String where = common.memory.equals(DEFAULT_MEMORY)
                ? ""
                : " --memory " + Shell.quoted(Shell.withoutPassword(common.memory));
        System.err.println("To go on: ./turbo run " + recipe.name() + " --session " + Shell.quoted(session) + where);
    }
}
