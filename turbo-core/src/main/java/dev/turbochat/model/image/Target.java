package dev.turbochat.model.image;

import dev.turbochat.error.ImageException;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;

/**
 * Where the next request goes, once its URL has been looked at.
 *
 * <p>The text is read once, by the parser that the request is sent with, so that there are no two opinions on what its
 * host is.
 *
 * @param trusted whether the user named the host as one that may be anywhere
 */
record Target(HttpUrl url, boolean trusted) {
    private static final int LONGEST_SHOWN = 200;
    private static final Pattern USER_INFO = Pattern.compile("//[^/]*@");
    private static final Pattern INVISIBLE = Pattern.compile("[\\p{Cntrl}\\p{Cf}\\u2028\\u2029]+");
    private static final Pattern NUMBER = Pattern.compile("[0-9]+|0[xX][0-9a-fA-F]*");

    /**
     * @throws ImageException.AddressRefused if nothing is fetched from there
     */
    static Target of(String text, FetchLimits limits) {
        HttpUrl url = parse(text);
        if (url == null) {
            throw refused(text, "only http and https URLs are", "give one, or the image's bytes");
        }
        return of(url, limits);
    }

    private static @Nullable HttpUrl parse(String text) {
        try {
            return HttpUrl.get(text);
        } catch (IllegalArgumentException e) { // whose message would quote all of it
            return null;
        }
    }

    /**
     * Where a redirect leads.
     *
     * @throws ImageException.AddressRefused if nothing is fetched from there
     */
    Target redirected(String location, FetchLimits limits) {
        HttpUrl next = url.resolve(location);
        if (next == null) {
            throw refused(
                    url.toString(), "it redirects to something that is no http or https URL", "check the address");
        }
        return of(next, limits);
    }

    private static Target of(HttpUrl url, FetchLimits limits) {
        if (!url.encodedUsername().isEmpty() || !url.encodedPassword().isEmpty()) {
            throw refused(url.toString(), "its URL holds a user or a password", "give a URL without");
        }
        boolean trusted = limits.trusts(url.host(), url.port());
        if (!trusted) {
            check(url);
        }
        return new Target(url, trusted);
    }

    private static void check(HttpUrl url) {
        String host = url.host();
        Optional<InetAddress> literal = Addresses.parse(host);
        if (literal.isPresent()) {
            Addresses.special(literal.get()).ifPresent(use -> {
                throw refused(url, use);
            });
        } else if (endsInNumber(host)) {
            throw refused(url.toString(), "its host is a number in an unusual spelling", "write the host's name");
        } else if (host.matches("(.*\\.)?localhost\\.?")) {
            throw refused(url, "this machine");
        }
    }

    /** Whether some resolver may take the host for an address: octal, hexadecimal, in fewer than four parts. */
    private static boolean endsInNumber(String host) {
        List<String> labels = List.of(host.replaceFirst("\\.$", "").split("\\.", -1));
        return NUMBER.matcher(labels.getLast()).matches();
    }

    static ImageException refused(HttpUrl url, String use) {
        return refused(
                url.toString(),
                "its host is " + use,
                "give the address of a public server, or name this one as trusted if it is meant");
    }

    private static ImageException refused(String text, String why, String remedy) {
        return new ImageException.AddressRefused(shown(text), why, remedy);
    }

    /** The URL as it may be shown. */
    String shown() {
        return shown(url.toString());
    }

    private static String shown(String text) {
        String place = text.replaceFirst("[?#].*", "");
        place = USER_INFO.matcher(INVISIBLE.matcher(place).replaceAll(" ")).replaceFirst("//***@");
        return place.length() <= LONGEST_SHOWN ? place : place.substring(0, LONGEST_SHOWN) + "...";
    }
}
