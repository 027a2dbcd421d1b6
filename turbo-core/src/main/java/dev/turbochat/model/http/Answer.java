package dev.turbochat.model.http;

import dev.turbochat.error.ModelException;
import dev.turbochat.model.Completion;
import dev.turbochat.model.Model;
import dev.turbochat.step.Message;
import dev.turbochat.step.Usage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Gathers an answer from what a server sends and judges whether it is one. Not thread-safe. */
public final class Answer {
    /** What a vendor's word for the end of an answer means. */
    public enum End {
        /** The model had said what it wanted; also any word that nobody knows. */
        COMPLETE,
        /** A limit was reached. */
        LENGTH,
        /** A filter stepped in. */
        FILTERED,
        /** The server gave up. */
        FAILED,
        /** The model wrote what the server cannot read. */
        MALFORMED
    }

    private final TreeMap<Integer, Candidate> candidates = new TreeMap<>();
    private @Nullable Candidate first; // the one of index 0, which the listener is told of
    private int ended;
    private Usage usage = Usage.NONE;
    private boolean live;
    private boolean done;

    /** The candidate of this index, begun if it is new. */
    public Candidate candidate(int index) {
        if (index != 0) {
            return candidates.computeIfAbsent(index, ignored -> new Candidate(this));
        }
        if (first == null) {
            first = new Candidate(this);
            candidates.put(0, first);
        }
        return first;
    }

    /** The tokens, as the server has counted them so far. */
    public void usage(Usage counted) {
        usage = counted;
    }

    /** Something has come that shows the model at work. */
    public void live() {
        live = true;
    }

    /** The server says that nothing more will come. */
    public void done() {
        done = true;
    }

    /** One of the candidates has been ended by the model. */
    void ended() {
        ended++;
    }

    boolean isDone() {
        return done;
    }

    /** Whether anything has come since this was last asked. */
    boolean wasLive() {
        boolean was = live;
        live = false;
        return was;
    }

    /** Whether something of the first candidate has come that the listener has not been told. */
    boolean hasNews() {
        return first != null && first.hasNews();
    }

    /** How many pieces of text {@link #tell} is about to tell. */
    int textNews() {
        return first != null && first.hasTextNews() ? 1 : 0;
    }

    void tell(Model.Listener listener) {
        if (first != null) {
            first.tell(listener);
        }
    }

    /** Nothing more can come: what is held back is let go. */
    void close() {
        candidates.values().forEach(Candidate::finish);
    }

    /** Whether a candidate has come, and every one that has come was ended by the model. */
    boolean isFinished() {
        return ended > 0 && ended == candidates.size();
    }

    /**
     * The whole answer. Candidates that are none, being empty or withheld, are left out if there are others.
     *
     * @param clean makes what the server said fit to be shown
     * @throws ModelException if no candidate is an answer: what the first of them is instead
     */
    Completion completion(String spec, UnaryOperator<String> clean) {
        List<Message.Assistant> good = new ArrayList<>();
        ModelException problem = null;
        for (Candidate candidate : candidates.values()) {
            Optional<ModelException> wrong = candidate.problem(spec, clean);
            if (wrong.isEmpty()) {
                good.add(candidate.message());
            } else if (problem == null) {
                problem = wrong.get();
            }
        }
        if (good.isEmpty()) {
            throw problem == null ? new ModelException.EmptyAnswer(spec) : problem;
        }
        return new Completion(good, usage, spec);
    }
}
