package dev.turbochat.cli;

import dev.turbochat.console.Console;
import dev.turbochat.error.SessionException;
import dev.turbochat.memory.Entry;
import dev.turbochat.memory.Journal;
import dev.turbochat.memory.Memories;
import dev.turbochat.memory.Memory;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;
import tools.jackson.databind.json.JsonMapper;

/** {@code turbo sessions}: what is in a memory, and what can be done with it. */
final class SessionsCommand implements Action {
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final OptionSpec memory = OptionSpec.builder("--memory")
            .type(String.class)
            .scopeType(ScopeType.INHERIT) // may stand behind each command, too
            .initialValue("file:")
            .paramLabel("URI")
            .description("Where the sessions are (default: file: in the user's data folder).")
            .build();

    @Override
    public void describe(CommandSpec spec) {
        spec.addOption(memory);
        spec.addSubcommand("help", CommandSpec.forAnnotatedObject(new CommandLine.HelpCommand())); // picocli's own
        add(spec, "delete", "Deletes a session, for good.", this::delete, session());
        add(spec, "export", "Writes a session's entries, one JSON object a line.", this::export, session(), target());
        add(
                spec,
                "fork",
                "Makes a new session of the beginning of another.",
                this::fork,
                session(),
                at(false, "The last entry to copy (default: all)."),
                newSession());
        add(
                spec,
                "import",
                "Makes a new session of an exported one.",
                this::importFrom,
                Commands.parameter("FILE", Path.class, "What export wrote."),
                newSession());
        add(
                spec,
                "list",
                "Lists the sessions, the last used first.",
                this::list,
                Commands.flag("--json", "One JSON object a line."));
        add(
                spec,
                "rewind",
                "Takes a session back: what stands behind an entry counts no more.",
                this::rewind,
                session(),
                at(true, "The last entry that counts."));
        add(
                spec,
                "show",
                "Shows a session's conversation, step by step.",
                this::show,
                session(),
                Commands.flag("--json", "Its entries as they are, one a line."));
    }

    private static void add(CommandSpec spec, String name, String description, Action action, ArgSpec... arguments) {
        spec.addSubcommand(name, Commands.of(name, description, action, arguments));
    }

    private static ArgSpec session() {
        return Commands.parameter("ID", String.class, "The session.");
    }

    private static ArgSpec target() {
        return PositionalParamSpec.builder()
                .index("1..*")
                .arity("0..1")
                .type(List.class)
                .auxiliaryTypes(Path.class)
                .paramLabel("FILE")
                .description("Where to (default: standard output).")
                .build();
    }

    private static ArgSpec at(boolean required, String description) {
        return OptionSpec.builder("--at")
                .type(long.class)
                .required(required)
                .paramLabel("SEQ")
                .description(description)
                .build();
    }

    private static ArgSpec newSession() {
        return Commands.option("--session", "ID", "The new session (default: a new name).");
    }

    @Override
    public int run(ParseResult parsed) {
        throw new ParameterException(
                parsed.commandSpec().commandLine(),
                "Say what to do: list, show, export, import, fork, rewind or delete");
    }

    private int list(ParseResult parsed) {
        boolean json = parsed.matchedOptionValue("--json", false);
        PrintWriter out = parsed.commandSpec().commandLine().getOut();
        try (Memory opened = open()) {
            for (Memory.Summary session : opened.sessions()) {
                out.println(
                        json
                                ? JsonMapper.shared().writeValueAsString(session)
                                : String.format(
                                        "%-28s %-18s %6d entries  %s",
                                        Shell.quoted(session.session()),
                                        session.program(),
                                        session.entries(),
                                        session.updated()
                                                .atZone(ZoneId.systemDefault())
                                                .format(Transcript.TIME)));
            }
        }
        out.flush();
        return 0;
    }

    private int show(ParseResult parsed) {
        boolean json = parsed.matchedOptionValue("--json", false);
        PrintWriter out = parsed.commandSpec().commandLine().getOut();
        try (Memory opened = open()) {
            List<Entry> entries = entries(opened, id(parsed));
            if (json) {
                out.print(Export.text(entries));
            } else {
                new Transcript(entries).lines().forEach(out::println);
            }
        }
        out.flush();
        return 0;
    }

    private int export(ParseResult parsed) throws IOException {
        List<Path> file = parsed.matchedPositionalValue(1, List.of());
        try (Memory opened = open()) {
            String text = Export.text(entries(opened, id(parsed)));
            if (file.isEmpty()) {
                PrintWriter out = parsed.commandSpec().commandLine().getOut();
                out.print(text);
                out.flush();
            } else {
                Files.writeString(file.getFirst(), text);
            }
        }
        return 0;
    }

    private int importFrom(ParseResult parsed) throws InterruptedException {
        Path file = parsed.matchedPositional(0).getValue();
        return create(parsed, Export.read(file));
    }

    private int fork(ParseResult parsed) throws InterruptedException {
        String id = id(parsed);
        List<Entry> entries;
        try (Memory opened = open()) {
            entries = entries(opened, id);
        }
        long at = parsed.matchedOptionValue("--at", entries.size() - 1L);
        if (at < 0 || at >= entries.size()) {
            throw new ParameterException(
                    parsed.commandSpec().parent().commandLine(),
                    "Session '" + id + "' has entries 0 to " + (entries.size() - 1) + ", and no " + at);
        }
        return create(parsed, entries.subList(0, Math.toIntExact(at) + 1));
    }

    private int create(ParseResult parsed, List<Entry> entries) throws InterruptedException {
        String session = parsed.hasMatchedOption("--session")
                ? parsed.matchedOption("--session").getValue()
                : Console.newSession();
        try (Memory opened = open()) {
            Journal.create(opened, session, entries);
        }
        PrintWriter out = parsed.commandSpec().commandLine().getOut();
        out.println(session);
        out.flush();
        return 0;
    }

    private int rewind(ParseResult parsed) throws InterruptedException {
        String id = id(parsed);
        try (Memory opened = open()) {
            entries(opened, id);
            try (Journal journal = Journal.open(opened, id, "turbo sessions rewind", PATIENCE)) {
                journal.rewind(parsed.matchedOption("--at").getValue());
            } catch (IllegalArgumentException e) {
                throw new ParameterException(parsed.commandSpec().parent().commandLine(), e.getMessage(), e);
            }
        }
        return 0;
    }

    private int delete(ParseResult parsed) {
        String id = id(parsed);
        try (Memory opened = open()) {
            if (!opened.delete(id)) {
                throw new SessionException.NoSuchSession(id);
            }
        }
        return 0;
    }

    private Memory open() {
        return Memories.open(memory.getValue());
    }

    private static String id(ParseResult parsed) {
        return parsed.matchedPositional(0).getValue();
    }

    private static List<Entry> entries(Memory opened, String id) {
        List<Entry> entries = opened.read(id);
        if (entries.isEmpty()) {
            throw new SessionException.NoSuchSession(id);
        }
        return entries;
    }
}
