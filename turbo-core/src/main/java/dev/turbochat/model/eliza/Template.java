package dev.turbochat.model.eliza;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * A text with gaps for the components of a decomposition: {@code Why do you want {4}?}
 *
 * @param texts what stands before, between and after the gaps
 * @param gaps the components that go into them, counted from 1; one less than texts
 */
record Template(List<String> texts, List<Integer> gaps) {
    private static final int MOST_DIGITS = 3;
    private static final Pattern SPACES = Pattern.compile(" +");
    private static final Pattern SPACE_BEFORE_MARK = Pattern.compile(" ([?.,!;])");

    Template {
        texts = List.copyOf(texts);
        gaps = List.copyOf(gaps);
    }

    /**
     * Reads a template.
     *
     * @throws IllegalArgumentException if it names a component that there is not
     */
    static Template parse(String text, int components) {
        List<String> texts = new ArrayList<>();
        List<Integer> gaps = new ArrayList<>();
        int from = 0;
        for (int open = text.indexOf('{'); open >= 0; open = text.indexOf('{', from)) {
            int close = text.indexOf('}', open);
            String name = close < 0 ? "" : text.substring(open + 1, close);
            if (!ScriptText.isNumber(name, MOST_DIGITS)) {
                throw outOfPlace(text);
            }
            int gap = Integer.parseInt(name);
            if (gap < 1 || gap > components) {
                throw new IllegalArgumentException("'" + text + "' asks for component {" + gap
                        + "}, and the decomposition above it has " + components + "; name one of these");
            }
            texts.add(text.substring(from, open));
            gaps.add(gap);
            from = close + 1;
        }
        texts.add(text.substring(from));
        for (String part : texts) {
            if (part.indexOf('}') >= 0) {
                throw outOfPlace(text);
            }
        }
        return new Template(texts, gaps);
    }

    private static IllegalArgumentException outOfPlace(String text) {
        return new IllegalArgumentException("'" + text + "' has a brace out of place; write a component as {3}");
    }

    /** The text with its gaps filled, as one says it. */
    String say(List<List<Word>> components, Function<List<Word>, String> spoken) {
        StringBuilder filled = new StringBuilder(texts.getFirst());
        for (int i = 0; i < gaps.size(); i++) {
            filled.append(spoken.apply(components.get(gaps.get(i) - 1))).append(texts.get(i + 1));
        }
        // An empty component leaves two spaces, or one before the question mark.
        String once = SPACES.matcher(filled).replaceAll(" ");
        String text = SPACE_BEFORE_MARK.matcher(once).replaceAll("$1").strip();
        int first = text.codePointAt(0);
        return Character.toString(Character.toTitleCase(first)) + text.substring(Character.charCount(first));
    }

    /** The words of the text with its gaps filled, to be taken apart again. */
    List<Word> words(List<List<Word>> components) {
        List<Word> words = new ArrayList<>();
        for (int i = 0; i < texts.size(); i++) {
            for (String word : texts.get(i).strip().split("\\s+", -1)) {
                if (!word.isEmpty()) {
                    words.add(new Word(word));
                }
            }
            if (i < gaps.size()) {
                words.addAll(components.get(gaps.get(i) - 1));
            }
        }
        return words;
    }
}
