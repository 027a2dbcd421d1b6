package dev.turbochat.console;

/**
 * The text of one block: emphasis, code, links and escapes, as they arrive.
 *
 * <p>Algorithm: {@link #held} is the text that is not decided yet. Each new character tries again to decide its beginning:
 * ordinary text at once, a marker when what must follow it is there. An opening marker waits for its closing one, so that
 * {@code 5 *items} keeps its star, but not for ever: after {@link #PATIENCE} characters emphasis and code are believed and
 * shown as such while they go on (a long bold passage), and a bracket is taken to be text. Every decision depends on the
 * characters alone, never on how they were cut into pieces. Not thread-safe.
 */
final class Inline {
    /** How much text waits for the end of what it began: less than a line, about the time of a dozen tokens. */
    static final int PATIENCE = 60;

    private static final int WAIT = 0;

    private final Glyph.Sink lines;
    private final StringBuilder held = new StringBuilder();
    private final Emphasis emphasis = new Emphasis();
    private int base;
    private int before = '\n';
    /** The length of the backtick run that opened the code we are in without having seen its end; 0 outside. */
    private int code;

    private boolean url;
    private boolean last;

    Inline(Glyph.Sink lines) {
        this.lines = lines;
    }

    /** Begins a block whose text has this look. */
    void begin(int style) {
        finish();
        base = style;
    }

    /** Adds a character; {@code \n} breaks the line within the block. */
    void put(int codePoint) {
        held.appendCodePoint(codePoint);
        decide();
    }

    /** Ends the block: what still waited is text, what was open is closed. */
    void finish() {
        last = true;
        decide();
        last = false;
        emphasis.closeAll();
        code = 0;
        url = false;
        base = Style.PLAIN;
        before = '\n';
    }

    private void decide() {
        int done = 0;
        while (done < held.length()) {
            int used = step(done);
            if (used == WAIT) {
                break;
            }
            done += used;
        }
        held.delete(0, done);
    }

    /** Decides what begins at {@code i}: the number of characters used, or WAIT. */
    private int step(int i) {
        int c = held.codePointAt(i);
        if (code > 0) {
            return codeGoesOn(i, c);
        }
        return switch (c) {
            case '\\' -> escape(i);
            case '`' -> code(i);
            case '*' -> emphasis(i);
            case '_', '~' -> url ? text(c) : emphasis(i);
            case '[' -> link(i);
            case '!' -> image(i);
            default -> text(c);
        };
    }

    private int text(int c) {
        if (c == '\n') {
            lines.newline();
        } else {
            lines.put(c, base | emphasis.style() | (code > 0 ? Style.CODE : 0));
        }
        // In a bare URL underscores and tildes are not emphasis.
        url = url ? !Character.isWhitespace(c) : c == '/' && before == ':';
        before = c;
        return Character.charCount(c);
    }

    private int text(int from, int to) {
        for (int i = from; i < to; ) {
            i += text(held.codePointAt(i));
        }
        return to - from;
    }

    private int escape(int i) {
        if (i + 1 == held.length()) {
            return last ? text('\\') : WAIT;
        }
        char c = held.charAt(i + 1);
        if (c == '\n') {
            return 1; // a hard line break, and every line break is one here
        }
        return Scan.punctuation(c) ? 1 + text(c) : text('\\');
    }

    private int code(int i) {
        int length = Scan.run(held, i);
        int start = i + length;
        if (start == held.length() && !last) {
            return waitForRun(i);
        }
        int end = Scan.codeEnd(held, start, length, last);
        if (end >= 0) {
            boolean padded = end - start > 2
                    && held.charAt(start) == ' '
                    && held.charAt(end - 1) == ' '
                    && !held.substring(start, end).isBlank();
            code = length;
            for (int j = padded ? start + 1 : start; j < (padded ? end - 1 : end); ) {
                int c = held.codePointAt(j);
                text(c == '\n' ? ' ' : c);
                j += Character.charCount(c);
            }
            code = 0;
            before = '`';
            return end + length - i;
        }
        if (last || (Character.isWhitespace(held.charAt(start)) && impatient(start))) {
            return text(i, start);
        }
        if (!impatient(start)) {
            return WAIT;
        }
        code = length;
        return length;
    }

    private int codeGoesOn(int i, int c) {
        if (c != '`') {
            text(c == '\n' ? ' ' : c);
            return Character.charCount(c);
        }
        int length = Scan.run(held, i);
        if (i + length == held.length() && !last) {
            return waitForRun(i);
        }
        if (length != code) {
            return text(i, i + length);
        }
        code = 0;
        before = '`';
        return length;
    }

    private int emphasis(int i) {
        char marker = held.charAt(i);
        int length = Scan.run(held, i);
        int rest = i + length;
        if (rest == held.length() && !last) {
            return waitForRun(i);
        }
        int after = rest < held.length() ? held.codePointAt(rest) : '\n';
        int closing = emphasis.closing(marker, length, before, after);
        if (closing > 0) {
            emphasis.close(marker, closing);
            before = marker;
            text(i + closing, rest);
            return length;
        }
        if (!emphasis.mayOpen(marker, length, before, after)) {
            return text(i, rest);
        }
        boolean opens = Scan.closes(held, rest, marker, length, last);
        if (!opens && !last && !impatient(rest)) {
            return WAIT;
        }
        if (!opens && (last || !Emphasis.believable(before))) {
            return text(i, rest);
        }
        emphasis.open(marker, length);
        before = marker;
        return length;
    }

    private int image(int i) {
        if (i + 1 == held.length()) {
            return last ? text('!') : WAIT;
        }
        return switch (Link.find(held, i + 1, last)) {
            case Link.Found link -> 1 + show(link);
            case Link.Undecided undecided -> WAIT;
            case Link.None none -> text('!');
        };
    }

    private int link(int i) {
        return switch (Link.find(held, i, last)) {
            case Link.Found link -> show(link);
            case Link.Undecided undecided -> WAIT;
            case Link.None none -> text('[');
        };
    }

    /** Shows the label, and behind it the target unless that is the same. */
    private int show(Link.Found link) {
        Inline label = new Inline(lines);
        label.begin(base | emphasis.style() | Style.UNDERLINE);
        link.label().codePoints().forEach(label::put);
        label.finish();
        if (!link.target().equals(link.label())) {
            if (!link.label().isEmpty()) {
                lines.put(' ', Style.PLAIN);
            }
            ("(" + link.target() + ")").codePoints().forEach(c -> lines.put(c, Style.DIM));
        }
        before = ')';
        url = false;
        return link.length();
    }

    /** A run of markers may go on; one that goes on for ever is text, lest it is counted again for each character. */
    private int waitForRun(int i) {
        return impatient(i) ? text(i, held.length()) : WAIT;
    }

    private boolean impatient(int from) {
        return held.length() - from > PATIENCE;
    }
}
