package dev.turbochat.model.eliza;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A pattern that takes a phrase apart, one component for each of its elements.
 *
 * <p>Written as words: {@code 0} is any number of words, another number that many, {@code /family} a word with that tag,
 * {@code (want need /belief)} one of several, anything else itself.
 */
record Decomposition(List<Element> elements) {
    private static final Pattern ELEMENT = Pattern.compile("\\(([^()]*)\\)|[^\\s()]+");
    private static final Pattern NUMBER = Pattern.compile("[0-9]+");

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
        Matcher matcher = ELEMENT.matcher(pattern);
        while (matcher.find()) {
            String choice = matcher.group(1);
            String word = matcher.group();
            if (choice != null) {
                elements.add(oneOf(choice.strip()));
            } else if (NUMBER.matcher(word).matches()) {
                int count = Integer.parseInt(word);
                elements.add(count == 0 ? new Element.Any() : new Element.Some(count));
            } else {
                elements.add(oneOf(word));
            }
        }
        if (!ELEMENT.matcher(pattern).replaceAll("").isBlank()) {
            throw new IllegalArgumentException("the parentheses of '" + pattern + "' do not match; close each of them");
        }
        return new Decomposition(elements);
    }

    /** The tags that the pattern asks for. */
    Set<String> tags() {
        return elements.stream()
                .flatMap(element -> element instanceof Element.OneOf oneOf ? oneOf.tags().stream() : Stream.empty())
                .collect(Collectors.toSet());
    }

    private static Element oneOf(String choice) {
        Set<String> words = new HashSet<>();
        Set<String> tags = new HashSet<>();
        for (String word : ScriptText.BLANKS.split(choice.toLowerCase(Locale.ROOT), -1)) {
            if (word.isEmpty() || word.equals("/")) {
                throw new IllegalArgumentException("'(" + choice + ")' names no word; put words or /tags into it");
            }
            if (word.startsWith("/")) {
                tags.add(word.substring(1));
            } else {
                words.add(word);
            }
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
