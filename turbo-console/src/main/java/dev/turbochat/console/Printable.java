package dev.turbochat.console;

/**
 * Makes foreign text safe to print on a terminal.
 *
 * <p>A terminal obeys what it is sent: an escape sequence in a model's answer, a prompt or a session id could retitle the
 * window, fill the clipboard, answer for the user, or show other words than those that are there. So every control
 * character becomes a visible one of one column: C0 and DEL their control picture (ESC is shown as {@code ␛}), C1, the
 * line separators and bidirectional embeddings, overrides and isolates of Unicode, and halves of surrogate pairs {@code U+FFFD}. Everything else,
 * including the marks that right-to-left scripts need, stays.
 */
final class Printable {
    private static final int REPLACEMENT = 0xFFFD;

    private Printable() {}

    /** The text with its line breaks ({@code \r\n} and {@code \r} become {@code \n}) and tabs. */
    static String of(String text) {
        StringBuilder printable = new StringBuilder(text.length());
        CodePoints points = new CodePoints(printable::appendCodePoint);
        points.put(text);
        points.end();
        return printable.toString();
    }

    /** The text as a single line, for names and ids: line breaks and tabs are made visible too. */
    static String line(String text) {
        StringBuilder printable = new StringBuilder(text.length());
        text.codePoints().map(Printable::visible).forEach(printable::appendCodePoint);
        return printable.toString();
    }

    /** The code point as a terminal may have it; {@code \n} and {@code \t} are left to the caller. */
    static int of(int codePoint) {
        return codePoint == '\n' || codePoint == '\t' ? codePoint : visible(codePoint);
    }

    private static int visible(int codePoint) {
        if (codePoint < 0x20) {
            return 0x2400 + codePoint;
        }
        if (codePoint == 0x7F) {
            return 0x2421;
        }
        boolean hostile = (codePoint > 0x7F && codePoint < 0xA0)
                || (codePoint >= 0xD800 && codePoint <= 0xDFFF)
                || (codePoint >= 0x2028 && codePoint <= 0x202E)
                || (codePoint >= 0x2066 && codePoint <= 0x2069);
        return hostile ? REPLACEMENT : codePoint;
    }
}
