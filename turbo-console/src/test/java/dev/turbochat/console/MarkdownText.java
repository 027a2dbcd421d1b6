package dev.turbochat.console;

/** Renders a whole Markdown text for a terminal, exactly as {@link MarkdownStream} shows one that arrives in pieces. */
final class MarkdownText {
    private MarkdownText() {}

    /**
     * The text to print; it ends with a line break unless it is empty.
     *
     * @param width the columns of the terminal; 0 or less if unknown: nothing is wrapped
     * @param styled whether escape sequences may be printed; if not, markup is shown as it came
     */
    static String render(String markdown, int width, boolean styled) {
        StringBuilder rendered = new StringBuilder();
        MarkdownStream stream = new MarkdownStream(rendered::append, () -> width, styled);
        stream.text(markdown);
        stream.end();
        return rendered.toString();
    }
}
