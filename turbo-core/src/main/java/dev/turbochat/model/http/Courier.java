package dev.turbochat.model.http;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import okhttp3.Call;
import okhttp3.Response;
import okio.Buffer;
import okio.BufferedSource;
import okio.ForwardingSource;
import okio.Okio;
import okio.Pipe;
import org.jspecify.annotations.Nullable;

/**
 * Carries out a call on a virtual thread of its own, so that the calling thread can always be interrupted and is never
 * seen by OkHttp while it connects and sends.
 *
 * <p>Both matter. A platform thread in a socket read does not notice an interrupt, and no thread does in a name lookup.
 * And an interrupt of a virtual thread in a socket write closes that socket, which over HTTP/2 is shared with others'
 * calls. Reading the answer touches no shared socket, so a virtual caller reads it directly; for a platform caller the
 * courier goes on and hands it over through a pipe.
 */
final class Courier {
    private static final long PIPE_BYTES = 64 << 10;

    private final Call call;
    private final CompletableFuture<Response> arrival = new CompletableFuture<>();
    private final CompletableFuture<@Nullable Void> carried = new CompletableFuture<>();
    private final @Nullable Pipe pipe = Thread.currentThread().isVirtual() ? null : new Pipe(PIPE_BYTES);
    private volatile @Nullable IOException failure;

    Courier(Call call) {
        this.call = call;
    }

    /** Sends the request and waits for the head of the answer. */
    Response send() throws InterruptedException, ExecutionException {
        Thread.ofVirtual().name("turbo-model-call").start(this::run);
        return arrival.get();
    }

    /** Ends the call at once, from any thread: closes its connection, wakes who waits for it. */
    void cancel() {
        call.cancel();
        arrival.completeExceptionally(new IOException("Canceled"));
        if (pipe != null) {
            pipe.cancel();
        }
    }

    /** The answer's body, for the calling thread to read. */
    BufferedSource source(Response response) {
        if (pipe == null) {
            return response.body().source();
        }
        return Okio.buffer(new ForwardingSource(pipe.source()) {
            @Override
            public long read(Buffer sink, long byteCount) throws IOException {
                long read = super.read(sink, byteCount);
                IOException failed = failure;
                if (read == -1 && failed != null) {
                    throw failed;
                }
                return read;
            }
        });
    }

    private void run() {
        try {
            Response response = call.execute();
            if (!arrival.complete(response)) {
                response.close(); // nobody waits for it any more
            } else if (pipe != null) {
                carry(response, pipe);
            }
        } catch (Throwable t) { // the caller's to judge, whatever it is
            arrival.completeExceptionally(t);
        }
    }

    /**
     * Closes an answer that has come whole, so that its connection can serve another call. A server that holds on to it
     * is given as long as OkHttp gives it, a tenth of a second, and then is cut off.
     */
    void finish(BufferedSource source) throws IOException {
        source.close();
        if (pipe != null) {
            try {
                carried.get(100, TimeUnit.MILLISECONDS);
            } catch (TimeoutException | ExecutionException e) {
                call.cancel();
            } catch (InterruptedException e) {
                call.cancel();
                Thread.currentThread().interrupt();
            }
        }
    }

    private void carry(Response response, Pipe to) {
        try (response;
                var sink = to.sink()) {
            Buffer buffer = new Buffer();
            try {
                for (long n = 0; n != -1; n = response.body().source().read(buffer, 8192)) {
                    sink.write(buffer, buffer.size());
                }
            } catch (IOException e) {
                failure = e; // before the sink is closed: the reader looks for it at the end
            }
        } catch (IOException e) {
            failure = e;
        } finally {
            carried.complete(null);
        }
    }
}
