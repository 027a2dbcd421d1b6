package dev.turbochat.console;

/** The looks of a character, as a set of bits, and the escape sequences (ECMA-48 SGR) that switch between them. */
final class Style {
    static final int PLAIN = 0;
    static final int BOLD = 1;
    static final int DIM = 1 << 1;
    static final int ITALIC = 1 << 2;
    static final int UNDERLINE = 1 << 3;
    static final int STRIKE = 1 << 4;
    static final int CODE = 1 << 5;

    private static final String[] SGR = {"1", "2", "3", "4", "9", "36"};

    private Style() {}

    /**
     * What to print so that text after it has the look {@code to}. Looks are never taken away one by one: not every
     * terminal knows how, but all know the reset.
     */
    static String change(int from, int to) {
        if (from == to) {
            return "";
        }
        StringBuilder codes = new StringBuilder();
        if ((from & ~to) != 0) {
            codes.append("0;");
        }
        for (int bit = 0; bit < SGR.length; bit++) {
            int mask = 1 << bit;
            boolean needed = (to & mask) != 0 && ((from & ~to) != 0 || (from & mask) == 0);
            if (needed) {
                codes.append(SGR[bit]).append(';');
            }
        }
        codes.setLength(codes.length() - 1);
        return "\033[" + codes + "m";
    }
}
