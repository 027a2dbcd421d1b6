package dev.turbochat.model.openai;

import dev.turbochat.model.http.Environment;
import dev.turbochat.model.http.Json;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.URI;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Looks for an Ollama server and for a model on it, as its
 * <a href="https://github.com/ollama/ollama/blob/main/docs/api.md#list-local-models">API</a> lists them.
 *
 * <p>Quick where there is none, and without the HTTP client, which is not wanted before the first prompt.
 */
final class Ollama {
    private static final int CONNECT_MILLIS = 150;
    private static final int READ_MILLIS = 1000;
    private static final int LONGEST = 4 << 20;

    private Ollama() {}

    /**
     * The server's address without a path, from {@code OLLAMA_HOST} in any of the forms that Ollama takes: {@code host},
     * {@code host:port}, {@code :port}, a URL. The address to listen at everywhere is for a client this machine.
     */
    static String host(Environment environment) {
        String given = environment.get("OLLAMA_HOST").orElse("").replaceFirst("/+$", "");
        String scheme = given.startsWith("https://") ? "https://" : "http://";
        boolean url = given.contains("://");
        String host = url ? given.substring(given.indexOf("://") + 3) : given;
        if (host.isEmpty() || host.startsWith(":")) {
            host = "localhost" + host;
        }
        if (!host.matches(".*:\\d+") && !url) {
            host += ":11434";
        }
        return scheme + host.replaceFirst("^(0\\.0\\.0\\.0|\\[::])(?=:|$)", "localhost");
    }

    /** The address for people. */
    static String shown(String host) {
        return host.replaceFirst("://.*@", "://");
    }

    /** The first model that is there; empty if there is none, or no server, within about a second. */
    static Optional<String> firstModel(Environment environment) {
        try {
            URI tags = new URI(host(environment) + "/api/tags");
            if (tags.getHost() == null) {
                return Optional.empty();
            }
            boolean usual = tags.getPort() < 0;
            int port = usual ? (tags.getScheme().equals("https") ? 443 : 80) : tags.getPort();
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(tags.getHost(), port), CONNECT_MILLIS);
            }
            HttpURLConnection connection = (HttpURLConnection) tags.toURL().openConnection(Proxy.NO_PROXY);
            connection.setConnectTimeout(CONNECT_MILLIS);
            connection.setReadTimeout(READ_MILLIS);
            connection.setInstanceFollowRedirects(false);
            try (InputStream in = connection.getInputStream()) {
                return firstName(in.readNBytes(LONGEST));
            } finally {
                connection.disconnect();
            }
        } catch (IOException | java.net.URISyntaxException | IllegalArgumentException | JacksonException e) {
            return Optional.empty(); // whatever is there is no Ollama
        }
    }

    /** The first {@code name} in {@code {"models": [{"name": ...}]}}. */
    private static Optional<String> firstName(byte[] json) {
        try (JsonParser parser = Json.parser()) {
            if (Json.feed(parser, json, json.length) != JsonToken.START_OBJECT) {
                return Optional.empty();
            }
            int depth = 1;
            while (depth > 0) {
                JsonToken token = Json.next(parser);
                depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
                if (token == JsonToken.VALUE_STRING && depth == 3 && "name".equals(parser.currentName())) {
                    return Optional.of(parser.getString());
                }
            }
            return Optional.empty();
        }
    }
}
