package dev.turbochat.model.http;

import dev.turbochat.error.ConfigurationException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Where requests go, and the key that goes with them.
 *
 * @param base the base URL as it was given, {@code /v1} and query included
 * @param key goes into a header; null where there is none
 * @param remedy what to do when the key is refused
 */
public record Endpoint(URI base, @Nullable String key, String remedy) {
    /**
     * An endpoint at this base URL.
     *
     * @param where what names the URL, for the message
     * @throws ConfigurationException if it is not an absolute http or https URL
     */
    public static Endpoint at(String url, String where, @Nullable String key, String remedy) {
        try {
            URI base = new URI(url);
            String scheme = String.valueOf(base.getScheme()).toLowerCase(Locale.ROOT);
            String authority = String.valueOf(base.getRawAuthority());
            boolean named = authority.matches("(.*@)?[^@:/]+(:\\d{1,5})?|(.*@)?\\[[0-9a-fA-F:.]+](:\\d{1,5})?");
            if ((scheme.equals("http") || scheme.equals("https")) && base.getRawAuthority() != null && named) {
                return new Endpoint(base, key, remedy);
            }
        } catch (URISyntaxException e) {
            // said below, without what was given: it may hold a password
        }
        throw new ConfigurationException("The base URL in " + where
                + " is not a complete http or https address; write it like https://host/v1.");
    }

    /**
     * An endpoint that a program names, without a key.
     *
     * @throws ConfigurationException if it is not an absolute http or https URL
     */
    public static Endpoint at(String url) {
        return at(url, "the program", null, "give the model its key");
    }

    /** The same with a key that a program gives. */
    public Endpoint key(String newKey) {
        return new Endpoint(base, newKey, "give the model a valid key");
    }

    /** The address of a resource under the base URL, query kept. */
    public String resource(String path) {
        String query = base.getRawQuery() == null ? "" : "?" + base.getRawQuery();
        return base.getScheme() + "://" + base.getRawAuthority() + path() + path + query;
    }

    private String path() {
        String path = base.getRawPath();
        int end = path.length();
        while (end > 0 && path.charAt(end - 1) == '/') {
            end--;
        }
        return path.substring(0, end);
    }

    /** The base URL for people: nothing in it that could be a secret. */
    public String shown() {
        return base.getScheme() + "://" + host() + path();
    }

    private String host() {
        String authority = base.getRawAuthority();
        return authority.substring(authority.lastIndexOf('@') + 1);
    }

    /** Whether this is the server of this name. */
    public boolean isAt(String server) {
        return host().equalsIgnoreCase(server);
    }

    /** What the Authorization header holds: the key, else the user and password in the URL; null where there is neither. */
    public @Nullable String authorization() {
        String user = base.getUserInfo();
        if (key != null) {
            return "Bearer " + key;
        }
        return user == null
                ? null
                : "Basic " + Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String toString() {
        return "Endpoint[" + shown() + (key == null ? "]" : ", with a key]");
    }
}
