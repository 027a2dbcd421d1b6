package dev.turbochat.model.http;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import okhttp3.Headers;
import org.jspecify.annotations.Nullable;

/**
 * How long a server wants to be left alone: {@code retry-after-ms} as some vendors send it, or {@code Retry-After} in
 * seconds or as a date (RFC 9110, 10.2.3). Neither a negative nor a senseless value does harm: it counts as none.
 */
final class RetryAfter {
    private static final double LONGEST_MILLIS = Duration.ofDays(7).toMillis();

    private RetryAfter() {}

    /** Zero to seven days; null where the server says nothing of use. */
    static @Nullable Duration of(Headers headers, Instant now) {
        Duration millis = number(headers.get("retry-after-ms"), 1);
        if (millis != null) {
            return millis;
        }
        String value = headers.get("retry-after");
        Duration seconds = number(value, 1000);
        return seconds != null || value == null ? seconds : date(value, now);
    }

    private static @Nullable Duration number(@Nullable String value, int millis) {
        if (value == null) {
            return null;
        }
        try {
            double number = Double.parseDouble(value.strip()) * millis;
            return number >= 0 ? Duration.ofMillis((long) Math.ceil(Math.min(number, LONGEST_MILLIS))) : null;
        } catch (NumberFormatException e) {
            return null;
        }
    }

    private static @Nullable Duration date(String value, Instant now) {
        try {
            Instant then = ZonedDateTime.parse(value.strip(), DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
            long millis = Duration.between(now, then).toMillis();
            return Duration.ofMillis((long) Math.clamp((double) millis, 0, LONGEST_MILLIS));
        } catch (DateTimeException | ArithmeticException e) {
            return null;
        }
    }
}
