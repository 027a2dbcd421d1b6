package dev.turbochat.console;

import dev.turbochat.memory.Body;
import dev.turbochat.memory.Entry;
import dev.turbochat.step.Message;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jline.reader.Candidate;
import org.jline.reader.Completer;
import org.jline.reader.LineReader;
import org.jline.reader.ParsedLine;

/** What begins with a slash and is meant for the console, not for the program. */
final class SlashCommands implements Completer {
    private static final Map<String, String> COMMANDS = new TreeMap<>(Map.of(
            "/help", "what can be typed here",
            "/history", "the conversation so far",
            "/session", "the name of this session",
            "/quit", "leave; the session can be gone on with"));

    private final String session;
    private final Supplier<List<Entry>> journal;
    private final Consumer<String> out;
    private final Consumer<Message> messages;
    private boolean leaving;

    SlashCommands(String session, Supplier<List<Entry>> journal, Consumer<String> out, Consumer<Message> messages) {
        this.session = session;
        this.journal = journal;
        this.out = out;
        this.messages = messages;
    }

    /** Carries the line out if it is a command, and returns whether it was. */
    boolean run(String line) {
        String word = line.strip();
        if (!word.matches("/[a-z]+")) {
            return false;
        }
        switch (word) {
            case "/help" -> help();
            case "/history" -> history();
            case "/session" -> out.accept(session);
            case "/quit", "/exit" -> leaving = true;
            default -> out.accept("There is no command " + word + "; /help lists them.");
        }
        return true;
    }

    boolean isLeaving() {
        return leaving;
    }

    private void help() {
        COMMANDS.forEach((command, what) -> out.accept(String.format("%-12s%s", command, what)));
        out.accept(String.format("%-12s%s", "Alt-Enter", "begins a new line"));
        out.accept(String.format("%-12s%s", "Ctrl-C", "stops an answer; at the prompt, leaves"));
        out.accept(String.format("%-12s%s", "Ctrl-D", "leaves"));
    }

    private void history() {
        boolean any = false;
        for (Entry entry : journal.get()) {
            switch (entry.body()) {
                case Body.Said said
                when isForPeople(said.message()) -> {
                    messages.accept(said.message());
                    any = true;
                }
                case Body.Generated generated
                when isForPeople(generated.message()) -> {
                    messages.accept(generated.message());
                    any = true;
                }
                default -> {} // the rest is how it came about
            }
        }
        if (!any) {
            out.accept("Nothing has been said yet.");
        }
    }

    private static boolean isForPeople(Message message) {
        return switch (message) {
            case Message.System ignored -> false;
            case Message.User ignored -> true;
            case Message.Assistant answer ->
                answer.calls().isEmpty() || !answer.text().isEmpty();
            case Message.ToolResult ignored -> false;
        };
    }

    @Override
    public void complete(LineReader reader, ParsedLine line, List<Candidate> candidates) {
        if (line.line().startsWith("/") && line.wordIndex() == 0) {
            COMMANDS.forEach(
                    (command, what) -> candidates.add(new Candidate(command, command, null, what, null, null, true)));
        }
    }
}
