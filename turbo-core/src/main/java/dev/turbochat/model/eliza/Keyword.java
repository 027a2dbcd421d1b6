package dev.turbochat.model.eliza;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A word that means something to the script.
 *
 * @param substitute the word that replaces it in the phrase, or null if it stays
 * @param rank which of several keywords goes first: the highest
 * @param rules tried in order; none if the word is only replaced or tagged
 */
record Keyword(String word, @Nullable String substitute, int rank, List<Rule> rules) {
    Keyword {
        rules = List.copyOf(rules);
    }

    /**
     * A decomposition and what may follow it.
     *
     * @param id its number in the script
     * @param reassemblies used in turn, at least one
     */
    record Rule(int id, Decomposition decomposition, List<Reassembly> reassemblies) {
        Rule {
            reassemblies = List.copyOf(reassemblies);
        }
    }
}
