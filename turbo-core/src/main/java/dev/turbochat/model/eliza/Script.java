package dev.turbochat.model.eliza;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * All that the therapist knows, immutable; {@link ScriptReader} describes its text.
 *
 * @param keywords by the word
 * @param blocks the answers to what has no keyword, and the memory's rules, by the block's name
 * @param tags of the words that have any
 * @param mends pairs of words that come of turning a phrase around, and what one says instead
 * @param common words that are said again in lower case
 * @param rules how many rules there are
 */
record Script(
        Map<String, Keyword> keywords,
        Map<Block, Keyword> blocks,
        Map<String, Set<String>> tags,
        Map<String, String> mends,
        Set<String> common,
        int rules) {

    /** The blocks that a script has once each. */
    enum Block {
        /** To somebody who has not said anything. */
        GREETING,
        /** To a message without a word. */
        SILENCE,
        /** To a picture without a word. */
        PICTURE,
        /** To words without a keyword. */
        NONE,
        /** Looks at a whole message before any keyword is sought. */
        WHOLE,
        /** What is remembered of a phrase with a certain keyword, to come back to it later: four rules. */
        MEMORY;

        /** The word at the block's head. */
        String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** The block with this word at its head. */
        static Optional<Block> of(String word) {
            return Arrays.stream(values())
                    .filter(block -> block.word().equals(word))
                    .findFirst();
        }
    }

    Script {
        keywords = Map.copyOf(keywords);
        blocks = Map.copyOf(blocks);
        tags = Map.copyOf(tags);
        mends = Map.copyOf(mends);
        common = Set.copyOf(common);
    }

    /** The keyword of a link; the reader has seen to it that there is one. */
    Keyword linked(String word) {
        return Objects.requireNonNull(keywords.get(word));
    }

    /** A block's rules under its name; the memory's under its keyword. */
    Keyword block(Block block) {
        return Objects.requireNonNull(blocks.get(block));
    }

    /** A component as it is said again. */
    String spoken(List<Word> component) {
        StringBuilder spoken = new StringBuilder();
        for (int i = 0; i < component.size(); i++) {
            String key = component.get(i).key();
            // The end counts as a word: "hates I" is only wrong there, or before some words.
            String next = i + 1 < component.size() ? component.get(i + 1).key() : ".";
            String mended = mends.get(key + " " + next);
            spoken.append(i == 0 ? "" : " ")
                    .append(mended == null ? component.get(i).spelling() : mended);
            if (mended != null && !next.equals(".")) {
                i++;
            }
        }
        return spoken.toString();
    }
}
