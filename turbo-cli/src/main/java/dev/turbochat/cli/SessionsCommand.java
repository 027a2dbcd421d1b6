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
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** {@code turbo sessions}: what is in a memory, and what can be done with it. */
@Command(
        name = "sessions",
        description = "Lists, shows, copies, takes back and deletes sessions.",
        mixinStandardHelpOptions = true,
        subcommands = CommandLine.HelpCommand.class)
final class SessionsCommand implements Runnable {
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(
            names = "--memory",
            paramLabel = "URI",
            scope = ScopeType.INHERIT,
            description = "Where the sessions are (default: file: in the user's data folder).")
    private String memory = "file:";

    @Override
    public void run() {
        throw new CommandLine.ParameterException(
                spec.commandLine(), "Say what to do: list, show, export, import, fork, rewind or delete");
    }

    @Command(name = "list", description = "Lists the sessions, the last used first.", mixinStandardHelpOptions = true)
    void list(@Option(names = "--json", description = "One JSON object a line.") boolean json) {
        PrintWriter out = spec.commandLine().getOut();
        try (Memory opened = Memories.open(memory)) {
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
    }

    @Command(
            name = "show",
            description = "Shows a session's conversation, step by step.",
            mixinStandardHelpOptions = true)
    void show(
            @Parameters(paramLabel = "ID", description = "The session.") String id,
            @Option(names = "--json", description = "Its entries as they are, one a line.") boolean json) {
        PrintWriter out = spec.commandLine().getOut();
        try (Memory opened = Memories.open(memory)) {
            List<Entry> entries = entries(opened, id);
            if (json) {
                out.print(Export.text(entries));
            } else {
                new Transcript(entries).lines().forEach(out::println);
            }
        }
        out.flush();
    }

    @Command(
            name = "export",
            description = "Writes a session's entries, one JSON object a line.",
            mixinStandardHelpOptions = true)
    void export(
            @Parameters(paramLabel = "ID", description = "The session.") String id,
            @Parameters(paramLabel = "FILE", arity = "0..1", description = "Where to (default: standard output).")
                    @Nullable
                    List<Path> file)
            throws IOException {
        try (Memory opened = Memories.open(memory)) {
            String text = Export.text(entries(opened, id));
            if (file == null || file.isEmpty()) {
                PrintWriter out = spec.commandLine().getOut();
                out.print(text);
                out.flush();
            } else {
                Files.writeString(file.getFirst(), text);
            }
        }
    }

    @Command(name = "import", description = "Makes a new session of an exported one.", mixinStandardHelpOptions = true)
    void importFrom(
            @Parameters(paramLabel = "FILE", description = "What export wrote.") Path file,
            @Option(names = "--session", paramLabel = "ID", description = "The new session (default: a new name).")
                    @Nullable
                    String id)
            throws InterruptedException {
        create(id, Export.read(file));
    }

    @Command(
            name = "fork",
            description = "Makes a new session of the beginning of another.",
            mixinStandardHelpOptions = true)
    void fork(
            @Parameters(paramLabel = "ID", description = "The session.") String id,
            @Option(names = "--at", paramLabel = "SEQ", description = "The last entry to copy (default: all).")
                    @Nullable
                    Long at,
            @Option(names = "--session", paramLabel = "ID", description = "The new session (default: a new name).")
                    @Nullable
                    String fresh)
            throws InterruptedException {
        List<Entry> entries;
        try (Memory opened = Memories.open(memory)) {
            entries = entries(opened, id);
        }
        if (at != null && (at < 0 || at >= entries.size())) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(),
                    "Session '" + id + "' has entries 0 to " + (entries.size() - 1) + ", and no " + at);
        }
        create(fresh, at == null ? entries : entries.subList(0, Math.toIntExact(at) + 1));
    }

    private void create(@Nullable String id, List<Entry> entries) throws InterruptedException {
        String session = id == null ? Console.newSession() : id;
        try (Memory opened = Memories.open(memory)) {
            Journal.create(opened, session, entries);
        }
        PrintWriter out = spec.commandLine().getOut();
        out.println(session);
        out.flush();
    }

    @Command(
            name = "rewind",
            description = "Takes a session back: what stands behind an entry counts no more.",
            mixinStandardHelpOptions = true)
    void rewind(
            @Parameters(paramLabel = "ID", description = "The session.") String id,
            @Option(names = "--at", required = true, paramLabel = "SEQ", description = "The last entry that counts.")
                    long at)
            throws InterruptedException {
        try (Memory opened = Memories.open(memory)) {
            entries(opened, id);
            try (Journal journal = Journal.open(opened, id, "turbo sessions rewind", PATIENCE)) {
                journal.rewind(at);
            } catch (IllegalArgumentException e) {
                throw new CommandLine.ParameterException(spec.commandLine(), e.getMessage(), e);
            }
        }
    }

    @Command(name = "delete", description = "Deletes a session, for good.", mixinStandardHelpOptions = true)
    void delete(@Parameters(paramLabel = "ID", description = "The session.") String id) {
        try (Memory opened = Memories.open(memory)) {
            if (!opened.delete(id)) {
                throw new SessionException.NoSuchSession(id);
            }
        }
    }

    private static List<Entry> entries(Memory opened, String id) {
        List<Entry> entries = opened.read(id);
        if (entries.isEmpty()) {
            throw new SessionException.NoSuchSession(id);
        }
        return entries;
    }
}
