package dev.turbochat.model.eliza;

import java.util.Locale;

/**
 * A word of a sentence.
 *
 * @param spelling as it is said again
 * @param key in lower case, as rules see it
 */
record Word(String spelling, String key) {
    Word(String spelling) {
        this(spelling, spelling.toLowerCase(Locale.ROOT));
    }
}
