package dev.turbochat.model.http;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.Connection;
import okhttp3.ConnectionPool;
import okhttp3.EventListener;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okio.Buffer;
import okio.BufferedSink;

/** The one HTTP client, made at the first call: starting a program costs nothing of it. */
final class Client {
    private static final MediaType JSON = MediaType.get("application/json");

    private Client() {}

    static Call call(Post post, Watch watch) {
        Request request = post.request()
                .url(post.url())
                .header("Accept", post.streamed() ? "text/event-stream, application/json" : "application/json")
                .header("Accept-Encoding", "identity") // compressed tokens would wait for each other
                .header("User-Agent", "turbo")
                .tag(Watch.class, watch)
                .post(new Once(post.body()))
                .build();
        return Shared.CLIENT.newCall(request);
    }

    private static final class Shared {
        /** OkHttp keeps five by itself: of more callers than that, most would connect for each call. */
        static final int IDLE_CONNECTIONS = 1_000;

        static final OkHttpClient CLIENT = new OkHttpClient.Builder()
                .connectionPool(new ConnectionPool(IDLE_CONNECTIONS, 5, TimeUnit.MINUTES))
                .connectTimeout(Duration.ZERO) // one watch for all limits: see Watch
                .readTimeout(Duration.ZERO)
                .writeTimeout(Duration.ZERO)
                .callTimeout(Duration.ZERO)
                .followRedirects(false) // the key is for the host that was named
                .followSslRedirects(false)
                .dns(Courier::lookUp)
                .eventListenerFactory(Shared::listener)
                .build();

        private static EventListener listener(Call call) {
            Watch watch = call.request().tag(Watch.class);
            return watch == null ? EventListener.NONE : new Listener(watch);
        }
    }

    private static final class Listener extends EventListener {
        private final Watch watch;

        Listener(Watch watch) {
            this.watch = watch;
        }

        @Override
        public void connectionAcquired(Call call, Connection connection) {
            watch.connected();
        }
    }

    /**
     * A body that can be sent once. OkHttp then never sends a request again by itself, not after a lost connection, a
     * 408 or a 503: an answer that was paid for is not bought twice behind the caller's back.
     */
    private static final class Once extends RequestBody {
        private final Buffer json;
        private final long length;

        Once(Buffer json) {
            this.json = json;
            this.length = json.size();
        }

        @Override
        public MediaType contentType() {
            return JSON;
        }

        @Override
        public long contentLength() {
            return length;
        }

        @Override
        public boolean isOneShot() {
            return true;
        }

        @Override
        public void writeTo(BufferedSink sink) throws java.io.IOException {
            sink.write(json, length);
        }
    }
}
