package dev.turbochat.console;

/** Looks at terminal output the way a person and a terminal do. */
final class Ansi {
    private static final String SGR = "\033\\[([0-9;]+)m";

    private Ansi() {}

    /** Escape sequences as something readable: {@code ESC[1m} as {@code <1>}. */
    static String readable(String output) {
        return output.replaceAll(SGR, "<$1>");
    }

    /** Without the escape sequences that turbo prints; others stay. */
    static String visible(String output) {
        return output.replaceAll(SGR, "");
    }

    static String letters(String text) {
        return text.replaceAll("[^A-Za-z]", "");
    }
}
