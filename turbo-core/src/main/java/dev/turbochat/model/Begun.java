package dev.turbochat.model;

import dev.turbochat.step.ToolCall;
import java.time.Duration;

/** Passes everything on and knows whether an answer has begun: from then on nobody else may be asked. One call's. */
final class Begun implements Model.Listener {
    private final Model.Listener listener;
    private final Time time;
    private boolean begun;
    private long at;

    Begun(Model.Listener listener, Time time) {
        this.listener = listener;
        this.time = time;
    }

    private void begin() {
        if (!begun) {
            begun = true;
            at = time.nanos();
        }
    }

    /** Whether the listener has been told anything of the answer. */
    boolean hasBegun() {
        return begun;
    }

    /** When the answer began; now, if it came in one piece. */
    long at() {
        return begun ? at : time.nanos();
    }

    @Override
    public void text(String piece) {
        begin();
        listener.text(piece);
    }

    @Override
    public void reasoning(String piece) {
        begin();
        listener.reasoning(piece);
    }

    @Override
    public void call(ToolCall call) {
        begin();
        listener.call(call);
    }

    @Override
    public void retrying(int attempt, Duration wait, String why) {
        listener.retrying(attempt, wait, why);
    }
}
