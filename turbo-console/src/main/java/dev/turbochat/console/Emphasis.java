package dev.turbochat.console;

/**
 * Which of {@code *}, {@code **}, {@code _}, {@code __} and {@code ~~} are open, and which runs may open or close them.
 *
 * <p>The rules are CommonMark's, with three changes that keep more of what models write readable. A run may touch
 * punctuation on its inner side, so that emphasis works between words that no spaces separate (Chinese, Japanese). A star
 * beside a digit inside a word is arithmetic ({@code 2*3}, {@code x**2}). A star before closing punctuation opens nothing
 * ({@code *.txt}, footnote marks). A run is at most three characters; a longer one is text.
 */
final class Emphasis {
    private static final int SINGLE = 1;
    private static final int DOUBLE = 2;

    /** What is open, by marker: bits of SINGLE and DOUBLE. */
    private int stars;

    private int underscores;
    private int tildes;

    int style() {
        int both = stars | underscores;
        return ((both & SINGLE) != 0 ? Style.ITALIC : 0)
                | ((both & DOUBLE) != 0 ? Style.BOLD : 0)
                | (tildes != 0 ? Style.STRIKE : 0);
    }

    /** Whether a run of {@code length} markers between the two characters may open what is not open yet. */
    boolean mayOpen(int marker, int length, int before, int after) {
        if (length > 3 || space(after) || ".,;:!?)]}/|".indexOf(after) >= 0 || (open(marker) & length) != 0) {
            return false;
        }
        return switch (marker) {
            case '_' -> !wordly(before);
            case '~' -> length == 2;
            default -> !wordly(before) || (!Character.isDigit(before) && !Character.isDigit(after));
        };
    }

    void open(int marker, int length) {
        set(marker, open(marker) | length);
    }

    /** How many markers of the run close something that is open: 0 to 3. */
    int closing(int marker, int length, int before, int after) {
        if (!mayClose(marker, before, after) || (marker == '~' && length != 2)) {
            return 0;
        }
        int open = open(marker);
        if (length >= 3 && open == 3) {
            return 3;
        }
        if (length >= 2 && (open & DOUBLE) != 0) {
            return DOUBLE;
        }
        return open & SINGLE;
    }

    void close(int marker, int length) {
        set(marker, open(marker) & ~length);
    }

    void closeAll() {
        stars = 0;
        underscores = 0;
        tildes = 0;
    }

    /** Whether a later run could close (part of) what a run of {@code opener} markers opens. */
    static boolean closes(int marker, int opener, int length, int before, int after) {
        boolean fits = switch (opener) {
            case SINGLE -> length != DOUBLE;
            case DOUBLE -> marker == '~' ? length == 2 : length >= 2;
            default -> true;
        };
        return fits && mayClose(marker, before, after);
    }

    /** Whether a run of which no end is in sight is likely meant: not inside a word, as in {@code s**t}. */
    static boolean believable(int before) {
        return !wordly(before) || Columns.wide(before);
    }

    private static boolean mayClose(int marker, int before, int after) {
        return !space(before) && (marker != '_' || !wordly(after));
    }

    private int open(int marker) {
        return switch (marker) {
            case '*' -> stars;
            case '_' -> underscores;
            default -> tildes;
        };
    }

    private void set(int marker, int open) {
        switch (marker) {
            case '*' -> stars = open;
            case '_' -> underscores = open;
            default -> tildes = open;
        }
    }

    private static boolean wordly(int codePoint) {
        return Character.isLetterOrDigit(codePoint);
    }

    private static boolean space(int codePoint) {
        return Character.isWhitespace(codePoint) || codePoint == 0xA0;
    }
}
