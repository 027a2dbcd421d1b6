package dev.turbochat.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** What every recipe can be given. A session or a model that is not given is an empty text. */
record RunOptions(
        String session,
        boolean last,
        String memory,
        String model,
        boolean messagesOnly,
        boolean json,
        boolean trace,
        boolean verbose) {
    static final String DEFAULT_MEMORY = "file:";

    static void addTo(CommandSpec spec) {
        spec.addOption(Commands.option("--session", "ID", "Goes on with this session, or starts it."))
                .addOption(Commands.flag("--last", "Goes on with the last session of this recipe."))
                .addOption(Commands.option(
                        "--memory",
                        "URI",
                        "Where sessions live: heap:, file:PATH?durability=memory|fsync, redis://HOST,"
                                + " redis-sentinel:, redis-cluster: (default: file: in the user's data folder)."))
                .addOption(Commands.option(
                        "--model",
                        "SPEC[,SPEC...]",
                        "What answers: openai:NAME, anthropic:NAME, gemini:NAME, groq:NAME, ollama:NAME,"
                                + " http(s)://base-url#NAME, eliza;"
                                + " a list is an order of fallback (default: what is set up here)."))
                .addOption(Commands.flag(
                        "--messages-only",
                        "Gives up a run that has not ended, and goes on with its messages alone:"
                                + " for a recipe that has changed too much."))
                .addOption(Commands.flag("--json", "Writes each event as a line of JSON, and nothing else."))
                .addOption(Commands.flag("--trace", "Shows each step and each prompt on standard error."))
                .addOption(Commands.flag("--verbose", "Shows a failure with its stack trace."));
    }

    static RunOptions of(ParseResult parsed) {
        return new RunOptions(
                parsed.matchedOptionValue("--session", ""),
                parsed.matchedOptionValue("--last", false),
                parsed.matchedOptionValue("--memory", DEFAULT_MEMORY),
                parsed.matchedOptionValue("--model", ""),
                parsed.matchedOptionValue("--messages-only", false),
                parsed.matchedOptionValue("--json", false),
                parsed.matchedOptionValue("--trace", false),
                parsed.matchedOptionValue("--verbose", false));
    }
}
