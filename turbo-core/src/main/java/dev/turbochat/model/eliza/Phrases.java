package dev.turbochat.model.eliza;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Cuts a message into phrases, and these into words.
 *
 * <p>As in 1966 a phrase ends at a comma, a full stop or the word "but"; people who have more keys than a teletype end
 * theirs with other marks and new lines, too. Everything else that is no part of a word is passed over.
 */
final class Phrases {
    /** What is read of a message: the first phrase with a keyword decides, so nobody misses the rest. */
    private static final int MOST_CHARACTERS = 20_000;
    /** Far more than a line of a teletype; what is longer would be said again at a length that nobody reads. */
    private static final int MOST_WORDS = 100;

    private static final int LONGEST_WORD = 64;
    private static final String DELIMITERS =
            ".,;:!?\n\r\u2026\u2013\u2014\u3002\u3001\uff0c\uff0e\uff01\uff1f\uff1b\uff1a";
    private static final int ZERO_WIDTH_JOINER = 0x200D;

    private final Set<String> common;
    private final boolean shouted;
    private final List<List<Word>> phrases = new ArrayList<>();
    private final StringBuilder raw = new StringBuilder();
    private List<Word> phrase = new ArrayList<>();

    private Phrases(Set<String> common, boolean shouted) {
        this.common = common;
        this.shouted = shouted;
    }

    /**
     * The phrases of a text, none of them empty.
     *
     * @param common words, in lower case, that lose the capital with which they may begin a sentence
     */
    static List<List<Word>> of(String text, Set<String> common) {
        String read = text.length() <= MOST_CHARACTERS ? text : text.substring(0, MOST_CHARACTERS);
        boolean shouted = read.codePoints().noneMatch(Character::isLowerCase);
        Phrases phrases = new Phrases(common, shouted);
        int before = ' ';
        for (int i = 0, width; i < read.length(); i += width) {
            int c = read.codePointAt(i);
            width = Character.charCount(c);
            int after = i + width < read.length() ? read.codePointAt(i + width) : ' ';
            boolean inNumber = Character.isDigit(before) && Character.isDigit(after) && ".,:".indexOf(c) >= 0;
            phrases.next(c, inNumber);
            before = c;
        }
        phrases.endPhrase();
        return phrases.phrases;
    }

    private void next(int c, boolean inNumber) {
        if (c == '\u2019' || c == '\u2018' || c == '\u02bc') {
            raw.append('\'');
        } else if (!inNumber && DELIMITERS.indexOf(c) >= 0) {
            endPhrase();
        } else if (inNumber || belongsToWord(c)) {
            raw.appendCodePoint(c);
        } else {
            endWord();
        }
    }

    /** Emoji do: one may feel them. Control characters and the invisible ones that reorder text do not. */
    private static boolean belongsToWord(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.SURROGATE,
                    Character.SPACE_SEPARATOR,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.START_PUNCTUATION,
                    Character.END_PUNCTUATION,
                    Character.INITIAL_QUOTE_PUNCTUATION,
                    Character.FINAL_QUOTE_PUNCTUATION -> false;
            case Character.FORMAT -> c == ZERO_WIDTH_JOINER;
            case Character.OTHER_PUNCTUATION -> "'&#@%".indexOf(c) >= 0;
            default -> c != '`';
        };
    }

    private void endWord() {
        if (raw.isEmpty()) {
            return;
        }
        int from = 0;
        int to = raw.length();
        while (from < to && "'-".indexOf(raw.charAt(from)) >= 0) {
            from++;
        }
        while (to > from && "'-".indexOf(raw.charAt(to - 1)) >= 0) {
            to--;
        }
        Word word = new Word(raw.substring(from, to));
        boolean dash = from == to && raw.charAt(0) == '-';
        raw.setLength(0);
        if (dash || word.key().equals("but")) {
            endPhrase();
        } else if (from < to && to - from <= LONGEST_WORD && phrase.size() < MOST_WORDS) {
            phrase.add(shouted || common.contains(word.key()) ? new Word(word.key(), word.key()) : word);
        }
    }

    private void endPhrase() {
        endWord();
        if (!phrase.isEmpty()) {
            phrases.add(phrase);
            phrase = new ArrayList<>();
        }
    }
}
