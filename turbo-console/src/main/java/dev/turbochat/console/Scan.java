package dev.turbochat.console;

/** Looks ahead in text that is not decided yet. */
final class Scan {
    private Scan() {}

    /** How often the character at {@code from} is repeated, itself included. */
    static int run(CharSequence text, int from) {
        int end = from + 1;
        while (end < text.length() && text.charAt(end) == text.charAt(from)) {
            end++;
        }
        return end - from;
    }

    /**
     * Where the run of exactly {@code length} backticks begins that ends a code span; -1 if there is none. A run at the
     * very end does not count unless it is the {@code last} text, because it may go on.
     */
    static int codeEnd(CharSequence text, int from, int length, boolean last) {
        int i = from;
        while (i < text.length()) {
            int run = text.charAt(i) == '`' ? run(text, i) : 1;
            if (text.charAt(i) == '`' && run == length && (last || i + run < text.length())) {
                return i;
            }
            i += run;
        }
        return -1;
    }

    /** Whether there is an end for the emphasis that {@code opener} markers before {@code from} would open. */
    static boolean closes(CharSequence text, int from, char marker, int opener, boolean last) {
        for (int i = from; i < text.length(); ) {
            char c = text.charAt(i);
            int length = run(text, i);
            int end = i + length;
            if (c == '\\') {
                i += 2;
            } else if (c == '`') {
                int codeEnd = codeEnd(text, end, length, last);
                i = codeEnd < 0 ? end : codeEnd + length;
            } else if (c != marker) {
                i++;
            } else if (end == text.length() && !last) {
                return false; // the run may go on
            } else {
                int after = end < text.length() ? Character.codePointAt(text, end) : '\n';
                if (i > from && Emphasis.closes(marker, opener, length, Character.codePointBefore(text, i), after)) {
                    return true;
                }
                i = end;
            }
        }
        return false;
    }

    /** ASCII punctuation: what a backslash escapes. */
    static boolean punctuation(char c) {
        return c > ' ' && c < 0x7F && !Character.isLetterOrDigit(c);
    }
}
