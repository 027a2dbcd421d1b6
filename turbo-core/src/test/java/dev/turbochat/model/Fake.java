package dev.turbochat.model;

import dev.turbochat.error.ModelException;
import dev.turbochat.step.Message;
import dev.turbochat.step.Setting;
import dev.turbochat.step.Settings;
import dev.turbochat.step.Usage;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A model that does what it is told, call by call, and the last of it for ever after. */
final class Fake implements Model {
    private final String name;
    private final Deque<Model> acts = new ArrayDeque<>();
    private final List<Prompt> prompts = Collections.synchronizedList(new ArrayList<>());

    Fake(String name) {
        this.name = name;
    }

    Fake(String name, Model always) {
        this(name);
        acts.add(always);
    }

    static Fake named(String name) {
        return new Fake(name);
    }

    Fake says(String... pieces) {
        return then((prompt, listener) -> {
            for (String piece : pieces) {
                listener.text(piece);
            }
            return new Completion(List.of(new Message.Assistant(String.join("", pieces))), new Usage(10, 5), name);
        });
    }

    Fake fails(ModelException failure) {
        return then((prompt, listener) -> {
            throw failure;
        });
    }

    Fake failsAfter(String piece, ModelException failure) {
        return then((prompt, listener) -> {
            listener.text(piece);
            throw failure;
        });
    }

    Fake down() {
        return fails(new ModelException.Unavailable(name, "the server answered with status 503", null));
    }

    Fake limited(@Nullable Duration retryAfter) {
        return fails(new ModelException.RateLimited(name, retryAfter, ""));
    }

    Fake refusesKey() {
        return fails(new ModelException.AuthenticationFailed(name, "", "set the key"));
    }

    synchronized Fake then(Model act) {
        acts.add(act);
        return this;
    }

    private synchronized Model next() {
        return acts.size() > 1 ? acts.removeFirst() : acts.getFirst();
    }

    @Override
    public Completion complete(Prompt prompt, Listener listener) throws InterruptedException {
        prompts.add(prompt);
        return next().complete(prompt, listener);
    }

    @Override
    public String name() {
        return name;
    }

    int calls() {
        return prompts.size();
    }

    Prompt prompt(int index) {
        return prompts.get(index);
    }

    Optional<Duration> timeout(int index) {
        return prompt(index).settings().get(Setting.TOTAL_TIMEOUT);
    }

    static Prompt prompt() {
        return prompt(settings -> settings);
    }

    static Prompt prompt(UnaryOperator<Settings> settings) {
        return new Prompt(List.of(new Message.User("Hello?")), settings.apply(Settings.none()));
    }

    static String ask(Model model) throws InterruptedException {
        return ask(model, prompt());
    }

    static String ask(Model model, Prompt prompt) throws InterruptedException {
        return model.complete(prompt, Listener.NONE).candidates().getFirst().text();
    }

    /** What a listener is told, one line each. */
    static final class Ear implements Listener {
        final List<String> heard = Collections.synchronizedList(new ArrayList<>());

        @Override
        public void text(String piece) {
            heard.add(piece);
        }

        @Override
        public void retrying(int attempt, Duration wait, String why) {
            heard.add("retry " + attempt + " in " + wait.toMillis() + " ms: " + why);
        }
    }
}
