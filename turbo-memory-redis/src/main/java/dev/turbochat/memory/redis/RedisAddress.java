package dev.turbochat.memory.redis;

import dev.turbochat.error.ConfigurationException;
import io.lettuce.core.RedisURI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where Redis is and who asks: {@code SCHEME://[USER:PASSWORD@]HOST[:PORT],...[/DATABASE][?OPTIONS][#MASTER]}.
 *
 * <p>Its text leaves user and password out.
 *
 * @param login user and password of the servers; the user may be empty
 * @param sentinelLogin those of the Sentinels, which have their own
 * @param master what Sentinel calls the master
 * @param authority a file of certificates to trust, PEM; null for those of the Java runtime
 * @param options what stands behind the question mark, but for the above
 */
record RedisAddress(
        Kind kind,
        boolean tls,
        List<Place> places,
        @Nullable Login login,
        @Nullable Login sentinelLogin,
        int database,
        String master,
        @Nullable Path authority,
        Map<String, String> options) {

    /** How the servers are set up. */
    enum Kind {
        SINGLE,
        SENTINEL,
        CLUSTER
    }

    /** One server. */
    record Place(String host, int port) {
        @Override
        public String toString() {
            return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
        }
    }

    /** Never shown. */
    record Login(String user, String password) {
        @Override
        public String toString() {
            return "***";
        }
    }

    private static final int PORT = 6379;
    private static final int SENTINEL_PORT = 26379;
    private static final Pattern URI = Pattern.compile(
            "(redis|rediss)(-sentinel|-cluster)?://"
                    + "((?<login>[^/?#]*)@)?(?<places>[^/?#@]*)(/(?<database>[^?#]*))?(\\?(?<query>[^#]*))?(#(?<master>[^?]*))?(\\?(?<late>.*))?");
    private static final Pattern PLACE =
            Pattern.compile("(\\[(?<six>[0-9A-Fa-f:.%]+)]|(?<host>[^:\\[\\]]*))(:(?<port>\\d{1,5}))?");

    RedisAddress {
        places = List.copyOf(places);
        options = Map.copyOf(options);
    }

    /** Whether a URI is one of Redis. */
    static boolean isOne(String uri) {
        return Pattern.compile("rediss?(-sentinel|-cluster)?:.*", Pattern.DOTALL)
                .matcher(uri)
                .matches();
    }

    /**
     * The address in a URI.
     *
     * @throws ConfigurationException if it is none
     */
    static RedisAddress parse(String uri) {
        Matcher parts = URI.matcher(uri);
        if (!parts.matches()) {
            throw refused("is not an address", "");
        }
        Kind kind = parts.group(2) == null
                ? Kind.SINGLE
                : parts.group(2).equals("-sentinel") ? Kind.SENTINEL : Kind.CLUSTER;
        List<Place> places = places(parts.group("places"), kind == Kind.SENTINEL ? SENTINEL_PORT : PORT);
        if (kind == Kind.SINGLE && places.size() > 1) {
            throw refused("has several servers", " Use redis-sentinel: or redis-cluster: for them.");
        }
        int database = database(parts.group("database"));
        if (kind == Kind.CLUSTER && database != 0) {
            throw refused("has a database, and a cluster has but one", "");
        }
        if (parts.group("master") != null && kind != Kind.SENTINEL) {
            throw refused(
                    "has a '#', which only redis-sentinel: has for the master's name", " Write %23 in a password.");
        }
        Map<String, String> options = options(parts.group("query"));
        options.putAll(options(parts.group("late"))); // behind the master, where it looks natural
        String authority = options.remove("ca");
        Login sentinelLogin = sentinelLogin(options.remove("sentinelUsername"), options.remove("sentinelPassword"));
        if (sentinelLogin != null && kind != Kind.SENTINEL) {
            throw refused("has a sentinelPassword, which only redis-sentinel: has", "");
        }
        return new RedisAddress(
                kind,
                parts.group(1).equals("rediss"),
                places,
                login(parts.group("login")),
                sentinelLogin,
                database,
                Optional.ofNullable(parts.group("master"))
                        .map(RedisAddress::plain)
                        .orElse("mymaster"),
                authority == null ? null : Path.of(authority),
                options);
    }

    private static List<Place> places(String text, int port) {
        List<Place> places = new ArrayList<>();
        for (String place : (text.isEmpty() ? "localhost" : text).split(",")) {
            Matcher parts = PLACE.matcher(place);
            if (!parts.matches() || place.isEmpty()) {
                throw refused("has a server that is not HOST or HOST:PORT", "");
            }
            String host = parts.group("six") != null ? parts.group("six") : parts.group("host");
            int number = parts.group("port") == null ? port : Integer.parseInt(parts.group("port"));
            if (number < 1 || number > 65_535) {
                throw refused("has the port " + number + ", and ports go from 1 to 65535", "");
            }
            places.add(new Place(host.isEmpty() ? "localhost" : host, number));
        }
        return places;
    }

    private static @Nullable Login login(@Nullable String text) {
        if (text == null || text.isEmpty()) {
            return null;
        }
        int colon = text.indexOf(':');
        if (colon < 0) {
            throw refused("has a user without a password, or the other way round", "");
        }
        return new Login(plain(text.substring(0, colon)), plain(text.substring(colon + 1)));
    }

    private static @Nullable Login sentinelLogin(@Nullable String user, @Nullable String password) {
        if (password != null) {
            return new Login(user == null ? "" : user, password);
        }
        if (user != null) {
            throw refused("has a sentinelUsername without a sentinelPassword", "");
        }
        return null;
    }

    private static int database(@Nullable String text) {
        if (text == null || text.isEmpty()) {
            return 0;
        }
        if (!text.matches("\\d{1,4}")) {
            throw refused("has a database that is not a number", "");
        }
        return Integer.parseInt(text);
    }

    private static Map<String, String> options(@Nullable String query) {
        Map<String, String> options = new TreeMap<>();
        if (query != null && !query.isEmpty()) {
            for (String option : query.split("&")) {
                int is = option.indexOf('=');
                if (is < 0) {
                    throw refused("has an option without a value", "");
                }
                options.put(plain(option.substring(0, is)), plain(option.substring(is + 1)));
            }
        }
        return options;
    }

    private static String plain(String text) {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw refused("has a '%' that is not followed by two hexadecimal digits", " Write %25 for it.");
        }
    }

    /** Says nothing of the address itself: it may hold a password wherever it is ill-formed. */
    private static ConfigurationException refused(String how, String what) {
        return new ConfigurationException("A Redis memory's address " + how
                + "; write redis://[USER:PASSWORD@]HOST[:PORT][/DATABASE], redis-sentinel://HOST,HOST#MASTER or"
                + " redis-cluster://HOST,HOST, with rediss for TLS." + what);
    }

    /** How Lettuce connects to one of the servers. */
    RedisURI to(Place place) {
        RedisURI uri = RedisURI.Builder.redis(place.host(), place.port())
                .withDatabase(database)
                .withSsl(tls)
                .withClientName("turbo")
                .build();
        return withLogin(uri, login);
    }

    /** How Lettuce asks Sentinel for the master and connects to it. */
    RedisURI toMaster() {
        RedisURI.Builder builder =
                RedisURI.builder().withSentinelMasterId(master).withDatabase(database);
        places.forEach(place -> builder.withSentinel(place.host(), place.port()));
        RedisURI uri = builder.withSsl(tls).withClientName("turbo").build();
        for (RedisURI sentinel : uri.getSentinels()) {
            sentinel.setSsl(tls);
            withLogin(sentinel, sentinelLogin);
        }
        return withLogin(uri, login);
    }

    private static RedisURI withLogin(RedisURI uri, @Nullable Login login) {
        if (login != null) {
            char[] password = login.password().toCharArray();
            if (login.user().isEmpty()) {
                uri.setAuthentication(password);
            } else {
                uri.setAuthentication(login.user(), password);
            }
        }
        return uri;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(tls ? "rediss" : "redis")
                .append(
                        switch (kind) {
                            case SINGLE -> "";
                            case SENTINEL -> "-sentinel";
                            case CLUSTER -> "-cluster";
                        })
                .append("://")
                .append(String.join(",", places.stream().map(Place::toString).toList()));
        if (database != 0) {
            text.append('/').append(database);
        }
        return text.append(kind == Kind.SENTINEL ? "#" + master : "").toString();
    }
}
