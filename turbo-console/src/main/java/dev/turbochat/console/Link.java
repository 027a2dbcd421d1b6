package dev.turbochat.console;

/** Whether a link {@code [label](target)} begins here, in text that may still grow. */
sealed interface Link {

    /**
     * A link.
     *
     * @param label the Markdown between the brackets
     * @param target what the parentheses hold: a URL, perhaps with a title
     * @param length the number of characters from the opening bracket to the closing parenthesis
     */
    record Found(String label, String target, int length) implements Link {}

    /** No link, whatever follows. */
    record None() implements Link {}

    /** What decides has not arrived. */
    record Undecided() implements Link {}

    /** A label waits for its end twice as long as emphasis does: it cannot be shown before. */
    int LONGEST_LABEL = 2 * Inline.PATIENCE;

    int LONGEST_TARGET = 2_000;

    /** Looks for a link that begins at {@code from}; {@code last}: no more text follows. */
    static Link find(CharSequence text, int from, boolean last) {
        if (text.charAt(from) != '[') {
            return new None();
        }
        int close = end(text, from, '[', ']', last);
        int open = close + 1;
        if (close < 0 || open == text.length()) {
            return last || text.length() - from > LONGEST_LABEL ? new None() : new Undecided();
        }
        if (text.charAt(open) != '(' || !target(text, open)) {
            return new None();
        }
        int end = end(text, open, '(', ')', true);
        if (end < 0) {
            return last || text.length() - open > LONGEST_TARGET ? new None() : new Undecided();
        }
        String target = text.subSequence(open + 1, end).toString().strip();
        String label = text.subSequence(from + 1, close).toString();
        return target.isEmpty() ? new None() : new Found(label, target, end + 1 - from);
    }

    /** The bracket that matches the one at {@code from}, past escapes and code; -1 if there is none yet. */
    private static int end(CharSequence text, int from, char opening, char closing, boolean last) {
        int depth = 0;
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\') {
                i++;
            } else if (c == '`' && opening == '[') {
                int length = Scan.run(text, i);
                int codeEnd = Scan.codeEnd(text, i + length, length, last);
                i = (codeEnd < 0 ? i : codeEnd) + length - 1;
            } else if (c == opening) {
                depth++;
            } else if (c == closing && --depth == 0) {
                return i;
            }
        }
        return -1;
    }

    /** Whether what is there after the parenthesis may be a target: one word, then at most a quoted title. */
    private static boolean target(CharSequence text, int open) {
        boolean bracketed = open + 1 < text.length() && text.charAt(open + 1) == '<';
        for (int i = open + 1; i < text.length() && text.charAt(i) != ')'; i++) {
            char c = text.charAt(i);
            if (c == '\n') {
                return false;
            }
            if (c == ' ' && i > open + 1 && !bracketed && i + 1 < text.length()) {
                return " \"')".indexOf(text.charAt(i + 1)) >= 0 && text.charAt(i + 1) != ' ';
            }
        }
        return true;
    }
}
