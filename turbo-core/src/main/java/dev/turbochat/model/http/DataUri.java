package dev.turbochat.model.http;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/**
 * What a {@code data} URI (RFC 2397) holds.
 *
 * @param mediaType such as {@code image/png}
 * @param base64 the bytes
 */
public record DataUri(String mediaType, String base64) {
    /** The content of a URI; empty if it is another kind of URI. */
    public static Optional<DataUri> of(URI uri) {
        String text = uri.toString();
        int comma = text.indexOf(',');
        if (!"data".equals(uri.getScheme()) || comma < 0) {
            return Optional.empty();
        }
        String head = text.substring("data:".length(), comma);
        String content = text.substring(comma + 1);
        boolean encoded = head.endsWith(";base64");
        String type = head.replaceFirst(";.*", "");
        return Optional.of(new DataUri(
                type.isEmpty() ? "text/plain" : type,
                encoded
                        ? content
                        : Base64.getEncoder()
                                .encodeToString(URLDecoder.decode(content.replace("+", "%2B"), StandardCharsets.UTF_8)
                                        .getBytes(StandardCharsets.UTF_8))));
    }
}
