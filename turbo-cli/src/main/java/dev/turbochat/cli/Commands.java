package dev.turbochat.cli;

import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Describes commands to picocli without annotations, which it would read by reflection at every start, and slowly. */
final class Commands {
    private Commands() {}

    /** A command with what its action describes, these arguments beside, and the options that all commands have. */
    static CommandSpec of(String name, String description, Action action, ArgSpec... arguments) {
        CommandSpec spec = new Call(action).spec;
        spec.name(name).usageMessage().description(description);
        action.describe(spec);
        Stream.of(arguments).forEach(spec::add);
        addStandardOptions(spec);
        return spec;
    }

    /** An option without a value. */
    static OptionSpec flag(String name, String description) {
        return OptionSpec.builder(name).description(description).build();
    }

    /** An option with a text as its value. */
    static OptionSpec option(String name, String label, String description) {
        return OptionSpec.builder(name)
                .type(String.class)
                .paramLabel(label)
                .description(description)
                .build();
    }

    /** An argument that must be given. */
    static PositionalParamSpec parameter(String label, Class<?> type, String description) {
        return PositionalParamSpec.builder()
                .index("0")
                .type(type)
                .required(true)
                .paramLabel(label)
                .description(description)
                .build();
    }

    /** The texts are picocli's own. A recipe that has an option of one of the names has neither. */
    private static void addStandardOptions(CommandSpec spec) {
        if (Stream.of("-h", "--help", "-V", "--version").anyMatch(spec.optionsMap()::containsKey)) {
            return;
        }
        spec.addOption(OptionSpec.builder("-h", "--help")
                .usageHelp(true)
                .description("Show this help message and exit.")
                .build());
        spec.addOption(OptionSpec.builder("-V", "--version")
                .versionHelp(true)
                .description("Print version information and exit.")
                .build());
    }

    /** An action as what picocli calls. */
    private static final class Call implements Callable<Integer> {
        private final Action action;
        private final CommandSpec spec = CommandSpec.wrapWithoutInspection(this);

        Call(Action action) {
            this.action = action;
        }

        @Override
        public Integer call() throws Exception {
            return action.run(spec.commandLine().getParseResult());
        }
    }
}
