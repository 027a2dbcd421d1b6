package dev.turbochat.model;

import dev.turbochat.error.ModelException;
import dev.turbochat.step.Setting;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A model whose answers a worker writes, for many callers at a time: what a graphics card wants.
 *
 * <pre>{@code
 * BatchingModel model = BatchingModel.of("gpu:llama");
 * Thread.ofPlatform().start(() -> model.serve(1, 32, Duration.ofMillis(20), batch -> {
 *     for (Request request : batch) {
 *         for (String piece : generate(request.prompt())) { request.text(piece); }
 *         request.complete();
 *     }
 * }));
 * }</pre>
 *
 * <p>Any number of threads ask, virtual ones too, and any number of workers take what they ask in order of arrival; each
 * request goes to one worker. A caller that leaves, by an interrupt or a time limit, is skipped: its request is open no
 * more, and what is still written to it goes nowhere. A batch that a worker closes, be it by an exception, fails those of
 * its requests that were not answered, by name. A worker in another process has somebody here who takes batches for it and
 * passes on what it writes.
 *
 * <p>Thread-safe. Closing fails all who wait, and ends {@link #serve}.
 */
public final class BatchingModel implements Model, AutoCloseable {
    private final String name;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();
    private final Deque<Request> waiting = new ArrayDeque<>();
    private final Set<Request> taken = new HashSet<>();
    private boolean closed;

    private BatchingModel(String name) {
        this.name = name;
    }

    /** A model of this name that nobody serves yet. */
    public static BatchingModel of(String name) {
        return new BatchingModel(name);
    }

    /** What a caller asks, and where its answer is written. All methods are for the worker, on any thread. */
    public final class Request {
        private final Prompt prompt;
        private final LinkedBlockingQueue<Word> words = new LinkedBlockingQueue<>();
        private final StringBuilder text = new StringBuilder(); // guarded by the lock
        private boolean open = true; // guarded by the lock

        private Request(Prompt prompt) {
            this.prompt = prompt;
        }

        /** What the caller asks. */
        public Prompt prompt() {
            return prompt;
        }

        /** Whether somebody still waits for an answer that has not ended. */
        public boolean isOpen() {
            lock.lock();
            try {
                return open;
            } finally {
                lock.unlock();
            }
        }

        /** Writes a piece of the answer's text. Returns whether it goes anywhere: if not, the rest need not be made. */
        public boolean text(String piece) {
            lock.lock();
            try {
                if (open && !piece.isEmpty()) {
                    text.append(piece);
                    words.add(new Word.Piece(piece));
                }
                return open;
            } finally {
                lock.unlock();
            }
        }

        /** Ends the answer, which is what was written. Uncounted; an answer of nothing fails as one. */
        public void complete() {
            lock.lock();
            try {
                String whole = text.toString();
                end(
                        whole.isEmpty()
                                ? new Word.Failed(new ModelException.EmptyAnswer(name))
                                : new Word.Done(Completion.of(whole, name)));
            } finally {
                lock.unlock();
            }
        }

        /** Ends the answer with all that is to be said of it: calls, usage, candidates. */
        public void complete(Completion completion) {
            end(new Word.Done(completion));
        }

        /** Ends it with a failure. */
        public void fail(ModelException failure) {
            end(new Word.Failed(failure));
        }

        /** The first end counts. */
        private void end(Word word) {
            lock.lock();
            try {
                if (open) {
                    open = false;
                    words.add(word);
                    taken.remove(this);
                }
            } finally {
                lock.unlock();
            }
        }

        private void leave() {
            lock.lock();
            try {
                open = false;
                waiting.remove(this);
                taken.remove(this);
            } finally {
                lock.unlock();
            }
        }
    }

    /** What a worker tells a caller. */
    private sealed interface Word {
        record Piece(String text) implements Word {}

        record Done(Completion completion) implements Word {}

        record Failed(ModelException failure) implements Word {}
    }

    /** Requests that one worker answers together. Closing fails those that were not answered. */
    public static final class Batch implements Iterable<Request>, AutoCloseable {
        private final String model;
        private final List<Request> requests;
        private @Nullable Exception why;

        private Batch(String model, List<Request> requests) {
            this.model = model;
            this.requests = List.copyOf(requests);
        }

        /** The requests, in order of arrival; none if none came in time. */
        public List<Request> requests() {
            return requests;
        }

        @Override
        public Iterator<Request> iterator() {
            return requests.iterator();
        }

        /** Fails those that were not answered, and says why. */
        public void fail(Exception cause) {
            why = cause;
            close();
        }

        @Override
        public void close() {
            String what = "its worker gave up" + (why == null ? " before the answer was complete" : " with " + why);
            requests.forEach(request -> request.fail(new ModelException.Unavailable(model, what, why)));
        }
    }

    @Override
    public Completion complete(Prompt prompt, Listener listener) throws InterruptedException {
        Request request = new Request(prompt);
        lock.lockInterruptibly();
        try {
            if (closed) {
                throw closed();
            }
            waiting.addLast(request);
            arrived.signal();
        } finally {
            lock.unlock();
        }
        try {
            return hear(request, listener);
        } finally {
            request.leave();
        }
    }

    private Completion hear(Request request, Listener listener) throws InterruptedException {
        Deadline deadline = Deadline.of(request.prompt, Time.SYSTEM);
        boolean several = request.prompt.settings().get(Setting.N).orElse(1) > 1;
        Duration first =
                request.prompt.settings().get(Setting.FIRST_TOKEN_TIMEOUT).orElse(deadline.limit());
        Duration next =
                request.prompt.settings().get(Setting.BETWEEN_TOKENS_TIMEOUT).orElse(deadline.limit());
        for (boolean begun = false; ; begun = true) {
            Duration patience = begun ? next : first;
            boolean isLast = !deadline.allows(patience);
            Word word = request.words.poll((isLast ? deadline.left() : patience).toNanos(), TimeUnit.NANOSECONDS);
            switch (word) {
                case null -> {
                    String what = isLast ? "the whole answer" : begun ? "the next token" : "the first token";
                    throw new ModelException.TimedOut(name, what, isLast ? deadline.limit() : patience);
                }
                case Word.Piece(String text) -> {
                    if (!several) {
                        listener.text(text);
                    }
                }
                case Word.Done(Completion completion) -> {
                    return completion;
                }
                case Word.Failed(ModelException failure) -> throw failure;
            }
        }
    }

    /**
     * Takes requests, as many as wait, up to {@code max}.
     *
     * @param min how many are waited for, at least 1
     * @param max how many are taken at the most, at least {@code min}
     * @param maxWait how long they are waited for; then those that are there are taken, be it none
     * @return the requests; to be closed
     * @throws IllegalStateException if this was closed
     */
    public Batch consume(int min, int max, Duration maxWait) throws InterruptedException {
        if (min < 1 || max < min) {
            throw new IllegalArgumentException("A batch was to have " + min + " to " + max
                    + " requests; take at least one, and no fewer at the most.");
        }
        lock.lockInterruptibly();
        try {
            long left = maxWait.toNanos();
            while (!closed && waiting.size() < min && left > 0) {
                left = arrived.awaitNanos(left);
            }
            if (closed) {
                throw new IllegalStateException("Model '" + name + "' was closed; serve another.");
            }
            List<Request> batch = new ArrayList<>();
            while (!waiting.isEmpty() && batch.size() < max) {
                batch.add(waiting.removeFirst());
            }
            taken.addAll(batch);
            if (!waiting.isEmpty()) {
                arrived.signal(); // for the next worker
            }
            return new Batch(name, batch);
        } finally {
            lock.unlock();
        }
    }

    /** What a worker does with a batch. */
    @FunctionalInterface
    public interface Worker {
        /** Answers the requests; those that it leaves open are failed, with what it throws if it does. */
        void answer(Batch batch) throws Exception;
    }

    /** Has a worker answer batch after batch, until this is closed or the thread is interrupted. */
    public void serve(int min, int max, Duration maxWait, Worker worker) throws InterruptedException {
        while (!isClosed()) {
            try (Batch batch = consume(min, max, maxWait)) {
                if (!batch.requests().isEmpty()) {
                    answer(worker, batch);
                }
            } catch (IllegalStateException e) {
                if (!isClosed()) {
                    throw e;
                }
            }
        }
    }

    private static void answer(Worker worker, Batch batch) throws InterruptedException {
        try {
            worker.answer(batch);
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            batch.fail(e);
        }
    }

    /** How many callers wait for a worker. */
    public int waiting() {
        lock.lock();
        try {
            return waiting.size();
        } finally {
            lock.unlock();
        }
    }

    private boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    private ModelException closed() {
        return new ModelException.Unavailable(name, "it was closed", null);
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            List<Request> all = new ArrayList<>(waiting);
            all.addAll(taken);
            waiting.clear();
            all.forEach(request -> request.fail(closed()));
            arrived.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public String name() {
        return name;
    }
}
