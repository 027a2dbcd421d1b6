package dev.turbochat.model;

import dev.turbochat.step.ToolCall;

/** Passes everything on and knows whether an answer has begun: from then on nobody else may be asked. One call's. */
final class Begun extends ForwardingListener {
    private final Time time;
    private boolean begun;
    private long at;

    Begun(Model.Listener listener, Time time) {
        super(listener);
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
        super.text(piece);
    }

    @Override
    public void reasoning(String piece) {
        begin();
        super.reasoning(piece);
    }

    @Override
    public void call(ToolCall call) {
        begin();
        super.call(call);
    }
}
