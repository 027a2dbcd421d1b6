package dev.turbochat.model;

import dev.turbochat.error.ModelException;
import dev.turbochat.error.TurboException;
import dev.turbochat.step.Message;
import dev.turbochat.step.Usage;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
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
 * <p>Who asks what another is just asking waits for that answer, and has it in one piece, for nothing. If none comes of it, as
 * the other one failed or was interrupted, the next asks the model; who has waited for two such asks on its own. Nobody
 * waits for longer than its total time.
 *
 * <p>Thread-safe, as the cache is.
 */
public final class CachedModel extends ForwardingModel {
    private static final Logger LOG = LoggerFactory.getLogger(CachedModel.class);

    /** After so many that came to nothing nobody is waited for: one after another, many would wait for very long. */
    private static final int MOST_WAITS = 2;

    private final ResponseCache cache;
    private final ConcurrentMap<String, CompletableFuture<Optional<Completion>>> underWay = new ConcurrentHashMap<>();

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
        Deadline deadline = Deadline.of(prompt, Time.SYSTEM);
        for (int waits = 0; waits < MOST_WAITS; waits++) {
            CompletableFuture<Optional<Completion>> mine = new CompletableFuture<>();
            CompletableFuture<Optional<Completion>> others = underWay.putIfAbsent(key, mine);
            if (others == null) {
                return ask(key, deadline, prompt, listener, mine);
            }
            Optional<Completion> answer = await(others, deadline);
            if (answer.isPresent()) {
                return tell(answer.get(), listener);
            }
        }
        return ask(key, deadline, prompt, listener);
    }

    /** Asks for all who wait for this, too, and lets them know what came of it. */
    private Completion ask(
            String key,
            Deadline deadline,
            Prompt prompt,
            Listener listener,
            CompletableFuture<Optional<Completion>> waitedFor)
            throws InterruptedException {
        Optional<Completion> answer = Optional.empty();
        try {
            Completion completion = ask(key, deadline, prompt, listener);
            answer = Optional.of(completion).filter(CachedModel::isComplete);
            return completion;
        } finally {
            underWay.remove(key, waitedFor);
            waitedFor.complete(answer);
        }
    }

    private Completion ask(String key, Deadline deadline, Prompt prompt, Listener listener)
            throws InterruptedException {
        Optional<Completion> kept = get(key);
        if (kept.isPresent()) {
            return tell(kept.get(), listener);
        }
        Completion completion = super.complete(deadline.on(prompt, name()), listener);
        if (isComplete(completion)) {
            put(key, completion);
        }
        return completion;
    }

    /** What another one's call came to; nothing, if there is no answer for others. */
    private Optional<Completion> await(CompletableFuture<Optional<Completion>> others, Deadline deadline)
            throws InterruptedException {
        try {
            return others.get(TimeUnit.NANOSECONDS.convert(deadline.left()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new ModelException.TimedOut(name(), "the whole answer", deadline.limit());
        } catch (ExecutionException e) {
            throw new IllegalStateException("Nobody completes it so.", e);
        }
    }

    private static Completion tell(Completion answer, Listener listener) {
        Completion free = new Completion(answer.candidates(), Usage.NONE, answer.model());
        Whole.tell(free, listener);
        return free;
    }

    private static boolean isComplete(Completion completion) {
        return completion.candidates().stream().allMatch(CachedModel::isComplete);
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
