package dev.turbochat;

import dev.turbochat.step.Message;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link Session} comes back with: the program asks for input, or has ended.
 *
 * @param <R> what the program returns
 */
public sealed interface Turn<R extends @Nullable Object> {
    /** What was said since the turn before, in order. */
    List<Message> said();

    /** What was shown since the turn before besides, in order. */
    List<String> notices();

    /** The program waits for input. */
    record AwaitingInput<R extends @Nullable Object>(List<Message> said, List<String> notices, Question question)
            implements Turn<R> {
        public AwaitingInput {
            said = List.copyOf(said);
            notices = List.copyOf(notices);
        }

        /** What it asks. */
        public String prompt() {
            return question.prompt();
        }
    }

    /**
     * The program has returned.
     *
     * @param result what it returned
     */
    record Finished<R extends @Nullable Object>(List<Message> said, List<String> notices, R result) implements Turn<R> {
        public Finished {
            said = List.copyOf(said);
            notices = List.copyOf(notices);
        }
    }
}
