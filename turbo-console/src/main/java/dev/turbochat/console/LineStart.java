package dev.turbochat.console;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the beginning of a line: which containers it stands in, and what it is.
 *
 * <p>Algorithm: the line is parsed as if it ended where the text ends so far. If that looked past the end of an unfinished
 * line, the result may still change and is withheld; so every rule is written once, for finished lines, and yet a line is
 * decided at the first character that settles it. Lists nest by two columns or more, which is laxer than CommonMark and
 * what models write. Lines without their container's indent or mark leave it (there are no lazy continuations).
 */
final class LineStart {
    /**
     * A decided line.
     *
     * @param kept how many of the open containers it stands in
     * @param containers those, and the ones it opens
     * @param indent the columns of space before its content, beyond its containers' own
     * @param content where its content begins
     */
    record Found(Leaf leaf, int kept, List<Container> containers, int indent, int content) {}

    private static final String BULLETS = "•◦▪";

    private final CharSequence line;
    private final boolean complete;
    private int position;
    private int column;
    /** The column where the innermost container's content begins. */
    private int base;

    private boolean starved;

    private LineStart(CharSequence line, boolean complete) {
        this.line = line;
        this.complete = complete;
    }

    /** What the line is; null if the characters so far do not tell. {@code inText}: a paragraph may go on. */
    static @Nullable Found read(CharSequence line, boolean complete, List<Container> open, boolean inText) {
        LineStart start = new LineStart(line, complete);
        Found found = start.read(open, inText);
        return start.starved ? null : found;
    }

    /** The same, inside a fenced code block. */
    static @Nullable Found readCode(CharSequence line, boolean complete, List<Container> open, Leaf.Fence fence) {
        LineStart start = new LineStart(line, complete);
        Found found = start.readCode(open, fence);
        return start.starved ? null : found;
    }

    private Found read(List<Container> open, boolean inText) {
        int kept = 0;
        while (kept < open.size() && goesOn(open.get(kept))) {
            kept++;
        }
        List<Container> containers = new ArrayList<>(open.subList(0, kept));
        boolean continues = inText && kept == open.size();
        while (true) {
            skipBlanks();
            int indent = column - base;
            if (at(position) == '\n') {
                return new Found(new Leaf.Blank(), kept, containers, 0, position);
            }
            boolean near = indent <= 3;
            if ((near && rule()) || (continues && containers.size() == kept && underline())) {
                return new Found(new Leaf.Rule(), kept, containers, indent, position);
            }
            Container next = near || !containers.isEmpty() ? container(containers) : null;
            if (next == null) {
                boolean code = !near && !(continues && containers.size() == kept);
                Leaf leaf = code ? new Leaf.CodeLine() : near ? leaf(indent) : new Leaf.Text();
                return new Found(leaf, kept, List.copyOf(containers), indent, position);
            }
            containers.add(next);
        }
    }

    private Found readCode(List<Container> open, Leaf.Fence fence) {
        for (Container container : open) {
            skipBlanks();
            if (container instanceof Container.Item item) {
                base = Math.max(base, Math.min(column, item.content()));
            } else if (!goesOn(container)) {
                return new Found(new Leaf.FenceGone(), 0, open, 0, 0);
            }
        }
        skipBlanks();
        if (at(position) == '\n') {
            return new Found(new Leaf.Blank(), open.size(), open, 0, position);
        }
        if (at(position) == fence.mark()) {
            int end = repeated(fence.mark(), position);
            if (end - position >= fence.length() && blankFrom(end)) {
                return new Found(new Leaf.FenceEnd(), open.size(), open, 0, position);
            }
        }
        // Where nothing is to be taken off the line stays as it is, tabs included.
        boolean whole = base == 0 && fence.indent() == 0;
        int indent = Math.max(0, column - base - fence.indent());
        return new Found(new Leaf.CodeLine(), open.size(), open, whole ? 0 : indent, whole ? 0 : position);
    }

    /** Whether the line is still in the container; moves past what says so. */
    private boolean goesOn(Container container) {
        skipBlanks();
        return switch (container) {
            case Container.Quote quote -> column - base <= 3 && quoteMark();
            case Container.Item item -> {
                boolean inside = at(position) == '\n' || column >= item.marker() + 2;
                base = inside ? Math.max(base, Math.min(column, item.content())) : base;
                yield inside;
            }
        };
    }

    private boolean quoteMark() {
        if (at(position) != '>') {
            return false;
        }
        position++;
        column++;
        base = blank(at(position)) ? column + 1 : column;
        return true;
    }

    private @Nullable Container container(List<Container> outer) {
        if (quoteMark()) {
            return new Container.Quote();
        }
        int length = marker();
        if (length == 0) {
            return null;
        }
        int start = column;
        long depth = outer.stream().filter(Container.Item.class::isInstance).count();
        String label = digit(at(position))
                ? line.subSequence(position, position + length).toString()
                : String.valueOf(BULLETS.charAt((int) Math.min(depth, BULLETS.length() - 1)));
        position += length;
        column += length;
        int end = column;
        skipBlanks();
        base = at(position) == '\n' || column - end > 4 ? end + 1 : column;
        return new Container.Item(start, base, label);
    }

    /** The length of the list marker here; 0 if there is none. */
    private int marker() {
        int end = position;
        while (digit(at(end)) && end - position < 9) {
            end++;
        }
        String marks = end > position ? ".)" : "-*+";
        return marks.indexOf(at(end)) >= 0 && (blank(at(end + 1)) || at(end + 1) == '\n') ? end + 1 - position : 0;
    }

    private Leaf leaf(int indent) {
        char c = at(position);
        int end = "#`~".indexOf(c) < 0 ? position : repeated(c, position);
        int length = end - position;
        if (c == '#' && length <= 6 && blank(at(end))) {
            int content = end;
            while (blank(at(content))) {
                content++;
            }
            if (at(content) == '\n') {
                return new Leaf.Text(); // a heading of nothing would show nothing
            }
            position = content;
            return new Leaf.Heading(length);
        }
        if ((c == '`' || c == '~') && length >= 3) {
            int eol = end;
            while (at(eol) != '\n' && !(c == '`' && at(eol) == '`')) {
                eol++;
            }
            String info = line.subSequence(end, eol).toString().strip();
            return at(eol) == '\n' ? new Leaf.FenceBegin(new Leaf.Fence(c, length, indent, info)) : new Leaf.Text();
        }
        return c == '|' ? new Leaf.TableRow() : new Leaf.Text();
    }

    /** Three or more of the same mark, perhaps with spaces between. */
    private boolean rule() {
        char mark = at(position);
        if ("-*_".indexOf(mark) < 0) {
            return false;
        }
        int marks = 0;
        int end = position;
        for (; at(end) == mark || blank(at(end)); end++) {
            marks += at(end) == mark ? 1 : 0;
        }
        return at(end) == '\n' && marks >= 3;
    }

    /** The line of equals signs under a heading; one of dashes is a rule anyway. */
    private boolean underline() {
        int end = at(position) == '=' ? repeated('=', position) : position;
        return end - position >= 3 && blankFrom(end);
    }

    private int repeated(char c, int from) {
        int end = from;
        while (at(end) == c && c != '\n') {
            end++;
        }
        return end;
    }

    private boolean blankFrom(int from) {
        int end = from;
        while (blank(at(end))) {
            end++;
        }
        return at(end) == '\n';
    }

    private void skipBlanks() {
        for (; blank(at(position)); position++) {
            column += at(position) == '\t' ? 4 - column % 4 : 1;
        }
    }

    private static boolean blank(char c) {
        return c == ' ' || c == '\t';
    }

    private static boolean digit(char c) {
        return c >= '0' && c <= '9';
    }

    private char at(int index) {
        if (index < line.length()) {
            return line.charAt(index);
        }
        starved |= !complete;
        return '\n';
    }
}
