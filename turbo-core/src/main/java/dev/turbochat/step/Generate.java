package dev.turbochat.step;

import java.util.List;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Has the model answer the messages so far; the answer is added to them, shown to the user and returned.
 *
 * @param settings this step's own, over the runner's
 * @param shown whether the user sees the answer
 * @param selector picks one of several candidates by its index; null takes the first
 * @param window how much of the conversation the model is sent; null takes the runner's
 */
public record Generate(
        Settings settings,
        boolean shown,
        @Nullable ToIntFunction<List<Message.Assistant>> selector,
        @Nullable Window window)
        implements Step<Message.Assistant>, Tunable<Generate> {
    private static final Generate DEFAULT = new Generate(Settings.none(), true, null, null);

    /** Nothing set: the runner's settings, shown to the user. */
    public static Generate withDefaults() {
        return DEFAULT;
    }

    @Override
    public Generate settings(Settings newSettings) {
        return new Generate(newSettings, shown, selector, window);
    }

    /** A copy whose answer the user does not see; it is in the messages all the same. */
    public Generate silent() {
        return new Generate(settings, false, selector, window);
    }

    /**
     * A copy that generates several candidates and keeps one.
     *
     * @param n how many, 1 to 128
     * @param newSelector is given all of them and returns the index of the one to keep
     */
    public Generate candidates(int n, ToIntFunction<List<Message.Assistant>> newSelector) {
        return new Generate(settings.with(Setting.N, n), shown, newSelector, window);
    }

    /** A copy that sends the model this much of the conversation. */
    public Generate window(Window newWindow) {
        return new Generate(settings, shown, selector, newWindow);
    }
}
