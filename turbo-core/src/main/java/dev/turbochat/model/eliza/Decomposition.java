package dev.turbochat.model.eliza;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A pattern that takes a phrase apart, one component for each of its elements.
 *
 * <p>Written as words: {@code 0} is any number of words, another number that many, {@code /family} a word with that tag,
 * {@code (want need /belief)} one of several, anything else itself.
 */
record Decomposition(List<Element> elements) {
    private static final int MOST_DIGITS = 4;

    /** A part of a pattern. */
    sealed interface Element {
        /** Any number of words, as few as will do. */
        record Any() implements Element {}

        /** So many words. */
        record Some(int count) implements Element {}

        /** One of these words, or a word with one of these tags. */
        record OneOf(Set<String> words, Set<String> tags) implements Element {}
    }

    Decomposition {
        elements = List.copyOf(elements);
    }

    /**
     * Reads a pattern.
     *
     * @throws IllegalArgumentException if it is not one
     */
    static Decomposition parse(String pattern) {
        List<Element> elements = new ArrayList<>();
        List<String> choice = null; // within parentheses
        for (String word : ScriptText.words(pattern.replace("(", " ( ").replace(")", " ) "))) {
            if (word.equals(choice == null ? ")" : "(")) {
                throw unmatched(pattern);
            } else if (word.equals("(")) {
                choice = new ArrayList<>();
            } else if (choice == null) {
                elements.add(element(word));
            } else if (word.equals(")")) {
                elements.add(oneOf(choice));
                choice = null;
            } else {
                choice.add(word);
            }
        }
        if (choice != null) {
            throw unmatched(pattern);
        }
        return new Decomposition(elements);
    }

    private static IllegalArgumentException unmatched(String pattern) {
        return new IllegalArgumentException("the parentheses of '" + pattern + "' do not match; close each of them");
    }

    /** The tags that the pattern asks for. */
    Set<String> tags() {
        Set<String> tags = new HashSet<>();
        for (Element element : elements) {
            if (element instanceof Element.OneOf oneOf) {
                tags.addAll(oneOf.tags());
            }
        }
        return tags;
    }

    private static Element element(String word) {
        if (!ScriptText.isNumber(word, MOST_DIGITS)) {
            return oneOf(List.of(word));
        }
        int count = Integer.parseInt(word);
        return count == 0 ? new Element.Any() : new Element.Some(count);
    }

    private static Element oneOf(List<String> choice) {
        Set<String> words = new HashSet<>();
        Set<String> tags = new HashSet<>();
        for (String each : choice) {
            String word = each.toLowerCase(Locale.ROOT);
            if (!word.startsWith("/")) {
                words.add(word);
            } else if (word.length() > 1) {
                tags.add(word.substring(1));
            }
        }
        if (words.size() + tags.size() == 0 || choice.contains("/")) {
            throw new IllegalArgumentException(
                    "'(" + String.join(" ", choice) + ")' names no word; put words or /tags into it");
        }
        return new Element.OneOf(Set.copyOf(words), Set.copyOf(tags));
    }

    /**
     * The components of a phrase, or empty if it is not of this form.
     *
     * <p>The time is at most the product of both lengths: where the pattern fails, only the last {@code 0} need be
     * tried with another word more, since the earlier ones have the shortest reading already.
     *
     * @param tags the tags of the words that have any
     */
    Optional<List<List<Word>>> match(List<Word> words, Map<String, Set<String>> tags) {
        int[] ends = new int[elements.size()];
        int element = 0;
        int word = 0;
        int lastAny = -1;
        while (element < ends.length || word < words.size()) {
            int taken = element < ends.length ? taken(elements.get(element), words, word, tags) : -1;
            if (taken >= 0) {
                if (elements.get(element) instanceof Element.Any) {
                    lastAny = element;
                }
                word += taken;
                ends[element++] = word;
            } else {
                if (lastAny < 0 || ends[lastAny] == words.size()) {
                    return Optional.empty();
                }
                word = ++ends[lastAny];
                element = lastAny + 1;
            }
        }
        List<List<Word>> components = new ArrayList<>(ends.length);
        int from = 0;
        for (int to : ends) {
            components.add(words.subList(from, to));
            from = to;
        }
        return Optional.of(components);
    }

    /** How many words an element takes at least, or -1 if it does not fit here. */
    private static int taken(Element element, List<Word> words, int at, Map<String, Set<String>> tags) {
        return switch (element) {
            case Element.Any ignored -> 0;
            case Element.Some some -> at + some.count() <= words.size() ? some.count() : -1;
            case Element.OneOf oneOf ->
                at < words.size() && fits(oneOf, words.get(at).key(), tags) ? 1 : -1;
        };
    }

    private static boolean fits(Element.OneOf oneOf, String key, Map<String, Set<String>> tags) {
        return oneOf.words().contains(key)
                || tags.getOrDefault(key, Set.of()).stream().anyMatch(oneOf.tags()::contains);
    }
}
