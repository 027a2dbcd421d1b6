package dev.turbochat.model;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Why a model may have to rest: what all who ask it know together, kept as a note in a {@link LimitStore}.
 *
 * @param inARow how often it failed since it last answered
 * @param rests how often it was made to rest for that since
 * @param last the failure that was noted last; null if it is well
 */
record Illness(int inARow, int rests, Health.@Nullable Failure last) {
    static final Illness NONE = new Illness(0, 0, null);

    private static final int LONGEST_MESSAGE = 500;
    private static final int MOST_DOUBLINGS = 20;

    /** Whether it rests for its failures, or is to show whether it works again. */
    boolean isTripped() {
        return rests > 0;
    }

    /** One failure more, for which it is made to rest or not. */
    Illness worse(Health.Failure failure, boolean rest) {
        return new Illness(inARow + 1, rests + (rest ? 1 : 0), failure);
    }

    /** How long it rests: twice as long each time, up to the longest. */
    Duration rest(Duration first, Duration longest) {
        Duration rest = first;
        for (int i = 1; i < Math.min(rests, MOST_DOUBLINGS) && rest.compareTo(longest) < 0; i++) {
            rest = rest.multipliedBy(2);
        }
        return rest.compareTo(longest) < 0 ? rest : longest;
    }

    /** As it is noted: {@code 5 1 2026-01-01T00:00:00Z unavailable Model ...}; nothing if it is well. */
    String note() {
        if (last == null) {
            return "";
        }
        String message = last.message();
        String cut = message.substring(0, Math.min(message.length(), LONGEST_MESSAGE));
        String whole =
                new String(cut.getBytes(UTF_8), UTF_8); // half a character would come back from a store as another
        return inARow + " " + rests + " " + last.at() + " " + last.code() + " " + whole;
    }

    /** What was noted; that it is well, where nothing was or nobody here can read it. */
    static Illness read(String note) {
        String[] words = note.split(" ", 5);
        try {
            return words.length < 5
                    ? NONE
                    : new Illness(
                            Integer.parseInt(words[0]),
                            Integer.parseInt(words[1]),
                            new Health.Failure(words[3], words[4], Instant.parse(words[2])));
        } catch (NumberFormatException | DateTimeException e) {
            return NONE;
        }
    }
}
