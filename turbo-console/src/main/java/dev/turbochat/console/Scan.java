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

    /** ASCII punctuation: what a backslash escapes. */
    static boolean punctuation(char c) {
        return c > ' ' && c < 0x7F && !Character.isLetterOrDigit(c);
    }
}
