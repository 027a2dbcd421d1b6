package dev.turbochat.model.http;

import dev.turbochat.error.ModelException;
import dev.turbochat.model.Model;
import java.io.EOFException;
import java.io.IOException;
import java.util.concurrent.ExecutionException;
import okhttp3.Response;
import okio.Buffer;
import okio.BufferedSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;

/**
 * One request and its answer: sent once, limited in time, ended at once by an interrupt of the calling thread.
 *
 * <p>To be used and closed by the thread that opened it, virtual or platform. Closing before {@link #complete} closes
 * the connection; after it, the connection is kept for the next call.
 *
 * <p>Every method that reads throws {@link InterruptedException} if the thread is interrupted, with the connection
 * closed; {@link ModelException.TimedOut} when one of the {@link Limits} has passed; and
 * {@link ModelException.StreamCut} when the connection is lost.
 */
public final class Exchange implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);
    private static final long LONGEST_ERROR = 64 << 10;

    private final Post post;
    private final Failures failures;
    private final Watch watch;
    private final Courier courier;
    private @Nullable Response response;
    private BufferedSource source = new Buffer();
    private @Nullable SseReader events; // made for the first: an answer in one piece needs none
    private int pieces;
    private boolean finished;
    private boolean complete;

    private Exchange(Post post) {
        this.post = post;
        this.failures = new Failures(post);
        this.watch = new Watch(post.limits(), post.streamed());
        this.courier = new Courier(Client.call(post, watch));
    }

    /**
     * Sends a request and waits for the head of a successful answer.
     *
     * @throws ModelException if there is none: the refusal or the failure by its name
     * @throws InterruptedException if the thread is interrupted; nothing is sent if it was before
     */
    public static Exchange open(Post post) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        LOG.debug("{} is sent {} bytes", post, post.body().size());
        Exchange exchange = new Exchange(post);
        boolean open = false;
        try {
            exchange.send();
            open = true;
            return exchange;
        } finally {
            if (!open) {
                exchange.close();
            }
        }
    }

    private void send() throws InterruptedException {
        Response arrived;
        watch.start(courier::cancel);
        try {
            arrived = courier.send();
        } catch (ExecutionException e) {
            Watch.Wait passed = watch.expired();
            throw passed == null
                    ? failures.unanswered(e.getCause() == null ? e : e.getCause(), watch.isConnected())
                    : failures.timedOut(passed, watch);
        }
        response = arrived;
        source = courier.source(arrived);
        LOG.debug("{} answers with status {}", post, arrived.code());
        if (!arrived.isSuccessful()) {
            throw failures.status(arrived.code(), arrived.headers(), errorBody());
        }
    }

    private byte[] errorBody() throws InterruptedException {
        Buffer body = source.getBuffer();
        try {
            if (!source.request(LONGEST_ERROR)) {
                complete = true;
            }
            return body.readByteArray(Math.min(LONGEST_ERROR, body.size()));
        } catch (IOException e) { // what has come of it will do
            if (Thread.interrupted()) {
                throw interrupted();
            }
            return body.readByteArray();
        }
    }

    /** What kind of answer it is, by what it begins with: servers are not to be trusted on its type. */
    public Kind kind() throws InterruptedException {
        checkInterrupt();
        try {
            for (long i = 0; source.request(i + 1); i++) {
                byte first = source.getBuffer().getByte(i);
                if (" \t\r\n\u00EF\u00BB\u00BF".indexOf(first & 0xFF) < 0 || i > LONGEST_ERROR) {
                    return Kind.of(first, type());
                }
            }
            return Kind.EVENTS; // of which there are none
        } catch (IOException e) {
            throw failed(e);
        }
    }

    /** The content type that the server gives; empty if it gives none. */
    public String type() {
        String type = response == null ? null : response.header("content-type");
        return type == null ? "" : type;
    }

    /**
     * Goes to the next event of the stream; false if the stream has ended.
     *
     * <p>An event is no token by itself: say {@link #alive}. Once the answer has {@link #finish
     * finished}, a connection that is lost ends the stream like any other end.
     */
    public boolean next() throws InterruptedException {
        checkInterrupt();
        try {
            return events().next();
        } catch (IOException e) {
            ModelException failed = failed(e);
            if (finished && !(e instanceof SseReader.TooLong)) {
                return false;
            }
            throw failed;
        }
    }

    private SseReader events() {
        if (events == null) {
            events = new SseReader(source);
        }
        return events;
    }

    /** The data of the event, from 0 to {@link #length}, until {@link #next} is called. */
    public byte[] data() {
        return events().data();
    }

    /** How many bytes of data the event has. */
    public int length() {
        return events().length();
    }

    /** The event's name; {@code message} if it has none. */
    public String event() {
        return events().event();
    }

    /** The whole answer, of at most 16 MiB. */
    public byte[] whole() throws InterruptedException {
        checkInterrupt();
        try {
            if (source.request(SseReader.LIMIT + 1L)) {
                throw new SseReader.TooLong();
            }
            return source.readByteArray();
        } catch (IOException e) {
            throw failed(e);
        }
    }

    /** Tells the listener what is new of the answer. The time that it takes is not the server's. */
    void tell(Answer answer, Model.Listener listener) {
        pieces += answer.textNews();
        watch.pause();
        try {
            answer.tell(listener);
        } finally {
            watch.token();
        }
    }

    /** Something of the answer has come that the listener is not told of, such as a thought. */
    public void alive() {
        watch.token();
    }

    /** The answer has finished; what may follow, such as the usage, is waited for five seconds at the longest. */
    public void finish() {
        if (!finished) {
            finished = true;
            watch.tail();
        }
    }

    /** The answer has come whole; the connection may serve another call. */
    public void complete() {
        complete = true;
    }

    /** The server speaks of a failure inside its answer. */
    public ModelException refused(Refusal refusal) {
        return failures.inside(refusal);
    }

    /** What a server said, fit to be shown. */
    String clean(String said) {
        return failures.clean(said);
    }

    /** The answer broke off. */
    public ModelException cut() {
        return failures.cut(pieces, new EOFException("The stream ended before the answer did"));
    }

    /** The answer is none. */
    public ModelException malformed(String detail) {
        return failures.malformed(detail);
    }

    /** The answer is not the JSON that it should be. */
    public ModelException malformed(JacksonException e) {
        return failures.malformed("it is not the JSON that it should be (" + reason(e) + ")");
    }

    /** What is wrong, without the place in the source, of which nothing may be shown. */
    private static String reason(JacksonException e) {
        String said = e.getOriginalMessage();
        int place = said.indexOf(" (for ");
        return (place < 0 ? said : said.substring(0, place)).strip();
    }

    private void checkInterrupt() throws InterruptedException {
        if (Thread.interrupted()) {
            throw interrupted();
        }
    }

    private ModelException failed(IOException e) throws InterruptedException {
        if (Thread.interrupted()) {
            throw interrupted();
        }
        Watch.Wait passed = watch.expired();
        if (passed != null) {
            return failures.timedOut(passed, watch);
        }
        return e instanceof SseReader.TooLong
                ? failures.malformed("it has " + e.getMessage())
                : failures.cut(pieces, e);
    }

    private InterruptedException interrupted() {
        courier.cancel();
        return new InterruptedException();
    }

    @Override
    public void close() {
        watch.close();
        if (!complete) {
            courier.cancel(); // first, as closing alone would wait for what is still to come
        }
        if (response != null) {
            try {
                courier.finish(source);
            } catch (IOException e) {
                LOG.debug("{} was not closed properly ({})", post, e.getClass().getName());
            }
        }
    }
}
