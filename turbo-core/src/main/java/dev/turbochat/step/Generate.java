package dev.turbochat.step;

import java.util.List;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Has the model answer the messages so far; the answer is added to them, shown to the user and returned.
 *
 * @param settings this step's own, over the runner's
 * @param shown whether the user sees the answer
 * @param selector picks one of several candidates by its index; null takes the first
 * @param window how much of the conversation the model is sent; null takes the runner's
 * @param tools what the model may have called; their results are added to the messages, and it goes on
 * @param rounds how often it may have tools called before it has to answer, at least 1
 */
public record Generate(
        Settings settings,
        boolean shown,
        @Nullable ToIntFunction<List<Message.Assistant>> selector,
        List<AnyTool> tools,
        int rounds,
        @Nullable Window window)
        implements Step<Message.Assistant>, Tunable<Generate> {
    /** How often a model may have tools called for one answer, if nothing else is said. */
    public static final int ROUNDS = 10;

    private static final Generate DEFAULT = new Generate(Settings.none(), true, null, List.of(), ROUNDS, null);

    /**
     * @throws IllegalArgumentException if two tools have one name, or no round is left for them
     */
    public Generate {
        tools = List.copyOf(tools);
        List<String> names = tools.stream().map(tool -> tool.spec().name()).toList();
        names.stream()
                .filter(name -> names.indexOf(name) != names.lastIndexOf(name))
                .findFirst()
                .ifPresent(name -> {
                    throw new IllegalArgumentException("Two tools have the name '" + name + "'; give one another.");
                });
        if (rounds < 1) {
            throw new IllegalArgumentException(
                    "A model was to have tools called in " + rounds + " rounds; allow at least one.");
        }
    }

    /** Nothing set: the runner's settings, shown to the user. */
    public static Generate withDefaults() {
        return DEFAULT;
    }

    @Override
    public Generate settings(Settings newSettings) {
        return new Generate(newSettings, shown, selector, tools, rounds, window);
    }

    /** A copy whose answer the user does not see; it is in the messages all the same. */
    public Generate silent() {
        return new Generate(settings, false, selector, tools, rounds, window);
    }

    /** A copy whose answer the user sees, as is the default of answers in plain text. */
    public Generate aloud() {
        return new Generate(settings, true, selector, tools, rounds, window);
    }

    /**
     * A copy that generates several candidates and keeps one.
     *
     * @param n how many, 1 to 128
     * @param newSelector is given all of them and returns the index of the one to keep
     */
    public Generate candidates(int n, ToIntFunction<List<Message.Assistant>> newSelector) {
        return new Generate(settings.with(Setting.N, n), shown, newSelector, tools, rounds, window);
    }

    /** A copy that sends the model this much of the conversation. */
    public Generate window(Window newWindow) {
        return new Generate(settings, shown, selector, tools, rounds, newWindow);
    }

    /**
     * A copy that lets the model have these tools called besides those it has.
     *
     * @throws IllegalArgumentException if two tools have one name
     */
    public Generate tools(AnyTool... more) {
        return tools(List.of(more));
    }

    /** {@link #tools(AnyTool...)} of a list, such as that of an object's methods. */
    public Generate tools(List<? extends AnyTool> more) {
        List<AnyTool> all = Stream.concat(tools.stream(), more.stream())
                .map(AnyTool.class::cast)
                .toList();
        return new Generate(settings, shown, selector, all, rounds, window);
    }

    /** A copy in which the model may have tools called so often before it has to answer; 10 times by default. */
    public Generate rounds(int most) {
        return new Generate(settings, shown, selector, tools, most, window);
    }

    /** Without the tools where there are none. */
    @Override
    public String toString() {
        List<String> names = tools.stream().map(tool -> tool.spec().name()).toList();
        return "Generate[settings=" + settings + ", shown=" + shown + ", selector=" + selector
                + (tools.isEmpty() ? "]" : ", tools=" + names + ", rounds=" + rounds + "]");
    }
}
