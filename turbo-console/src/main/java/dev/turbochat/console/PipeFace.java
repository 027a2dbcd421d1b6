package dev.turbochat.console;

import dev.turbochat.Event;
import dev.turbochat.Question;
import dev.turbochat.step.Input;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Optional;

/** Where input or output is no terminal: plain lines in, plain text out; remarks go to standard error. */
final class PipeFace implements Face {
    private static final int LINE = 60;

    private final Lines lines = new Lines();
    private final PrintStream out = Lines.utf8(System.out);
    private boolean inLine;

    @Override
    public Optional<Input> answer(Question question) {
        if (out.checkError()) {
            return Optional.empty(); // nobody reads any more: no answer is worth its price
        }
        if (!question.prompt().isEmpty()) {
            out.println(Printable.of(question.prompt() + choices(question.choices())));
            out.flush();
        }
        try {
            Optional<String> line = lines.next(question);
            return line.map(Input::text);
        } catch (IOException e) {
            remark("turbo: standard input cannot be read any more: " + e.getMessage());
            return Optional.empty();
        }
    }

    /** Short choices behind the question, long ones below it. */
    private static String choices(List<String> choices) {
        if (choices.isEmpty()) {
            return "";
        }
        String joined = String.join(", ", choices);
        return joined.length() <= LINE ? " (" + joined + ")" : "\n  " + String.join("\n  ", choices);
    }

    @Override
    public void show(Event event) {
        switch (event) {
            case Event.Token token -> {
                out.print(Printable.of(token.text()));
                inLine = true;
            }
            case Event.Said said -> {
                if (!said.streamed()) {
                    out.print(Printable.of(said.message().text()));
                    inLine = true;
                }
                endLine();
            }
            case Event.Notice notice -> {
                endLine();
                out.println(Printable.of(notice.text()));
            }
            case Event.Tool ignored -> endLine();
            case Event.Restart ignored -> endLine();
            case Event.Retry retry -> remark(Face.line(retry));
            case Event.Heard ignored -> {}
            case Event.Ask ignored -> {}
            case Event.Effect ignored -> {}
            case Event.Usage ignored -> {}
            case Event.Done ignored -> {}
            case Event.Failed ignored -> endLine();
        }
        out.flush();
    }

    /** An answer that broke off leaves a whole line all the same. */
    private void endLine() {
        if (inLine) {
            out.println();
            inLine = false;
        }
    }

    @Override
    public boolean retells() {
        return false;
    }

    @Override
    public void remark(String line) {
        System.err.println(Printable.of(line));
    }

    @Override
    public void close() {
        endLine();
        out.flush();
    }
}
