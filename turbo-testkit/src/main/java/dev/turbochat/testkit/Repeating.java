package dev.turbochat.testkit;

import dev.turbochat.error.ModelException;
import dev.turbochat.model.Completion;
import dev.turbochat.model.Model;
import dev.turbochat.model.Prompt;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A model that answers as before when a call is repeated because its answer was lost. Used by one thread at a time. */
final class Repeating implements Model {
    private final Model model;
    private final List<Answer> answers = new ArrayList<>();
    private int next;

    /** What came of a call: one of the two. */
    private record Answer(
            List<String> pieces,
            @Nullable Completion completion,
            @Nullable ModelException failure) {}

    Repeating(Model model) {
        this.model = model;
    }

    /** Goes on behind this many answers. */
    void rewind(int stored) {
        next = Math.min(stored, answers.size());
    }

    @Override
    public Completion complete(Prompt prompt, Listener listener) throws InterruptedException {
        if (next == answers.size()) {
            answers.add(call(prompt, listener));
        } else {
            answers.get(next).pieces().forEach(listener::text);
        }
        Answer answer = answers.get(next++);
        if (answer.failure() != null) {
            throw answer.failure();
        }
        if (answer.completion() == null) {
            throw new IllegalStateException("A call comes to an answer or a failure.");
        }
        return answer.completion();
    }

    private Answer call(Prompt prompt, Listener listener) throws InterruptedException {
        List<String> pieces = new ArrayList<>();
        try {
            Completion completion = model.complete(prompt, piece -> {
                pieces.add(piece);
                listener.text(piece);
            });
            return new Answer(pieces, completion, null);
        } catch (ModelException e) {
            return new Answer(pieces, null, e);
        }
    }

    @Override
    public String name() {
        return model.name();
    }
}
