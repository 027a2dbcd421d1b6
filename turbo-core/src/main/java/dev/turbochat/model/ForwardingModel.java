package dev.turbochat.model;

import java.util.List;

/** A model that passes everything on to another: the base of those that change one thing about it. Thread-safe. */
public abstract class ForwardingModel implements Model {
    private final Model model;

    /**
     * @param model is passed everything
     */
    protected ForwardingModel(Model model) {
        this.model = model;
    }

    @Override
    public Completion complete(Prompt prompt, Listener listener) throws InterruptedException {
        return model.complete(prompt, listener);
    }

    @Override
    public String name() {
        return model.name();
    }

    @Override
    public List<Health> health() {
        return model.health();
    }
}
