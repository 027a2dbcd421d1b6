package dev.turbochat.testkit;

import dev.turbochat.error.ModelException;
import dev.turbochat.model.Completion;
import dev.turbochat.model.Model;
import dev.turbochat.model.Prompt;
import dev.turbochat.step.Message;
import dev.turbochat.step.Part;
import dev.turbochat.step.Setting;
import dev.turbochat.step.Usage;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.function.Function;

/**
 * A model that says what it is told to, and remembers what it was asked.
 *
 * <p>Answers stream word by word. Thread-safe: answers go to calls in the order in which the calls come.
 */
public final class ScriptedModel implements Model {
    private static final String NAME = "scripted";

    private final Deque<Function<Prompt, List<Message.Assistant>>> answers = new ArrayDeque<>();
    private final List<Prompt> prompts = Collections.synchronizedList(new ArrayList<>());

    private ScriptedModel() {}

    /** A model that gives these answers, one a call, and fails the test at a call too many. */
    public static ScriptedModel replies(String... texts) {
        ScriptedModel model = new ScriptedModel();
        for (String text : texts) {
            model.reply(text);
        }
        return model;
    }

    /** Adds an answer. */
    public ScriptedModel reply(String text) {
        return answer(prompt -> List.of(new Message.Assistant(text)));
    }

    /** Adds the candidates of one answer. */
    public ScriptedModel candidates(String... texts) {
        return answer(prompt ->
                List.of(texts).stream().map(text -> new Message.Assistant(text)).toList());
    }

    /** Adds an answer that is made from the prompt. */
    public ScriptedModel reply(Function<Prompt, String> answer) {
        return answer(prompt -> List.of(new Message.Assistant(answer.apply(prompt))));
    }

    /** Adds an answer with all that belongs to it: tool calls, thoughts, how it ended. */
    public ScriptedModel reply(Message.Assistant message) {
        return answer(prompt -> List.of(message));
    }

    /** Adds a failure. */
    public ScriptedModel fail(ModelException failure) {
        return answer(prompt -> {
            throw failure;
        });
    }

    private synchronized ScriptedModel answer(Function<Prompt, List<Message.Assistant>> answer) {
        answers.add(answer);
        return this;
    }

    private synchronized Function<Prompt, List<Message.Assistant>> next() {
        Function<Prompt, List<Message.Assistant>> answer = answers.poll();
        if (answer == null) {
            throw new AssertionError("The model was called for the " + prompts.size()
                    + ". time, and the script has no answer left; add one, or see why it is called:\n  "
                    + prompts.getLast().messages());
        }
        return answer;
    }

    @Override
    public Completion complete(Prompt prompt, Listener listener) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        prompts.add(prompt.settings(prompt.settings().without(Setting.SESSION))); // a test's session has any name
        List<Message.Assistant> candidates = next().apply(prompt);
        if (prompt.settings().get(Setting.N).orElse(1) == 1) {
            for (Part part : candidates.getFirst().parts()) {
                if (part instanceof Part.Reasoning(String thought, String ignored) && !thought.isEmpty()) {
                    listener.reasoning(thought);
                }
            }
            for (String word : candidates.getFirst().text().split("(?<= )", -1)) {
                if (!word.isEmpty()) {
                    listener.text(word);
                }
            }
            candidates.getFirst().calls().forEach(listener::call);
        }
        return new Completion(candidates, Usage.NONE, NAME);
    }

    @Override
    public String name() {
        return NAME;
    }

    /** What it was asked, in order. */
    public List<Prompt> prompts() {
        synchronized (prompts) {
            return List.copyOf(prompts);
        }
    }

    /** The last thing it was asked. */
    public Prompt lastPrompt() {
        return prompts.getLast();
    }
}
