package dev.turbochat.model;

import dev.turbochat.step.Message;
import dev.turbochat.step.Part;

/** Tells a listener an answer that is there already, as if it came now. */
final class Whole {
    private Whole() {}

    /** With several candidates a listener is told nothing, now as then. */
    static void tell(Completion completion, Model.Listener listener) {
        if (completion.candidates().size() > 1) {
            return;
        }
        Message.Assistant answer = completion.candidates().getFirst();
        for (Part part : answer.parts()) {
            if (part instanceof Part.Reasoning thought && !thought.text().isEmpty()) {
                listener.reasoning(thought.text());
            }
        }
        if (!answer.text().isEmpty()) {
            listener.text(answer.text());
        }
        answer.calls().forEach(listener::call);
    }
}
