package dev.turbochat.model;

import dev.turbochat.step.ToolCall;
import java.time.Duration;

/** A listener that passes everything on to another: the base of those that look at what passes. Used by one call. */
public abstract class ForwardingListener implements Model.Listener {
    private final Model.Listener listener;

    /**
     * @param listener is told everything
     */
    protected ForwardingListener(Model.Listener listener) {
        this.listener = listener;
    }

    @Override
    public void text(String piece) {
        listener.text(piece);
    }

    @Override
    public void reasoning(String piece) {
        listener.reasoning(piece);
    }

    @Override
    public void call(ToolCall call) {
        listener.call(call);
    }

    @Override
    public void retrying(int attempt, Duration wait, String why) {
        listener.retrying(attempt, wait, why);
    }
}
