package dev.turbochat.model.http;

import dev.turbochat.step.Setting;
import dev.turbochat.step.Settings;
import java.time.Duration;

/**
 * How long an exchange may take, each more than zero.
 *
 * @param connect for a connection, name lookup and TLS included
 * @param firstToken from the connection to the first token
 * @param betweenTokens from one token to the next; what does not carry an answer, such as a comment, is no token
 * @param total for the whole answer
 */
public record Limits(Duration connect, Duration firstToken, Duration betweenTokens, Duration total) {
    /** The limits in these settings: 10 seconds, 2 minutes, 1 minute and 10 minutes where unset. */
    public static Limits of(Settings settings) {
        return new Limits(
                settings.get(Setting.CONNECT_TIMEOUT).orElse(Duration.ofSeconds(10)),
                settings.get(Setting.FIRST_TOKEN_TIMEOUT).orElse(Duration.ofMinutes(2)),
                settings.get(Setting.BETWEEN_TOKENS_TIMEOUT).orElse(Duration.ofMinutes(1)),
                settings.get(Setting.TOTAL_TIMEOUT).orElse(Duration.ofMinutes(10)));
    }
}
