package dev.turbochat.console;

/**
 * Gives whole pieces of text a look.
 *
 * @param allowed whether escape sequences may be printed; else text stays as it is
 */
record Paint(boolean allowed) {
    String bold(String text) {
        return with(Style.BOLD, text);
    }

    String dim(String text) {
        return with(Style.DIM, text);
    }

    private String with(int look, String text) {
        return allowed && !text.isEmpty()
                ? Style.change(Style.PLAIN, look) + text + Style.change(look, Style.PLAIN)
                : text;
    }
}
