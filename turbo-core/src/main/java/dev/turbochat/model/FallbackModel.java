package dev.turbochat.model;

import dev.turbochat.error.ModelException;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;

/** Asks the next model when one fails before its first token; after it, the failure stands. */
final class FallbackModel implements Model {
    private final List<Model> models;

    FallbackModel(List<Model> models) {
        this.models = List.copyOf(models);
    }

    @Override
    public Completion complete(Prompt prompt, Listener listener) throws InterruptedException {
        for (int i = 0; ; i++) {
            AtomicBoolean begun = new AtomicBoolean();
            try {
                return models.get(i).complete(prompt, piece -> {
                    begun.setPlain(true);
                    listener.text(piece);
                });
            } catch (ModelException e) {
                if (begun.getPlain() || i == models.size() - 1) {
                    throw e;
                }
            }
        }
    }

    @Override
    public String name() {
        return models.stream().map(Model::name).collect(Collectors.joining(","));
    }
}
