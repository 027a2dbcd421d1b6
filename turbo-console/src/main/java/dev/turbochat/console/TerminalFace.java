package dev.turbochat.console;

import dev.turbochat.Event;
import dev.turbochat.Question;
import dev.turbochat.memory.Entry;
import dev.turbochat.memory.Memories;
import dev.turbochat.step.Input;
import dev.turbochat.step.Message;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jline.keymap.KeyMap;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.Reference;
import org.jline.reader.UserInterruptException;
import org.jline.reader.impl.DefaultParser;
import org.jline.terminal.Terminal;
import org.jline.terminal.Terminal.Signal;
import org.jspecify.annotations.Nullable;

/** A person at a terminal: a prompt with line editing, answers rendered as they stream, a spinner until they begin. */
final class TerminalFace implements Face {
    private final Terminal terminal;
    private final LineReader reader;
    private final PrintWriter out;
    private final Paint paint;
    private final Spinner spinner;
    private final boolean dumb;
    private final SlashCommands commands;
    private @Nullable MarkdownStream answer;

    /**
     * @param program names the file that what was typed is remembered in; empty to forget it
     * @param journal reads the session so far
     */
    TerminalFace(Terminal terminal, String session, String program, Supplier<List<Entry>> journal) {
        this.terminal = terminal;
        this.out = terminal.writer();
        this.dumb = Terminals.isDumb(terminal);
        this.paint = new Paint(Terminals.isColored(terminal));
        this.spinner = new Spinner(out);
        this.commands = new SlashCommands(session, journal, this::paragraph, this::message);
        DefaultParser words = new DefaultParser();
        words.setEscapeChars(null); // what is typed is text, not a shell's line
        words.setQuoteChars(new char[0]);
        LineReaderBuilder builder = LineReaderBuilder.builder()
                .terminal(terminal)
                .parser(words)
                .completer(commands)
                .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
                .option(LineReader.Option.INSERT_TAB, false)
                .option(LineReader.Option.ERASE_LINE_ON_FINISH, false);
        if (!program.isEmpty()) {
            builder.variable(
                    LineReader.HISTORY_FILE,
                    Memories.dataFolder().resolve("history").resolve(program));
        }
        this.reader = builder.build();
        Objects.requireNonNull(reader.getKeyMaps().get(LineReader.MAIN))
                .bind(new Reference("turbo-newline"), KeyMap.alt('\r'), KeyMap.alt('\n'));
        reader.getWidgets().put("turbo-newline", () -> {
            reader.getBuffer().write('\n');
            return true;
        });
        terminal.echo(false); // what is typed ahead is shown when it is read
    }

    @Override
    public Optional<Input> answer(Question question) {
        spinner.stop();
        while (true) {
            Optional<String> line = question.choices().isEmpty() || dumb ? read(question) : pick(question);
            if (line.isPresent() && question.choices().isEmpty() && !question.secret()) {
                if (line.get().isBlank()) {
                    continue;
                }
                if (commands.run(line.get())) {
                    if (commands.isLeaving()) {
                        return Optional.empty();
                    }
                    continue;
                }
            }
            line.ifPresent(ignored -> busy(""));
            return line.map(Input::text);
        }
    }

    private Optional<String> pick(Question question) {
        return new Picker(terminal, paint, question.choices())
                .pick(paint.bold(Printable.of(question.prompt())))
                .map(question.choices()::get);
    }

    private Optional<String> read(Question question) {
        String choices = question.choices().isEmpty() ? "" : " (" + String.join(", ", question.choices()) + ")";
        String prompt = question.prompt().isEmpty()
                ? paint.bold("> ")
                : paint.bold(Printable.of(question.prompt() + choices)) + " ";
        while (true) {
            try {
                return Optional.of(question.secret() ? reader.readLine(prompt, '*') : reader.readLine(prompt));
            } catch (UserInterruptException e) {
                if (Thread.interrupted() || e.getPartialLine().isBlank()) {
                    return Optional.empty(); // with something typed, Ctrl-C only takes that away
                }
            } catch (EndOfFileException e) {
                return Optional.empty();
            }
        }
    }

    @Override
    public void show(Event event) {
        switch (event) {
            case Event.Token token -> {
                spinner.stop();
                answer().text(token.text());
                out.flush();
            }
            case Event.Said said -> {
                spinner.stop();
                said(said.message(), said.streamed());
                busy("");
            }
            case Event.Notice notice -> {
                spinner.stop();
                paragraph(paint.dim(Printable.of(notice.text())));
                busy("");
            }
            case Event.Restart ignored -> {
                spinner.stop();
                endAnswer();
                paragraph(paint.dim("(the answer starts again)"));
                busy("");
            }
            case Event.Retry retry -> {
                spinner.stop();
                paragraph(paint.dim(Printable.of(Face.line(retry))));
                busy("");
            }
            case Event.Effect effect -> busy(effect.name());
            case Event.Tool tool -> tool(tool);
            case Event.Heard ignored -> {}
            case Event.Ask ignored -> {}
            case Event.Usage ignored -> {}
            case Event.Done ignored -> spinner.stop();
            case Event.Failed ignored -> spinner.stop();
        }
    }

    private void tool(Event.Tool tool) {
        switch (tool.state()) {
            case CALLING -> {
                spinner.stop();
                endAnswer();
                paragraph(paint.dim(
                        Printable.of(tool.call().name() + " " + tool.call().arguments())));
                busy(tool.call().name());
            }
            case PROGRESS -> busy(tool.call().name() + ": " + tool.text());
            case DONE -> busy("");
            case FAILED -> {
                spinner.stop();
                paragraph(paint.dim(Printable.of(tool.call().name() + ": " + tool.text())));
                busy("");
            }
        }
    }

    private void said(Message message, boolean streamed) {
        if (!streamed) {
            answer().text(message.text());
        }
        endAnswer();
        if (message instanceof Message.Assistant answered && answered.finish() == Message.Finish.STOPPED) {
            paragraph(paint.dim("(stopped)"));
        }
    }

    /** A message of the session so far. */
    private void message(Message message) {
        if (message instanceof Message.User) {
            paragraph(paint.bold("> ") + Printable.of(message.text()));
        } else {
            said(message, false);
        }
    }

    private MarkdownStream answer() {
        if (answer == null) {
            answer = new MarkdownStream(out::print, terminal::getWidth, paint.allowed());
        }
        return answer;
    }

    private void endAnswer() {
        if (answer != null) {
            answer.end();
            answer = null;
            out.println();
            out.flush();
        }
    }

    private void paragraph(String text) {
        out.println(text);
        out.flush();
    }

    private void busy(String label) {
        if (!dumb) {
            spinner.start(label);
        }
    }

    @Override
    public void onInterrupt(Runnable action) {
        terminal.handle(Signal.INT, signal -> action.run());
    }

    @Override
    public void remark(String line) {
        spinner.stop();
        endAnswer();
        paragraph(paint.dim(Printable.of(line)));
    }

    @Override
    public void failure(String code, String line) {
        spinner.stop();
        endAnswer();
        out.flush();
        Face.super.failure(code, line);
    }

    @Override
    public void close() {
        spinner.stop();
        endAnswer();
        terminal.echo(true);
        try {
            terminal.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
