package dev.turbochat.model.eliza;

import dev.turbochat.model.Completion;
import dev.turbochat.model.Model;
import dev.turbochat.model.Prompt;
import dev.turbochat.step.Message;
import dev.turbochat.step.Setting;
import dev.turbochat.step.Usage;
import java.time.Duration;
import java.util.Collections;
import java.util.function.Supplier;

/**
 * Answers as the therapist of 1966 does.
 *
 * <p>Thread-safe and without a state: each call lets a new {@link Therapist} hear the user's messages from the first on,
 * so that equal prompts have equal answers, whoever asks and however often.
 */
final class ElizaModel implements Model {
    private final Supplier<Script> script;
    private final Duration pause;

    /**
     * A model that speaks by a script.
     *
     * @param script gives always the same
     * @param pause between two words, for a listener; may be zero
     */
    ElizaModel(Supplier<Script> script, Duration pause) {
        this.script = script;
        this.pause = pause;
    }

    @Override
    public Completion complete(Prompt prompt, Listener listener) throws InterruptedException {
        Therapist therapist = new Therapist(script.get());
        String answer = "";
        for (Message message : prompt.messages()) {
            stopIfInterrupted();
            if (message instanceof Message.User user) {
                answer = therapist.answer(user);
            }
        }
        if (answer.isEmpty()) {
            answer = therapist.greeting();
        }
        int candidates = prompt.settings().get(Setting.N).orElse(1);
        if (candidates == 1) {
            tell(answer, listener);
        }
        return new Completion(Collections.nCopies(candidates, new Message.Assistant(answer)), Usage.NONE, name());
    }

    @Override
    public String name() {
        return ElizaProvider.SPEC;
    }

    private void tell(String answer, Listener listener) throws InterruptedException {
        for (int from = 0; from < answer.length(); ) {
            stopIfInterrupted();
            if (from > 0 && !listener.equals(Listener.NONE)) {
                Thread.sleep(pause);
            }
            int space = answer.indexOf(' ', from);
            int to = space < 0 ? answer.length() : space + 1;
            listener.text(answer.substring(from, to));
            from = to;
        }
    }

    private static void stopIfInterrupted() throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException("ELIZA was interrupted.");
        }
    }
}
