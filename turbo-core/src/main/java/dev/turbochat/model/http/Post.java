package dev.turbochat.model.http;

import dev.turbochat.error.ConfigurationException;
import java.util.ArrayList;
import java.util.List;
import okhttp3.Headers;
import okhttp3.HttpUrl;
import okio.Buffer;

/**
 * A JSON request, to be sent once with {@link Exchange#open}. Not thread-safe.
 *
 * <p>It knows what in it is secret, so that nothing that is said about it, by turbo or by a server, gives that away.
 */
public final class Post {
    private final String spec;
    private final HttpUrl url;
    private final Headers.Builder headers = new Headers.Builder();
    private final List<String> secrets = new ArrayList<>();
    private String remedy = "check the key";
    private Buffer body = new Buffer();
    private final Limits limits;
    private boolean streamed = true;

    private Post(String spec, HttpUrl url, Limits limits) {
        this.spec = spec;
        this.url = url;
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
        HttpUrl parsed = HttpUrl.parse(url);
        if (parsed == null) {
            throw new ConfigurationException("The address of model '" + spec
                    + "' is not a complete http or https address; write it like https://host/v1.");
        }
        Post post = new Post(spec, parsed, limits);
        post.secrets.addAll(List.of(parsed.username(), parsed.password()));
        for (int i = 0; i < parsed.querySize(); i++) {
            post.secrets.add(String.valueOf(parsed.queryParameterValue(i)));
        }
        return post;
    }

    /** Adds a header. */
    public Post header(String name, String value) {
        headers.add(name, value);
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

    HttpUrl url() {
        return url;
    }

    /** Where it goes, for people: scheme, host, and port if it is not the usual one. */
    String origin() {
        String host = url.host().contains(":") ? "[" + url.host() + "]" : url.host();
        boolean usual = url.port() == HttpUrl.defaultPort(url.scheme());
        return url.scheme() + "://" + host + (usual ? "" : ":" + url.port());
    }

    Headers headers() {
        return headers.build();
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

    Redactor redactor() {
        return new Redactor(secrets);
    }

    @Override
    public String toString() {
        return "Post[" + spec + " at " + origin() + "]";
    }
}
