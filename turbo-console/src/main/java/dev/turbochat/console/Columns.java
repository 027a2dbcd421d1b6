package dev.turbochat.console;

import org.jline.utils.WCWidth;

/** How many columns text takes on a terminal, and where a line of it may break without a space. */
final class Columns {
    /** Closing marks and small kana, which must not begin a line. */
    private static final String NEVER_FIRST = ",.!?;:)]}%'\"’”…、。，．・：；？！）］｝」』】〉》〕々ー〜ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮ";
    /** Opening marks, which must not end one. */
    private static final String NEVER_LAST = "([{'\"‘“（［｛「『【〈《〔";

    private static final int JOINER = 0x200D;
    private static final int EMOJI_STYLE = 0xFE0F;

    private Columns() {}

    /**
     * The columns of one code point. Terminals disagree about emoji made of several code points; this counts each part,
     * and a column for the emoji style selector, so that a line is at worst wrapped early.
     */
    static int of(int codePoint) {
        return codePoint == EMOJI_STYLE ? 1 : Math.max(0, WCWidth.wcwidth(codePoint));
    }

    static int of(String text) {
        return text.codePoints().map(Columns::of).sum();
    }

    /** Whether a line may break between the two, neither of which is a space: around wide characters (CJK, emoji). */
    static boolean mayBreak(int before, int after) {
        return (wide(before) || wide(after))
                && before != JOINER
                && Columns.of(after) > 0
                && after != EMOJI_STYLE
                && !modifiesEmoji(after)
                && NEVER_FIRST.indexOf(after) < 0
                && NEVER_LAST.indexOf(before) < 0;
    }

    static boolean wide(int codePoint) {
        return WCWidth.wcwidth(codePoint) > 1;
    }

    /** Skin tones, and the regional indicators that make flags in pairs. */
    private static boolean modifiesEmoji(int codePoint) {
        return (codePoint >= 0x1F3FB && codePoint <= 0x1F3FF) || (codePoint >= 0x1F1E6 && codePoint <= 0x1F1FF);
    }
}
