package dev.turbochat.model.eliza;

import java.util.List;
import java.util.Locale;

/** What is done with a phrase that was taken apart. */
sealed interface Reassembly {
    /** It is answered; written as a {@link Template}. */
    record Reply(Template template) implements Reassembly {}

    /** Another keyword's rules are used on it; written {@code = what}. */
    record Link(String keyword) implements Reassembly {
        @Override
        public List<String> keywords() {
            return List.of(keyword);
        }
    }

    /** It is put together to another phrase, and then another keyword's rules used; {@code pre you are {3} = i}. */
    record Pre(Template template, String keyword) implements Reassembly {
        @Override
        public List<String> keywords() {
            return List.of(keyword);
        }
    }

    /** The next keyword on the stack is tried; written {@code newkey}. */
    record NewKey() implements Reassembly {}

    /**
     * Reads a rule that follows a decomposition into so many components.
     *
     * @throws IllegalArgumentException if it is not one
     */
    static Reassembly parse(String rule, int components) {
        if (rule.equals("newkey")) {
            return new NewKey();
        }
        if (rule.startsWith("=")) {
            return new Link(keyword(rule.substring(1), rule));
        }
        if (rule.startsWith("pre ")) {
            int equals = rule.lastIndexOf('=');
            if (equals < 0) {
                throw new IllegalArgumentException("'" + rule + "' does not say where to go on; end it in = keyword");
            }
            Template template = Template.parse(rule.substring(4, equals).strip(), components);
            return new Pre(template, keyword(rule.substring(equals + 1), rule));
        }
        return new Reply(Template.parse(rule, components));
    }

    private static String keyword(String word, String rule) {
        String keyword = word.strip().toLowerCase(Locale.ROOT);
        if (keyword.isEmpty() || keyword.contains(" ")) {
            throw new IllegalArgumentException("'" + rule + "' does not name one keyword; write = keyword");
        }
        return keyword;
    }

    /** The keyword at which this goes on, if it does. */
    default List<String> keywords() {
        return List.of();
    }
}
