package dev.turbochat.model;

import dev.turbochat.error.TurboException;
import dev.turbochat.step.Message;
import dev.turbochat.step.Usage;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;

/**
 * Answers from a cache what a model was asked before in exactly the same way.
 *
 * <pre>{@code
 * Model model = CachedModel.of(inner, ResponseCache.heap(1_000, Duration.ofHours(1)));
 * }</pre>
 *
 * <p>The same means: the same model, messages, tools, schema and settings; only how long to wait, and the session, do not
 * matter. A user that is set does: who is not to see another's answers sets {@link dev.turbochat.step.Setting#USER}. An
 * answer out of the cache is told to the listener in one piece and is an answer like any other; it has no usage, as it
 * cost nothing. Only complete answers are kept: none that failed, was stopped, or was cut off at its limit.
 *
 * <p>Thread-safe, as the cache is. Two who ask the same at the same time both ask the model.
 */
public final class CachedModel extends ForwardingModel {
    private static final Logger LOG = LoggerFactory.getLogger(CachedModel.class);

    private final ResponseCache cache;

    private CachedModel(Model model, ResponseCache cache) {
        super(model);
        this.cache = cache;
    }

    /** The model with a cache before it. */
    public static CachedModel of(Model model, ResponseCache cache) {
        return new CachedModel(model, cache);
    }

    @Override
    public Completion complete(Prompt prompt, Listener listener) throws InterruptedException {
        String key;
        try {
            key = Canonical.hash(name(), prompt);
        } catch (JacksonException e) { // the model will say what it thinks of that
            return super.complete(prompt, listener);
        }
        Optional<Completion> kept = get(key);
        if (kept.isPresent()) {
            Completion free = new Completion(
                    kept.get().candidates(), Usage.NONE, kept.get().model());
            Whole.tell(free, listener);
            return free;
        }
        Completion completion = super.complete(prompt, listener);
        if (completion.candidates().stream().allMatch(CachedModel::isComplete)) {
            put(key, completion);
        }
        return completion;
    }

    private static boolean isComplete(Message.Assistant answer) {
        return switch (answer.finish()) {
            case COMPLETE, TOOL_CALLS -> true;
            case LENGTH, STOPPED -> false;
        };
    }

    private Optional<Completion> get(String key) throws InterruptedException {
        try {
            return cache.get(key);
        } catch (TurboException e) {
            LOG.warn("The cache of model '{}' is not read: {}", name(), e.getMessage());
            return Optional.empty();
        }
    }

    private void put(String key, Completion completion) throws InterruptedException {
        try {
            cache.put(key, completion);
        } catch (TurboException e) {
            LOG.warn("The cache of model '{}' keeps nothing: {}", name(), e.getMessage());
        }
    }
}
