package dev.turbochat.model.http;

import dev.turbochat.error.ConfigurationException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import okhttp3.HttpUrl;
import okhttp3.Request;
import okio.Buffer;

/**
 * A JSON request, to be sent once with {@link Exchange#open}. Not thread-safe.
 *
 * <p>It knows what in it is secret, so that nothing that is said about it, by turbo or by a server, gives that away.
 */
public final class Post {
    /** Addresses that were parsed before; there are as many as models. */
    private static final Map<String, Address> PARSED = new ConcurrentHashMap<>();

    private static final int MOST_PARSED = 1_000;

    /**
     * Where it goes.
     *
     * @param bare the same without user and password
     */
    private record Address(HttpUrl whole, HttpUrl bare) {}

    private final String spec;
    private final Address address;
    private final Request.Builder request = new Request.Builder();
    private final List<String> secrets = new ArrayList<>();
    private String remedy = "check the key";
    private Buffer body = new Buffer();
    private final Limits limits;
    private boolean streamed = true;

    private Post(String spec, Address address, Limits limits) {
        this.spec = spec;
        this.address = address;
        this.limits = limits;
    }

    /**
     * A request to this address.
     *
     * @param spec the model's spec, by which failures name it
     * @param url an absolute http or https address
     * @throws ConfigurationException if it is not one
     */
    public static Post to(String spec, String url, Limits limits) {
        Address address = PARSED.get(url);
        if (address == null) {
            address = parse(spec, url);
            if (PARSED.size() < MOST_PARSED) {
                PARSED.put(url, address);
            }
        }
        Post post = new Post(spec, address, limits);
        HttpUrl parsed = address.whole;
        post.secrets.addAll(List.of(parsed.username(), parsed.password()));
        for (int i = 0; i < parsed.querySize(); i++) {
            post.secrets.add(String.valueOf(parsed.queryParameterValue(i)));
        }
        return post;
    }

    private static Address parse(String spec, String url) {
        HttpUrl parsed = HttpUrl.parse(url);
        if (parsed == null) {
            throw new ConfigurationException("The address of model '" + spec
                    + "' is not a complete http or https address; write it like https://host/v1.");
        }
        return new Address(parsed, parsed.newBuilder().username("").password("").build());
    }

    /** Adds a header. */
    public Post header(String name, String value) {
        request.addHeader(name, value);
        return this;
    }

    /** Names a text that nobody may see, such as a key that is in a header. */
    public Post secret(String text) {
        secrets.add(text);
        return this;
    }

    /** What to do about a key that is refused, such as {@code set OPENAI_API_KEY to a valid key}. */
    public Post remedy(String newRemedy) {
        remedy = newRemedy;
        return this;
    }

    /** The JSON, which the sending empties. */
    public Post body(Buffer json) {
        body = json;
        return this;
    }

    /** The answer comes in one piece: of the limits, only those of the connection and of the whole answer hold. */
    public Post whole() {
        streamed = false;
        return this;
    }

    String spec() {
        return spec;
    }

    /** Where it goes, without user and password. */
    HttpUrl url() {
        return address.bare;
    }

    /** Where it goes, for people: scheme, host, and port if it is not the usual one. */
    String origin() {
        HttpUrl url = address.bare;
        String host = url.host().contains(":") ? "[" + url.host() + "]" : url.host();
        boolean usual = url.port() == HttpUrl.defaultPort(url.scheme());
        return url.scheme() + "://" + host + (usual ? "" : ":" + url.port());
    }

    /** The request so far: its headers. */
    Request.Builder request() {
        return request;
    }

    String remedy() {
        return remedy;
    }

    Buffer body() {
        return body;
    }

    Limits limits() {
        return limits;
    }

    boolean streamed() {
        return streamed;
    }

    /** Made when something has to be said: nothing has of most calls. */
    Redactor redactor() {
        return new Redactor(secrets);
    }

    @Override
    public String toString() {
        return "Post[" + spec + " at " + origin() + "]";
    }
}
