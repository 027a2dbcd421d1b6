package dev.turbochat.console;

import java.util.function.IntConsumer;

/**
 * Turns pieces of text, cut anywhere, into printable code points.
 *
 * <p>Surrogate pairs and {@code \r\n} are put together again across pieces, line ends become {@code \n}, and what could
 * drive a terminal becomes visible as {@link Printable} says. Not thread-safe.
 */
final class CodePoints {
    private final IntConsumer target;
    private char high;
    private boolean afterReturn;

    CodePoints(IntConsumer target) {
        this.target = target;
    }

    void put(String piece) {
        for (int i = 0; i < piece.length(); i++) {
            put(piece.charAt(i));
        }
    }

    /** Passes on what is held back: half a surrogate pair at most. */
    void end() {
        if (high != 0) {
            target.accept(Printable.of(high));
            high = 0;
        }
    }

    private void put(char c) {
        if (high != 0 && Character.isLowSurrogate(c)) {
            target.accept(Character.toCodePoint(high, c));
            high = 0;
            return;
        }
        end();
        if (Character.isHighSurrogate(c)) {
            high = c;
        } else if (c != '\n' || !afterReturn) {
            target.accept(c == '\r' ? '\n' : Printable.of(c));
        }
        afterReturn = c == '\r';
    }
}
