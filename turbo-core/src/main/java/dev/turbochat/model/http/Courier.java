package dev.turbochat.model.http;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import okhttp3.Call;
import okhttp3.Dns;
import okhttp3.Response;
import okio.Buffer;
import okio.BufferedSource;
import okio.ForwardingSource;
import okio.Okio;
import okio.Pipe;
import org.jspecify.annotations.Nullable;

/**
 * Carries out a call so that the calling thread can always be interrupted.
 *
 * <p>A virtual thread carries a call over plain HTTP out itself, unless a name has to be looked up for it, which an open
 * connection needs not: an interrupt closes the connection, which nobody shares. All other calls are carried by a virtual thread
 * of their own, the courier, while the calling thread waits. For a platform thread in a socket read does not notice an
 * interrupt, and no thread does in a name lookup; and an interrupt of a virtual thread in a socket write closes that socket,
 * which over HTTP/2 is shared with others' calls.
 *
 * <p>Reading the answer touches no shared socket, so a virtual caller reads it directly; for a platform caller the courier goes
 * on and hands it over through a pipe.
 */
final class Courier {
    private static final String NAME = "turbo-model-call";
    private static final long PIPE_BYTES = 64 << 10;

    private volatile Call call;
    private volatile boolean canceled;
    private final CompletableFuture<Response> arrival = new CompletableFuture<>();
    private final CompletableFuture<@Nullable Void> carried = new CompletableFuture<>();
    private final @Nullable Pipe pipe = Thread.currentThread().isVirtual() ? null : new Pipe(PIPE_BYTES);
    private volatile @Nullable IOException failure;

    Courier(Call call) {
        this.call = call;
    }

    /** Sends the request and waits for the head of the answer. */
    Response send() throws InterruptedException, ExecutionException {
        if (Thread.currentThread().isVirtual() && !call.request().isHttps()) {
            try {
                queue();
                return call.execute();
            } catch (NotLookedUp e) { // and so nothing was sent
                call = call.clone();
                if (canceled) {
                    call.cancel();
                }
            } catch (Throwable t) { // whatever it is; an InterruptedException, too, which OkHttp does not declare
                if (Thread.interrupted() || t instanceof InterruptedException) {
                    throw new InterruptedException();
                }
                throw new ExecutionException(t);
            }
        }
        Thread.ofVirtual().name(NAME).start(this::run);
        return arrival.get();
    }

    /**
     * Waits until a new thread has had its turn, behind all that wait for a carrier. Of a thousand callers those that a carrier
     * has woken itself would be run by it again and again, for as long as there are any, while the others wait.
     */
    private static void queue() throws InterruptedException {
        Thread.startVirtualThread(() -> {}).join();
    }

    /** Looks a name up for a new connection, if it is a courier that makes it. */
    static List<InetAddress> lookUp(String host) throws UnknownHostException {
        if (!Thread.currentThread().getName().equals(NAME)) {
            throw new NotLookedUp(host);
        }
        return Dns.SYSTEM.lookup(host);
    }

    /** A name has to be looked up for the call, which cannot be interrupted: a courier shall do it. */
    private static final class NotLookedUp extends UnknownHostException {
        private static final long serialVersionUID = 1;

        NotLookedUp(String host) {
            super(host);
        }
    }

    /** Ends the call at once, from any thread: closes its connection, wakes who waits for it. */
    void cancel() {
        canceled = true;
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
