package dev.turbochat.model.http;

import dev.turbochat.model.Completion;
import dev.turbochat.model.Model;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.UnexpectedEndOfInputException;

/**
 * A request and its answer, streamed or in one piece, in any vendor's format.
 *
 * <p>An answer is complete when the server has said why it ended, or that it did, whatever happens to the connection
 * after that; one that ends without either is a {@link dev.turbochat.error.ModelException.StreamCut}, never a short
 * answer.
 */
public final class Dialogue {
    private Dialogue() {}

    /** Reads what a vendor's servers send. */
    public interface Reader extends AutoCloseable {
        /**
         * Reads one document, the data of an event or a whole answer, into the answer.
         *
         * @param json valid until the call returns
         * @return the error that the server speaks of in it; null if it does not
         * @throws UnexpectedEndOfInputException if the document ends too early
         * @throws JacksonException if it is not JSON, or not the JSON that it should be
         */
        @Nullable
        Refusal read(byte[] json, int length);

        @Override
        default void close() {}
    }

    /**
     * Sends a request and reads its answer.
     *
     * @param spec the spec of the model that answers
     * @param reader reads into {@code answer}, and is closed
     * @throws dev.turbochat.error.ModelException if there is no complete answer
     * @throws InterruptedException if the thread is interrupted
     */
    public static Completion hold(Post post, String spec, Reader reader, Answer answer, Model.Listener listener)
            throws InterruptedException {
        try (reader;
                Exchange exchange = Exchange.open(post)) {
            switch (exchange.kind()) {
                case EVENTS -> events(exchange, reader, answer, listener);
                case JSON -> document(exchange, reader);
                case OTHER ->
                    throw exchange.malformed("neither JSON nor an event stream came"
                            + (exchange.type().isEmpty() ? "" : ", but " + exchange.type()));
            }
            exchange.complete();
            answer.close();
            if (answer.hasNews()) {
                exchange.tell(answer, listener);
            }
            return answer.completion(spec, exchange::clean);
        }
    }

    private static void events(Exchange exchange, Reader reader, Answer answer, Model.Listener listener)
            throws InterruptedException {
        while (!answer.isDone() && exchange.next()) {
            if (exchange.event().equals("error")) {
                throw exchange.refused(Refusal.of(exchange.data(), exchange.length()));
            }
            if (exchange.length() > 0) {
                chunk(exchange, reader);
                boolean live = answer.wasLive();
                if (answer.hasNews()) {
                    exchange.tell(answer, listener);
                } else if (live) {
                    exchange.alive();
                }
                if (answer.isFinished()) {
                    exchange.finish();
                }
            }
        }
        if (!answer.isDone() && !answer.isFinished()) {
            throw exchange.cut();
        }
    }

    private static void chunk(Exchange exchange, Reader reader) {
        try {
            throwIfRefused(exchange, reader.read(exchange.data(), exchange.length()));
        } catch (JacksonException e) {
            throw exchange.malformed(e);
        }
    }

    private static void document(Exchange exchange, Reader reader) throws InterruptedException {
        byte[] whole = exchange.whole();
        try {
            throwIfRefused(exchange, reader.read(whole, whole.length));
        } catch (UnexpectedEndOfInputException e) {
            throw exchange.cut();
        } catch (JacksonException e) {
            throw exchange.malformed(e);
        }
    }

    private static void throwIfRefused(Exchange exchange, @Nullable Refusal refusal) {
        if (refusal != null) {
            throw exchange.refused(refusal);
        }
    }
}
