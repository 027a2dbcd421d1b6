package dev.turbochat.model.image;

import java.time.Duration;
import java.util.Collection;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What may be fetched. Immutable: every method returns a copy.
 *
 * @param bytes the largest image, counted as it is read and unpacked; 10 MiB unless set
 * @param pixels the largest width times height; 50 million unless set
 * @param time for all of it, redirects and name lookups included; 20 seconds unless set
 * @param redirects how many are followed; 5 unless set
 * @param mediaTypes what is taken; PNG, JPEG, GIF and WebP unless set
 * @param trusted hosts whose addresses are not looked at: none unless set
 */
public record FetchLimits(
        int bytes, long pixels, Duration time, int redirects, Set<String> mediaTypes, Set<String> trusted) {
    static final FetchLimits DEFAULT = new FetchLimits(
            10 << 20,
            50_000_000,
            Duration.ofSeconds(20),
            5,
            Set.of("image/png", "image/jpeg", "image/gif", "image/webp"),
            Set.of());

    /**
     * @throws IllegalArgumentException if a limit lets nothing through
     */
    public FetchLimits {
        if (bytes < 1 || bytes == Integer.MAX_VALUE || pixels < 1 || !time.isPositive() || redirects < 0) {
            throw new IllegalArgumentException("Images are to be fetched within " + bytes + " bytes, " + pixels
                    + " pixels, " + time + " and " + redirects + " redirects; set limits above zero and below 2 GiB.");
        }
        mediaTypes = Set.copyOf(mediaTypes);
        trusted = trusted.stream()
                .map(host -> host.strip().toLowerCase(Locale.ROOT))
                .collect(Collectors.toUnmodifiableSet());
    }

    /** A copy with another largest size, in bytes. */
    public FetchLimits bytes(int newBytes) {
        return new FetchLimits(newBytes, pixels, time, redirects, mediaTypes, trusted);
    }

    /** A copy with another largest width times height. */
    public FetchLimits pixels(long newPixels) {
        return new FetchLimits(bytes, newPixels, time, redirects, mediaTypes, trusted);
    }

    /** A copy with another time for all of it. */
    public FetchLimits time(Duration newTime) {
        return new FetchLimits(bytes, pixels, newTime, redirects, mediaTypes, trusted);
    }

    /** A copy that follows another number of redirects; 0 for none. */
    public FetchLimits redirects(int newRedirects) {
        return new FetchLimits(bytes, pixels, time, newRedirects, mediaTypes, trusted);
    }

    /** A copy that takes these kinds only, such as {@code image/png}. */
    public FetchLimits mediaTypes(Collection<String> newTypes) {
        return new FetchLimits(bytes, pixels, time, redirects, Set.copyOf(newTypes), trusted);
    }

    /**
     * A copy that fetches from these hosts wherever they are: on an intranet, on this machine.
     *
     * @param hosts each a name or an address as URLs have it, at any port, or with one: {@code images.intra:8080}
     */
    public FetchLimits trusted(String... hosts) {
        return new FetchLimits(bytes, pixels, time, redirects, mediaTypes, Set.of(hosts));
    }

    boolean trusts(String host, int port) {
        String written = host.contains(":") ? "[" + host + "]" : host;
        return trusted.contains(host) || trusted.contains(written) || trusted.contains(written + ":" + port);
    }
}
