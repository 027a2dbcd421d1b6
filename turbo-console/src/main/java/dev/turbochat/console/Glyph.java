package dev.turbochat.console;

/** A character and its look, bits of {@link Style}. */
record Glyph(int codePoint, int style) {

    /** Takes running text that is decided. */
    interface Sink {
        void put(int codePoint, int style);

        void newline();
    }
}
