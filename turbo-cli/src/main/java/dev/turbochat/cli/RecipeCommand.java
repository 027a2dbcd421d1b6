package dev.turbochat.cli;

import dev.turbochat.Recipe;
import dev.turbochat.console.Console;
import dev.turbochat.error.ConfigurationException;
import dev.turbochat.error.TurboException;
import dev.turbochat.memory.Entry;
import dev.turbochat.memory.Memories;
import dev.turbochat.memory.Memory;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import picocli.CommandLine.Model.CommandSpec;
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
final class RecipeCommand<O extends Record> implements Action {
    private final Recipe<O> recipe;
    private final RecipeOptions<O> options;

    private RecipeCommand(Recipe<O> recipe) {
        this.recipe = recipe;
        this.options = new RecipeOptions<>(recipe.options(), System.getenv());
    }

    /** The recipe as a command. */
    static CommandSpec of(Recipe<?> recipe) {
        return Commands.of(recipe.name(), recipe.description().replace("%", "%%") + ".", new RecipeCommand<>(recipe));
    }

    @Override
    public void describe(CommandSpec spec) {
        options.addTo(spec);
        RunOptions.addTo(spec);
    }

    @Override
    public int run(ParseResult parsed) {
        RunOptions common = RunOptions.of(parsed);
        if (common.last() && !common.session().isEmpty()) {
            throw new ParameterException(
                    parsed.commandSpec().commandLine(), "--last and --session were given; give one of them");
        }
        if (common.trace()) {
            Trace.on();
        }
        try (Memory memory = Memories.open(common.memory())) {
            return run(parsed, common, memory);
        } catch (TurboException e) {
            if (common.json()) { // what fails before there is a run is an event all the same
                System.out.println(JsonMapper.shared()
                        .createObjectNode()
                        .put("event", "error")
                        .put("code", e.code())
                        .put("message", e.getMessage()));
            }
            throw e;
        }
    }

    private int run(ParseResult parsed, RunOptions common, Memory memory) {
        String session = session(common, memory);
        UnaryOperator<Console.Options> context = context(
                parsed,
                common.messagesOnly()
                        ? Optional.empty()
                        : Unfinished.context(memory.read(session)).filter(JsonNode::isObject));
        int status = Console.runProgram(Recipes.program(recipe), console -> {
            Console.Options all = context.apply(console.memory(memory)
                    .session(session)
                    .program(recipe.name(), recipe.version())
                    .json(common.json())
                    .verbose(common.verbose()));
            Console.Options begun = common.messagesOnly() ? all.messagesOnly() : all;
            return common.model().isEmpty() ? begun : begun.model(common.model());
        });
        if (!common.json() && (status == 0 || Console.isInteractive())) { // in a pipe a failure is one line
            tellHowToGoOn(session, common, memory);
        }
        return status;
    }

    /** A new run takes the options; one that goes on has its own, and those that are given must be the same. */
    private UnaryOperator<Console.Options> context(ParseResult parsed, Optional<JsonNode> recorded) {
        if (recorded.isPresent()) {
            Map<String, Object> given = options.given(parsed);
            ObjectNode same = (ObjectNode) recorded.get().deepCopy();
            given.forEach((name, value) -> same.set(name, JsonMapper.shared().valueToTree(value)));
            return console -> given.isEmpty() ? console : console.context(same);
        }
        List<String> missing = options.missing(parsed);
        if (!missing.isEmpty()) {
            throw new ParameterException(
                    parsed.commandSpec().commandLine(),
                    "Recipe '" + recipe.name() + "' needs " + String.join(", ", missing));
        }
        O values = options.read(parsed);
        return console -> console.context(values);
    }

    private String session(RunOptions common, Memory memory) {
        if (!common.last()) {
            return common.session().isEmpty() ? Console.newSession() : common.session();
        }
        return memory.sessions().stream()
                .filter(summary -> summary.program().equals(recipe.name()))
                .findFirst()
                .map(Memory.Summary::session)
                .orElseThrow(() -> new ConfigurationException("Recipe '" + recipe.name() + "' has no session yet in "
                        + Shell.withoutPassword(common.memory()) + "; leave out --last to start one."));
    }

    /** Whatever the run came to: a session that sleeps is gone on with, and after a failure it is tried again. */
    private void tellHowToGoOn(String session, RunOptions common, Memory memory) {
        List<Entry> journal = memory.read(session);
        if (common.memory().startsWith("heap") || Unfinished.isDone(journal)) {
            return;
        }
        String anew = Unfinished.context(journal).isPresent() ? "" : options.placeholders(); // a failed run is over
        String where = common.memory().equals(RunOptions.DEFAULT_MEMORY)
                ? ""
                : " --memory " + Shell.quoted(Shell.withoutPassword(common.memory()));
        System.err.println(
                "To go on: ./turbo run " + recipe.name() + " --session " + Shell.quoted(session) + anew + where);
    }
}
