package dev.turbochat.testkit;

import dev.turbochat.error.ModelException;
import dev.turbochat.model.Completion;
import dev.turbochat.model.ForwardingListener;
import dev.turbochat.model.Model;
import dev.turbochat.model.Prompt;
import dev.turbochat.step.Message;
import dev.turbochat.step.Part;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A model that was recorded once and says in tests what it said then.
 *
 * <pre>{@code
 * Model model = Cassette.of(Path.of("src/test/cassettes/pizza.json"), () -> Models.of("openai:gpt-4o-mini"));
 * }</pre>
 *
 * <p>Run with {@code -Dturbo.cassettes=record} to record anew; without it, nothing is called, and no key is needed. A
 * prompt that was not recorded fails the test, which shows the nearest one that was, and what differs. Prompts are found
 * by what they hold, in whatever order they come; how long to wait, and the session, do not matter. Who asks the same
 * again gets the answers one after the other, as they were recorded. The text streams in the pieces in which it came;
 * failures fail as they did.
 *
 * <p>The file is JSON to be read, and to be checked in. No key gets into it: models are given none in prompts, and the
 * values of environment variables whose names end in {@code KEY}, {@code TOKEN}, {@code SECRET} or {@code PASSWORD} are
 * replaced by {@code ***}, as are those that {@link #hiding} names. Images that are in a prompt as bytes are replaced by
 * their hashes.
 *
 * <p>Thread-safe.
 */
public final class Cassette implements Model {
    /** The system property that says {@code record} to record anew. */
    public static final String PROPERTY = "turbo.cassettes";

    private final Path file;
    private final @Nullable Model recorded;
    private final Tracks tracks;
    private final ReentrantLock lock = new ReentrantLock();

    private Cassette(Path file, @Nullable Model recorded, Tracks tracks) {
        this.file = file;
        this.recorded = recorded;
        this.tracks = tracks;
    }

    /** Says what is recorded in this file; or records the model there, if the system property says so. */
    public static Cassette of(Path file, Supplier<? extends Model> model) {
        return "record".equals(System.getProperty(PROPERTY)) ? record(file, model.get()) : replay(file);
    }

    /**
     * Says what is recorded in this file.
     *
     * @throws AssertionError if there is no such file, or it is none
     */
    public static Cassette replay(Path file) {
        return new Cassette(file, null, Tracks.read(file));
    }

    /** Records a model in this file, in place of what is there; written after every call. */
    public static Cassette record(Path file, Model model) {
        return new Cassette(file, model, Tracks.empty(model.name()));
    }

    /** Hides these texts, too, wherever they stand. To be said before the first call, and each time. */
    public Cassette hiding(String... secrets) {
        tracks.hide(List.of(secrets));
        return this;
    }

    @Override
    public Completion complete(Prompt prompt, Listener listener) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        return recorded == null ? replay(prompt, listener) : record(recorded, prompt, listener);
    }

    private Completion record(Model model, Prompt prompt, Listener listener) throws InterruptedException {
        List<String> pieces = new ArrayList<>();
        Track.Answer answer;
        try {
            answer = new Track.Answer(pieces, model.complete(prompt, new Copying(listener, pieces)), null);
        } catch (ModelException e) {
            Duration retryAfter = e instanceof ModelException.RateLimited limited
                    ? limited.retryAfter().orElse(null)
                    : null;
            Track.Failure failure = new Track.Failure(e.code(), e.model(), e.getMessage(), retryAfter);
            add(prompt, new Track.Answer(pieces, null, failure));
            throw e;
        }
        add(prompt, answer);
        return Objects.requireNonNull(answer.completion());
    }

    private void add(Prompt prompt, Track.Answer answer) {
        lock.lock();
        try {
            tracks.add(prompt, answer);
            tracks.write(file);
        } finally {
            lock.unlock();
        }
    }

    private Completion replay(Prompt prompt, Listener listener) {
        Track.Answer answer;
        lock.lock();
        try {
            answer = tracks.next(prompt, file);
        } finally {
            lock.unlock();
        }
        Completion completion = answer.completion();
        if (completion != null && completion.candidates().size() == 1) {
            for (Part part : completion.candidates().getFirst().parts()) {
                if (part instanceof Part.Reasoning thought && !thought.text().isEmpty()) {
                    listener.reasoning(thought.text());
                }
            }
        }
        answer.pieces().forEach(listener::text);
        if (completion == null) {
            Track.Failure failure = Objects.requireNonNull(answer.failure());
            throw ModelException.recorded(failure.code(), failure.model(), failure.message(), failure.retryAfter());
        }
        if (completion.candidates().size() == 1) {
            Message.Assistant message = completion.candidates().getFirst();
            message.calls().forEach(listener::call);
        }
        return completion;
    }

    /** How many of the recorded answers nobody has asked for yet. */
    public int unused() {
        lock.lock();
        try {
            return tracks.unused();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public String name() {
        return tracks.model();
    }

    /** Passes everything on and notes the text. */
    private static final class Copying extends ForwardingListener {
        private final List<String> pieces;

        Copying(Listener listener, List<String> pieces) {
            super(listener);
            this.pieces = pieces;
        }

        @Override
        public void text(String piece) {
            pieces.add(piece);
            super.text(piece);
        }
    }
}
