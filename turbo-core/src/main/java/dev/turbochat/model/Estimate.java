package dev.turbochat.model;

/** How many tokens a text has, about; in sixths of a token a character. */
final class Estimate {
    private Estimate() {}

    static int of(String text) {
        long sixths = 0;
        for (int i = 0; i < text.length(); i++) {
            sixths += sixths(text.charAt(i));
        }
        return (int) Math.min(Integer.MAX_VALUE, Math.ceilDiv(sixths, 6L));
    }

    private static int sixths(char c) {
        if (c >= 0x80) {
            return c < 0x800 ? 4 : 6; // half of a pair counts as much, too: two tokens a pair
        }
        if (c >= '0' && c <= '9') {
            return 4;
        }
        boolean letter = c <= ' ' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        return letter ? 2 : 3;
    }
}
