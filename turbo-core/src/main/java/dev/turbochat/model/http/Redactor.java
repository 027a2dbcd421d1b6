package dev.turbochat.model.http;

import java.io.IOException;
import java.net.ProtocolException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Makes what a server said fit to be shown: one line, of bounded length, without keys.
 *
 * <p>Servers do echo keys. The secrets of the exchange go wherever they stand; whatever else looks like a key goes too.
 */
final class Redactor {
    /** The longest text shown, in characters. */
    static final int LONGEST = 300;

    /** Shorter ones are none: the letters of a word would be hidden. */
    private static final int SHORTEST = 4;

    private static final Pattern INVISIBLE = Pattern.compile("[\\p{Cntrl}\\p{Cf}\\u2028\\u2029]+");
    private static final Pattern USER_INFO = Pattern.compile("://[^/@\\s]+@");
    private static final Pattern QUERY = Pattern.compile("(https?://[^\\s?\"'<>]+)\\?[^\\s\"'<>)]+");
    private static final Pattern BEARER = Pattern.compile("(?i)\\b(bearer|basic)\\s+[A-Za-z0-9+/_~.=*-]{8,}");
    private static final Pattern VENDOR_KEY = Pattern.compile("\\b(?:(?:sk|gsk|xai|pk|rk)[-_]|AIza)[A-Za-z0-9_*-]{8,}");
    private static final Pattern NAMED = Pattern.compile(
            "(?i)((?:authorization|x-api-key|api[-_ ]?key)[\"']?\\s*[:=]\\s*[\"']?)(?!not\\b)[^\\s\"',;}]{6,}");

    private final List<String> secrets;

    Redactor(List<String> secrets) {
        List<String> all = new ArrayList<>();
        for (String secret : secrets) {
            all.add(secret);
            all.add(URLEncoder.encode(secret, StandardCharsets.UTF_8));
        }
        all.removeIf(secret -> secret.length() < SHORTEST);
        all.sort(Comparator.comparingInt(String::length).reversed()); // a longer one may hold a shorter one
        this.secrets = List.copyOf(all);
    }

    /** The text in one line of at most {@link #LONGEST} characters, with {@code ***} for what is secret. */
    String clean(String text) {
        String clean = hide(text).strip();
        if (clean.length() <= LONGEST) {
            return clean;
        }
        int end = Character.isHighSurrogate(clean.charAt(LONGEST - 1)) ? LONGEST - 1 : LONGEST;
        return clean.substring(0, end) + "...";
    }

    private String hide(String text) {
        String clean = Json.wellFormed(INVISIBLE.matcher(text).replaceAll(" "));
        for (String secret : secrets) {
            clean = clean.replace(secret, "***");
        }
        clean = USER_INFO.matcher(clean).replaceAll("://***@");
        clean = QUERY.matcher(clean).replaceAll("$1?***");
        clean = BEARER.matcher(clean).replaceAll("$1 ***");
        clean = NAMED.matcher(clean).replaceAll("$1***");
        return VENDOR_KEY.matcher(clean).replaceAll("***");
    }

    /** The failure itself if nothing in it is secret; else a stand-in that says the same without it. */
    Throwable clean(Throwable failure) {
        if (!leaks(failure, 0)) {
            return failure;
        }
        String type = failure.getClass().getSimpleName();
        IOException clean = new IOException(
                failure instanceof ProtocolException
                        ? type
                        : type + ": " + clean(String.valueOf(failure.getMessage())));
        clean.setStackTrace(failure.getStackTrace());
        return clean;
    }

    private boolean leaks(@Nullable Throwable failure, int depth) {
        if (failure == null) {
            return false;
        }
        String message = failure.getMessage();
        // A protocol error quotes what the server sent, torn as it is: half a key is not to be recognised.
        if (depth > 8
                || failure instanceof ProtocolException
                || (message != null && !hide(message).equals(Json.wellFormed(message)))) {
            return true;
        }
        for (Throwable suppressed : failure.getSuppressed()) {
            if (leaks(suppressed, depth + 1)) {
                return true;
            }
        }
        return leaks(failure.getCause(), depth + 1);
    }
}
