package dev.turbochat.model;

import dev.turbochat.step.Message;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Has what goes to a model and what comes from it checked, or changed.
 *
 * <pre>{@code
 * Model model = GuardedModel.of(inner, Guard.in(prompt -> withoutCardNumbers(prompt)));
 * }</pre>
 *
 * <p>Guards see the prompt in their order and the answer in the opposite one, as layers do. One that refuses throws:
 * {@link dev.turbochat.error.ModelException.Filtered} is meant for that. Where a guard looks at answers, nobody is told
 * anything of an answer before all have passed it: it then comes in one piece.
 *
 * <p>Thread-safe, if the guards are.
 */
public final class GuardedModel extends ForwardingModel {
    private final Guard guard;

    private GuardedModel(Model model, Guard guard) {
        super(model);
        this.guard = guard;
    }

    /** Looks at what goes in and out. Called on the thread that asks; must be thread-safe. */
    public interface Guard {
        /** What goes to the model in place of this prompt; itself by default. */
        default Prompt in(Prompt prompt) {
            return prompt;
        }

        /** What is taken for the model's answer in place of this one, candidate by candidate; itself by default. */
        default Message.Assistant out(Prompt prompt, Message.Assistant answer) {
            return answer;
        }

        /** Whether {@link #out} looks at answers, so that they are held back for it, true by default; if not, it is not asked. */
        default boolean holdsBack() {
            return true;
        }

        /** One that only looks at prompts: answers stream through. */
        static Guard in(UnaryOperator<Prompt> check) {
            return new Guard() {
                @Override
                public Prompt in(Prompt prompt) {
                    return check.apply(prompt);
                }

                @Override
                public boolean holdsBack() {
                    return false;
                }
            };
        }

        /** One that only looks at answers. */
        static Guard out(UnaryOperator<Message.Assistant> check) {
            return new Guard() {
                @Override
                public Message.Assistant out(Prompt prompt, Message.Assistant answer) {
                    return check.apply(answer);
                }
            };
        }
    }

    /** The model behind these guards, the outermost first. */
    public static Model of(Model model, Guard... guards) {
        Model guarded = model;
        for (Guard guard : List.of(guards).reversed()) {
            guarded = new GuardedModel(guarded, guard);
        }
        return guarded;
    }

    @Override
    public Completion complete(Prompt prompt, Listener listener) throws InterruptedException {
        Prompt sent = guard.in(prompt);
        if (!guard.holdsBack()) {
            return super.complete(sent, listener);
        }
        Completion raw = super.complete(sent, new Held(listener));
        List<Message.Assistant> passed =
                raw.candidates().stream().map(answer -> guard.out(sent, answer)).toList();
        Completion completion = new Completion(passed, raw.usage(), raw.model());
        Whole.tell(completion, listener);
        return completion;
    }

    /** Keeps an answer back; what is no part of it passes. */
    private record Held(Listener listener) implements Listener {
        @Override
        public void text(String piece) {}

        @Override
        public void retrying(int attempt, Duration wait, String why) {
            listener.retrying(attempt, wait, why);
        }
    }
}
