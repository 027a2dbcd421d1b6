package dev.turbochat.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** What a command can be given, and what it does. */
@FunctionalInterface
interface Action {
    /** Adds options, parameters and commands of its own. */
    default void describe(CommandSpec spec) {}

    /** Does it with these arguments, and returns the exit status. */
    int run(ParseResult parsed) throws Exception;
}
