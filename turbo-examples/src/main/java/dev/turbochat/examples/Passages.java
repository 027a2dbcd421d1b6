package dev.turbochat.examples;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A text in pieces, in its order. Nothing is left out. */
record Passages(List<String> all) {
    /** Up to 1,200 characters: to the end of a paragraph, or else of a sentence, or else of a word. */
    private static final Pattern PASSAGE = Pattern.compile(
            "(?s).{1,1200}(?:(?<=\\n\\s?\\n)|\\z)" + "|.{1,1200}(?<=[.!?]\\s)|.{1,1200}(?<=\\s)|.{1,1200}");

    private static final Pattern BETWEEN_WORDS = Pattern.compile("[^\\p{L}\\p{N}]+");

    static Passages of(String text) {
        return new Passages(
                PASSAGE.matcher(text).results().map(MatchResult::group).toList());
    }

    /**
     * Those that share most words with a question, in the order of the text. A word counts the more, the fewer passages have
     * it: so "the" counts next to nothing. Words are compared as they are written; meanings take an index of embeddings.
     */
    List<String> about(String question, int most) {
        List<Set<String>> words = all.stream().map(Passages::words).toList();
        double[] scores = new double[all.size()];
        for (String word : words(question)) {
            int[] having = IntStream.range(0, scores.length)
                    .filter(i -> words.get(i).contains(word))
                    .toArray();
            Arrays.stream(having).forEach(i -> scores[i] += 1.0 / having.length);
        }
        return IntStream.range(0, scores.length)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> -scores[i])) // of equals the first
                .limit(most)
                .sorted()
                .map(all::get)
                .toList();
    }

    private static Set<String> words(String text) {
        return BETWEEN_WORDS.splitAsStream(text.toLowerCase(Locale.ROOT)).collect(Collectors.toSet());
    }
}
