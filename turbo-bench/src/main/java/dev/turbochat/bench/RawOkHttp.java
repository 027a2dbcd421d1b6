package dev.turbochat.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import okhttp3.ConnectionPool;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.BufferedSource;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The least that can be done with OkHttp and Jackson: no limits of time, no failures by name, nothing kept. */
final class RawOkHttp implements Peer {
    private static final MediaType JSON = MediaType.get("application/json");

    private final String name;
    private final OkHttpClient client;
    private final JsonMapper mapper = JsonMapper.shared();
    private final JsonFactory factory = new JsonFactory();
    private String url = "";

    private RawOkHttp(String name, OkHttpClient client) {
        this.name = name;
        this.client = client;
    }

    /** As it comes: it keeps five connections when they are idle. */
    static RawOkHttp standard() {
        return new RawOkHttp("OkHttp + Jackson", new OkHttpClient());
    }

    /** One that keeps all of its connections. */
    static RawOkHttp keeping(int connections) {
        ConnectionPool pool = new ConnectionPool(connections, 5, java.util.concurrent.TimeUnit.MINUTES);
        return new RawOkHttp(
                "OkHttp + Jackson, keeping its connections",
                new OkHttpClient.Builder().connectionPool(pool).build());
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void connect(String baseUrl) {
        url = baseUrl + "/chat/completions";
    }

    private Request request(String question, boolean stream) {
        ObjectNode json = mapper.createObjectNode().put("model", "m");
        json.putArray("messages").addObject().put("role", "user").put("content", question);
        if (stream) {
            json.put("stream", true);
        }
        return new Request.Builder()
                .url(url)
                .header("Authorization", "Bearer k")
                .post(RequestBody.create(mapper.writeValueAsBytes(json), JSON))
                .build();
    }

    @Override
    public String call(String question) throws IOException {
        try (Response response = client.newCall(request(question, false)).execute();
                JsonParser parser = factory.createParser(
                        ObjectReadContext.empty(), response.body().byteStream())) {
            String content = content(parser);
            if (content == null) {
                throw new IOException("No answer came.");
            }
            return content;
        }
    }

    @Override
    public String stream(String question, Runnable onToken) throws IOException {
        StringBuilder text = new StringBuilder();
        try (Response response = client.newCall(request(question, true)).execute()) {
            BufferedSource source = response.body().source();
            while (true) {
                long length = source.indexOf((byte) '\n');
                if (length < 0) {
                    return text.toString();
                }
                byte[] line = source.readByteArray(length + 1);
                if (line.length > 7 && line[6] == '{') {
                    try (JsonParser parser =
                            factory.createParser(ObjectReadContext.empty(), line, 6, line.length - 7)) {
                        String piece = content(parser);
                        if (piece != null) {
                            text.append(piece);
                            onToken.run();
                        }
                    }
                }
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static @Nullable String content(JsonParser parser) {
        String found = null;
        for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
            if (token == JsonToken.PROPERTY_NAME && parser.currentName().equals("content")) {
                parser.nextToken();
                found = parser.getString();
            }
        }
        return found;
    }
}
