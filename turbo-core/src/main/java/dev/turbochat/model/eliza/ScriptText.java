package dev.turbochat.model.eliza;

import dev.turbochat.error.ConfigurationException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * A script's text as blocks of lines, without its comments.
 *
 * @param name the text's, for messages
 */
record ScriptText(String name, List<Block> blocks) {
    /** A line that is not indented, and the indented ones under it. */
    record Block(Line head, List<Line> body) {
        /** What kind of block it is. */
        String kind() {
            return head.words().getFirst();
        }

        /** The words after the kind. */
        List<String> arguments() {
            return head.words().subList(1, head.words().size());
        }
    }

    /** A line, counted from 1, without its indent. */
    record Line(int number, int indent, String text) {
        List<String> words() {
            return ScriptText.words(text);
        }
    }

    /**
     * Cuts a text into blocks.
     *
     * @throws ConfigurationException if it does not begin with one
     */
    static ScriptText of(String name, String text) {
        ScriptText script = new ScriptText(name, new ArrayList<>());
        int number = 0;
        for (String raw : text.lines().toList()) {
            number++;
            Line line = new Line(number, raw.length() - raw.stripLeading().length(), raw.strip());
            if (line.text().isEmpty() || line.text().startsWith("#")) {
                continue;
            }
            if (line.indent() == 0) {
                script.blocks.add(new Block(line, new ArrayList<>()));
            } else if (script.blocks.isEmpty()) {
                throw script.wrong(number, "this stands before the first block; begin with one, not indented");
            } else {
                script.blocks.getLast().body().add(line);
            }
        }
        return script;
    }

    /** The words of a text. No patterns here: she is read before she says a word, and compiling one takes as long as a page. */
    static List<String> words(String text) {
        List<String> words = new ArrayList<>();
        for (String word : text.replace('\t', ' ').split(" ", -1)) {
            if (!word.isEmpty()) {
                words.add(word);
            }
        }
        return words;
    }

    /** Whether a word is a number of so many digits at the most. */
    static boolean isNumber(String word, int most) {
        int digits = 0;
        while (digits < word.length() && word.charAt(digits) >= '0' && word.charAt(digits) <= '9') {
            digits++;
        }
        return digits > 0 && digits == word.length() && digits <= most;
    }

    /** What a parser makes of a line, its complaint under the line's number. */
    <T> T parsed(Line line, Supplier<T> parser) {
        try {
            return parser.get();
        } catch (IllegalArgumentException e) {
            throw wrong(line.number(), String.valueOf(e.getMessage()));
        }
    }

    /** A complaint about a line: what is wrong, and what to do. */
    ConfigurationException wrong(int line, String what) {
        return new ConfigurationException("Script '" + name + "', line " + line + ": " + what + ".");
    }
}
