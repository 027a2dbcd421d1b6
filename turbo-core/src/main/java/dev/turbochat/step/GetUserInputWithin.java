package dev.turbochat.step;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * Asks the user and waits for the answer, but not for ever; what passes while the process is down counts.
 *
 * @param prompt what the user is asked; may be empty, where it is simply the user's turn
 * @param time how long to wait, counted from when it is first asked; zero or less asks and does not wait
 */
public record GetUserInputWithin(String prompt, Duration time) implements Step<Optional<Input>> {
    /**
     * @throws NullPointerException if there is no prompt, or no time
     */
    public GetUserInputWithin {
        Objects.requireNonNull(prompt, "A GetUserInputWithin was made without its prompt; give it one.");
        Objects.requireNonNull(time, "A GetUserInputWithin was made without its time; say how long it waits.");
    }
}
