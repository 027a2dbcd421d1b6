package dev.turbochat.console;

import java.util.function.Consumer;
import java.util.function.IntSupplier;

/**
 * Shows Markdown on a terminal while it arrives.
 *
 * <p>Output is only ever appended: the cursor is not moved, nothing is drawn twice, so there is no flicker and the
 * scrollback stays true. That is why text waits until it is certain what it is: a line's first characters, a word until
 * its end, emphasis and code until theirs or for {@value Inline#PATIENCE} characters, a link and a table until they are
 * complete. How the text is cut into pieces makes no difference to what is printed in the end.
 *
 * <p>No character of the text is lost but markup that was acted upon, and none of it can drive the terminal: control
 * characters are shown as {@link Printable} says. Markdown is a model's idea of it rather than CommonMark's: line breaks
 * within a paragraph stay, lists nest by two columns, code blocks are neither indented nor wrapped so that they can be
 * copied.
 *
 * <p>One instance shows one message. Not thread-safe. The sink's exceptions are passed on.
 */
final class MarkdownStream {
    private final Consumer<String> sink;
    private final LineWriter lines;
    private final Blocks blocks;
    private final CodePoints points;
    private boolean ended;

    /**
     * @param sink is given what to print, at most once a call, never an empty string
     * @param width the columns of the terminal, asked for again and again; 0 or less if unknown: nothing is wrapped
     * @param styled whether escape sequences may be printed; if not, the text is shown with its markup as it came, wrapped
     *     if the width is known
     */
    MarkdownStream(Consumer<String> sink, IntSupplier width, boolean styled) {
        this.sink = sink;
        this.lines = new LineWriter(width, styled);
        this.blocks = new Blocks(lines, styled);
        this.points = new CodePoints(blocks::put);
    }

    /**
     * Adds a piece of the message, cut anywhere.
     *
     * @throws IllegalStateException after {@link #end()}
     */
    void text(String piece) {
        if (ended) {
            throw new IllegalStateException(
                    "A message was continued after its end; show the next one with a new stream.");
        }
        points.put(piece);
        drain();
    }

    /**
     * Shows what was held back, and ends the output with its styles reset and exactly one line break; a message without
     * any text shows nothing at all. Does nothing the second time.
     */
    void end() {
        if (ended) {
            return;
        }
        ended = true;
        points.end();
        blocks.end();
        drain();
    }

    private void drain() {
        String output = lines.drain();
        if (!output.isEmpty()) {
            sink.accept(output);
        }
    }
}
