package dev.turbochat.console;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes a message apart into lines and blocks and has them written.
 *
 * <p>A line is held back until {@link LineStart} knows what it is, usually at its first character or two; the rest of it
 * passes through to where that belongs. Blank lines are held back until something follows, so that a message does not end
 * in empty space, and several become one. Unless {@code styled}, all markup is shown as it came, and what it means decides
 * only how lines are wrapped. Not thread-safe.
 */
final class Blocks {
    /** A line that is undecided for so long is not meant for people, and reading it again and again would take for ever. */
    private static final int LONGEST_START = 500;

    private static final int LONGEST_RULE = 80;

    private enum Rest {
        UNDECIDED,
        TEXT,
        TABLE,
        VERBATIM,
        CODE
    }

    private final LineWriter lines;
    private final Inline inline;
    private final boolean styled;

    private final Table table = new Table();
    private final StringBuilder start = new StringBuilder();
    private Rest rest = Rest.UNDECIDED;
    private List<Container> containers = List.of();
    private Leaf.@Nullable Fence fence;
    private boolean inText;

    Blocks(LineWriter lines, boolean styled) {
        this.lines = lines;
        this.inline = new Inline(lines);
        this.styled = styled;
    }

    void put(int codePoint) {
        if (rest != Rest.UNDECIDED) {
            more(codePoint);
            return;
        }
        if (codePoint != '\n') {
            start.appendCodePoint(codePoint);
        }
        decide(codePoint == '\n');
        if (codePoint == '\n') {
            more('\n');
        }
    }

    /** Writes what was held back and ends the last line. */
    void end() {
        if (rest == Rest.UNDECIDED && !start.isEmpty()) {
            decide(true);
        }
        endText();
        lines.endBlock();
    }

    private void decide(boolean complete) {
        LineStart.Found found = null;
        if (fence != null) {
            found = LineStart.readCode(start, complete, containers, fence);
            if (found != null && found.leaf() instanceof Leaf.FenceGone) {
                fence = null;
            }
        }
        if (fence == null) {
            found = LineStart.read(start, complete, containers, inText);
        }
        if (found == null && start.length() > LONGEST_START) {
            found = new LineStart.Found(new Leaf.CodeLine(), 0, List.of(), 0, 0);
        }
        if (found != null) {
            show(found);
        }
    }

    private void show(LineStart.Found found) {
        int content = styled ? styled(found) : plain(found);
        String remaining = start.substring(content);
        start.setLength(0);
        remaining.codePoints().forEach(this::more);
    }

    /** Begins the line as it came; returns where its remaining text begins. */
    private int plain(LineStart.Found found) {
        return switch (found.leaf()) {
            case Leaf.Text text -> plain(found, Rest.TEXT, found.content());
            case Leaf.Heading heading -> plain(found, Rest.TEXT, found.content());
            case Leaf.Blank blank
            when start.toString().isBlank() -> {
                blank(found, start.toString());
                yield start.length();
            }
            case Leaf leaf -> {
                fence = leaf instanceof Leaf.FenceBegin(Leaf.Fence begun) ? begun : fence;
                fence = leaf instanceof Leaf.FenceEnd ? null : fence;
                yield plain(found, Rest.VERBATIM, 0);
            }
        };
    }

    private int plain(LineStart.Found found, Rest kind, int content) {
        String first = start.substring(0, content);
        begin(found, first, first.replaceAll("[^>\\s]", " "));
        inText = found.leaf() instanceof Leaf.Text;
        rest = kind;
        return content;
    }

    /** Begins the line with its markup acted upon; returns where its remaining text begins. */
    private int styled(LineStart.Found found) {
        boolean opens = found.containers().size() > found.kept();
        boolean goesOn = inText && !opens && found.kept() == containers.size();
        int whole = start.length();
        switch (found.leaf()) {
            case Leaf.Blank blank -> {
                if (opens && found.containers().getLast() instanceof Container.Item) {
                    begin(found);
                } else {
                    blank(
                            found,
                            prefix(found.containers(), found.containers().size())
                                    .stripTrailing());
                }
                return whole;
            }
            case Leaf.Text text -> {
                if (!goesOn) {
                    begin(found);
                }
                inText = true;
                rest = Rest.TEXT;
                " ".repeat(found.indent()).chars().forEach(inline::put);
            }
            case Leaf.Heading heading -> {
                begin(found);
                inline.begin(heading.level() == 1 ? Style.BOLD | Style.UNDERLINE : Style.BOLD);
                rest = Rest.TEXT;
            }
            case Leaf.Rule rule -> {
                begin(found);
                int room = lines.room() > 0 ? lines.room() : LONGEST_RULE / 2;
                lines.verbatim("─".repeat(Math.min(room, LONGEST_RULE)), Style.DIM);
                return whole;
            }
            case Leaf.TableRow row -> {
                if (table.isEmpty() || opens || found.kept() < containers.size()) {
                    begin(found);
                }
                rest = Rest.TABLE;
            }
            case Leaf.FenceBegin(Leaf.Fence begun) -> {
                begin(found);
                fence = begun;
                lines.verbatim(begun.info(), Style.DIM);
                return whole;
            }
            case Leaf.FenceEnd end -> {
                fence = null;
                lines.dropBlanks();
                return whole;
            }
            case Leaf.FenceGone gone -> throw new AssertionError("read again without the fence");
            case Leaf.CodeLine code -> {
                if (fence == null) {
                    begin(found);
                }
                lines.verbatim(" ".repeat(found.indent()), Style.CODE);
                rest = Rest.CODE;
            }
        }
        return found.content();
    }

    private void begin(LineStart.Found found) {
        begin(
                found,
                prefix(found.containers(), found.kept()),
                prefix(found.containers(), found.containers().size()));
    }

    /** Shows what of the paragraph or table before is held back. */
    private void endText() {
        inline.finish();
        inText = false;
        table.show(lines);
    }

    private void begin(LineStart.Found found, String firstPrefix, String restPrefix) {
        endText();
        containers = found.containers();
        lines.prefix(firstPrefix, restPrefix);
    }

    /** What a line in these containers begins with if the first {@code known} of them have begun before. */
    private static String prefix(List<Container> containers, int known) {
        StringBuilder prefix = new StringBuilder();
        for (int i = 0; i < containers.size(); i++) {
            prefix.append(
                    i < known ? containers.get(i).rest() : containers.get(i).first());
        }
        return prefix.toString();
    }

    private void blank(LineStart.Found found, String line) {
        endText();
        containers = found.containers();
        lines.blank(line, !styled || fence != null);
    }

    /** Takes a character of a line that is decided. */
    private void more(int codePoint) {
        if (codePoint == '\n') {
            endLine();
            return;
        }
        switch (rest) {
            case TEXT -> {
                if (styled) {
                    inline.put(codePoint);
                } else {
                    lines.put(codePoint, Style.PLAIN);
                }
            }
            case TABLE -> table.put(codePoint);
            case VERBATIM -> lines.verbatim(codePoint, Style.PLAIN);
            case CODE -> lines.verbatim(codePoint, Style.CODE);
            case UNDECIDED -> throw new AssertionError("nothing is known about the line");
        }
    }

    private void endLine() {
        if (rest == Rest.TEXT && inText && styled) {
            inline.put('\n'); // the paragraph, and what is open in it, may go on
        } else if (rest == Rest.TABLE) {
            table.endRow();
            if (table.full()) {
                endText();
            }
        } else {
            inline.finish();
            lines.newline();
        }
        rest = Rest.UNDECIDED;
    }
}
