package dev.turbochat.console;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.IntSupplier;

/**
 * Writes styled characters as lines that fit the terminal, each behind its block's prefix (list indent, quote bar).
 *
 * <p>What is printed stays printed, so a word is held back until its end is known and it is clear on which line it goes;
 * without a known width nothing is held back. A word that is wider than a whole line gets a line of its own and runs over
 * its end without a break, so that terminals still recognise a URL and it is copied in one piece. Every line ends with
 * its styles reset. Output collects until {@link #drain}. Not thread-safe.
 */
final class LineWriter implements Glyph.Sink {
    private final StringBuilder out = new StringBuilder();
    private final IntSupplier width;
    private final boolean styled;

    private String nextPrefix = "";
    private String restPrefix = "";
    /** Whether the block has shown a line. */
    private boolean begun = true;

    private final List<String> blanks = new ArrayList<>();
    private boolean printed;
    private boolean lineOpen;
    private int column;
    private int ink;

    private final List<Glyph> gap = new ArrayList<>();
    private final List<Glyph> word = new ArrayList<>();
    private int wordColumns;
    private boolean overlong;

    LineWriter(IntSupplier width, boolean styled) {
        this.width = width;
        this.styled = styled;
    }

    /** Begins a block: its first line begins with {@code first}, those after it with {@code rest}. */
    void prefix(String first, String rest) {
        endBlock();
        begun = false;
        nextPrefix = first;
        restPrefix = rest;
    }

    /** Adds a character of running text; spaces and tabs are where lines may break. */
    @Override
    public void put(int codePoint, int style) {
        if (codePoint == ' ' || codePoint == '\t') {
            finishWord();
            boolean tab = codePoint == '\t' && width.getAsInt() > 0; // how wide it gets depends on where it ends up
            gap.addAll(Collections.nCopies(tab ? 4 : 1, new Glyph(tab ? ' ' : codePoint, style)));
            return;
        }
        if (!word.isEmpty() && Columns.mayBreak(word.getLast().codePoint(), codePoint)) {
            finishWord();
        }
        word.add(new Glyph(codePoint, style));
        wordColumns += Columns.of(codePoint);
        if (width.getAsInt() <= 0 || overlong || wordColumns > room()) {
            place();
            overlong = width.getAsInt() > 0;
        }
    }

    /** Adds a character where it is, whatever the width: code, tables. */
    void verbatim(int codePoint, int style) {
        finishWord();
        open();
        flush(gap);
        print(codePoint, style);
    }

    void verbatim(String text, int style) {
        text.codePoints().forEach(codePoint -> verbatim(codePoint, style));
    }

    /** Ends the line, if there is one; spaces at its end are dropped, or kept where text is passed through. */
    @Override
    public void newline() {
        finishWord();
        if (!styled && !gap.isEmpty()) {
            open();
            flush(gap);
        }
        gap.clear();
        if (lineOpen) {
            endLine();
        }
    }

    /**
     * A line that separates blocks: empty, or the bars of the quotes that go on over it. It is shown when something
     * follows. Several become one, and none begins the output, unless {@code all} are wanted.
     */
    void blank(String text, boolean all) {
        endBlock();
        if (all || (printed && blanks.isEmpty())) {
            blanks.add(text);
        }
    }

    void dropBlanks() {
        blanks.clear();
    }

    /** Ends the line. A block without any text, such as an empty list item, shows what its first line begins with. */
    void endBlock() {
        newline();
        if (!begun && !nextPrefix.isBlank()) {
            nextPrefix = nextPrefix.stripTrailing();
            open();
            newline();
        }
    }

    /** The columns that a line has for text, behind the prefix; 0 if the width is unknown. */
    int room() {
        return Math.max(0, width.getAsInt() - Columns.of(restPrefix));
    }

    /** Whether so many columns fit behind the prefix. */
    boolean fits(int columns) {
        return width.getAsInt() <= 0 || columns <= room();
    }

    /** What was written since the last call. */
    String drain() {
        String text = out.toString();
        out.setLength(0);
        return text;
    }

    private void finishWord() {
        if (!word.isEmpty()) {
            place();
        }
        overlong = false;
    }

    /** Prints the word, on the next line if it does not fit on this one. */
    private void place() {
        int limit = width.getAsInt();
        int gapColumns =
                gap.stream().mapToInt(glyph -> Columns.of(glyph.codePoint())).sum();
        if (limit > 0 && lineOpen && !overlong && column + gapColumns + wordColumns > limit) {
            gap.clear();
            endLine();
        }
        open();
        flush(gap);
        flush(word);
        wordColumns = 0;
    }

    private void endLine() {
        print('\n', Style.PLAIN);
        lineOpen = false;
        column = 0;
    }

    private void open() {
        if (!lineOpen) {
            lineOpen = true;
            begun = true;
            printed = true;
            for (String blank : blanks) {
                printAll(blank);
                print('\n', Style.PLAIN);
            }
            blanks.clear();
            column = 0;
            printAll(nextPrefix);
            nextPrefix = restPrefix;
        }
    }

    private void printAll(String prefix) {
        prefix.codePoints().forEach(c -> print(c, c == '│' ? Style.DIM : Style.PLAIN));
    }

    private void flush(List<Glyph> glyphs) {
        glyphs.forEach(glyph -> print(glyph.codePoint(), glyph.style()));
        glyphs.clear();
    }

    private void print(int codePoint, int style) {
        if (styled) {
            out.append(Style.change(ink, style));
            ink = style;
        }
        out.appendCodePoint(codePoint);
        column += codePoint == '\t' ? 8 - column % 8 : Columns.of(codePoint);
    }
}
