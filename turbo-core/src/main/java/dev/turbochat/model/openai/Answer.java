package dev.turbochat.model.openai;

import dev.turbochat.error.ModelException;
import dev.turbochat.model.Completion;
import dev.turbochat.model.http.Json;
import dev.turbochat.step.Message;
import dev.turbochat.step.Message.Finish;
import dev.turbochat.step.Usage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Gathers an answer from its chunks and judges whether it is one. Not thread-safe. */
final class Answer {
    private final TreeMap<Integer, Candidate> candidates = new TreeMap<>();
    private Usage usage = Usage.NONE;
    private String news = "";
    private boolean live;
    private int ended;

    /** Adds what a chunk says of a candidate: a text, a reason of its end, both or neither. */
    void add(int index, @Nullable String text, @Nullable String reason) {
        Candidate candidate = candidates.computeIfAbsent(index, ignored -> new Candidate());
        if (text != null && !text.isEmpty()) {
            String piece = candidate.take(text);
            if (index == 0) {
                news = news.isEmpty() ? piece : news + piece;
            }
            live = true;
        }
        if (reason != null && !reason.isEmpty()) { // some servers send an empty one with every piece
            if (candidate.reason == null) {
                ended++;
            }
            candidate.reason = reason;
            live = true;
        }
    }

    void usage(long in, long out) {
        usage = new Usage(in, out);
        live = true;
    }

    /** A chunk holds something that shows the model at work. */
    void live() {
        live = true;
    }

    /** Whether anything has come since this was last asked. */
    boolean wasLive() {
        boolean was = live;
        live = false;
        return was;
    }

    /** The text of the first candidate that has come since this was last asked; may be empty. */
    String news() {
        String piece = news;
        news = "";
        return piece;
    }

    /** What is still held back of the first candidate, once nothing more can come. */
    String last() {
        Candidate first = candidates.get(0);
        return first == null ? "" : first.release();
    }

    /** Whether a candidate has come, and every one that has come was ended by the model. */
    boolean isFinished() {
        return ended > 0 && ended == candidates.size();
    }

    /**
     * The whole answer. Candidates that are none, being empty or withheld, are left out if there are others.
     *
     * @throws ModelException if no candidate is an answer: what the first of them is instead
     */
    Completion completion(String spec) {
        List<Message.Assistant> good = new ArrayList<>();
        ModelException problem = null;
        for (Candidate candidate : candidates.values()) {
            candidate.release();
            Optional<ModelException> wrong = candidate.problem(spec);
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

    private static final class Candidate {
        private final StringBuilder text = new StringBuilder();
        private @Nullable String reason;
        private char half; // of a surrogate pair whose other half is in the next piece

        /** Takes a piece; returns it as it can be shown, without half a character at its end. */
        String take(String piece) {
            String whole = half == 0 ? piece : half + piece;
            half = whole.charAt(whole.length() - 1);
            if (Character.isHighSurrogate(half)) {
                whole = whole.substring(0, whole.length() - 1);
            } else {
                half = 0;
            }
            String shown = Json.wellFormed(whole);
            text.append(shown);
            return shown;
        }

        String release() {
            String rest = half == 0 ? "" : "\uFFFD";
            half = 0;
            text.append(rest);
            return rest;
        }

        /** Why this is no answer, if it is none. A reason that nobody knows is taken for a good one. */
        Optional<ModelException> problem(String spec) {
            return switch (String.valueOf(reason).toLowerCase(Locale.ROOT)) {
                case "content_filter", "safety" -> Optional.of(new ModelException.Filtered(spec, ""));
                case "error", "abort", "cancelled", "insufficient_system_resource" ->
                    Optional.of(new ModelException.Unavailable(
                            spec, "the server ended the answer with reason '" + reason + "'", null));
                default ->
                    !text.isEmpty()
                            ? Optional.empty()
                            : Optional.of(
                                    finish() == Finish.LENGTH
                                            ? new ModelException.Truncated(spec)
                                            : new ModelException.EmptyAnswer(spec));
            };
        }

        Message.Assistant message() {
            return new Message.Assistant(text.toString(), finish());
        }

        private Finish finish() {
            return switch (String.valueOf(reason).toLowerCase(Locale.ROOT)) {
                case "length", "max_tokens", "model_length" -> Finish.LENGTH;
                default -> Finish.COMPLETE;
            };
        }
    }
}
