package dev.turbochat.model.eliza;

import java.util.Locale;

/**
 * The function HASH of SLIP, the list language under the ELIZA of 1966: the middle bits of a machine word's square.
 *
 * <p>The IBM 7094 kept six characters of six bits in a word of 36, the topmost being its sign; what is longer went on in
 * further words, and the last of them was hashed. The paper has a test: ALWAYS in seven bits is 14.
 */
final class SlipHash {
    private static final int CHARACTERS = 6;
    private static final int SPACE = 060;
    private static final long MAGNITUDE = (1L << 35) - 1;

    private SlipHash() {}

    /** The hash of a word's last six characters or fewer, in up to 15 bits. */
    static int of(String word, int bits) {
        String upper = word.toUpperCase(Locale.ROOT);
        int start = (upper.length() - 1) / CHARACTERS * CHARACTERS;
        long datum = 0;
        for (int i = start; i < start + CHARACTERS; i++) {
            datum = (datum << 6) | (i < upper.length() ? code(upper.charAt(i)) : SPACE);
        }
        datum &= MAGNITUDE;
        // The square has 70 bits; those that do not fit into a long are above the middle.
        long middle = (datum * datum) >>> (35 - bits / 2);
        return (int) (middle & ((1L << bits) - 1));
    }

    /** The 7094's code of a character; characters that it did not have get one that is as good as any. */
    private static int code(char c) {
        if (c >= 'A' && c <= 'I') {
            return 021 + c - 'A';
        }
        if (c >= 'J' && c <= 'R') {
            return 041 + c - 'J';
        }
        if (c >= 'S' && c <= 'Z') {
            return 062 + c - 'S';
        }
        return switch (c) {
            case '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> c - '0';
            case '\'' -> 014;
            case '-' -> 040;
            default -> c & 077;
        };
    }
}
