package dev.turbochat.console;

/**
 * Attributes of text on a terminal (ECMA-48, SGR).
 *
 * @param allowed whether they may be used; else text stays as it is
 */
record Ansi(boolean allowed) {
    String bold(String text) {
        return with("1", text);
    }

    String dim(String text) {
        return with("2", text);
    }

    private String with(String attribute, String text) {
        return allowed && !text.isEmpty() ? "\u001b[" + attribute + "m" + text + "\u001b[0m" : text;
    }
}
