package dev.turbochat.tool;

import dev.turbochat.step.AnyTool;
import dev.turbochat.step.ToolSpec;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Something that a model may have done: a name, a description, a record for its arguments, and a method; immutable.
 *
 * <pre>{@code
 * Tool refund = Tool.of("refund", "Refunds an order", Refund.class, r -> shop.refund(r)).needsApproval();
 * chat.generate(g -> g.tools(refund, lookup));
 * }</pre>
 *
 * <p>What the method returns is told to the model: a text as it is, anything else as JSON. So is the message of what it
 * throws. A call is made at most once, unless the tool is {@link #idempotent}: of one that a crash cut off, the model is told
 * that nobody knows what came of it.
 */
public final class Tool implements AnyTool {
    private static final Duration DEFAULT_TIMEOUT = Duration.ofMinutes(1);

    private final ToolSpec spec;
    private final Reader reader;
    private final boolean idempotent;
    private final Predicate<JsonNode> approval;
    private final Duration timeout;

    /** Takes arguments in. */
    interface Reader {
        /**
         * @throws IllegalArgumentException if they do not fit
         */
        Action read(JsonNode arguments);
    }

    /** A call with its arguments. */
    interface Action {
        @Nullable
        Object run(Run run) throws Exception;
    }

    private Tool(ToolSpec spec, Reader reader, boolean idempotent, Predicate<JsonNode> approval, Duration timeout) {
        this.spec = spec;
        this.reader = reader;
        this.idempotent = idempotent;
        this.approval = approval;
        this.timeout = timeout;
    }

    static Tool of(ToolSpec spec, Reader reader) {
        return new Tool(spec, reader, false, arguments -> false, DEFAULT_TIMEOUT);
    }

    /** What a tool does. */
    @FunctionalInterface
    public interface Body<A> {
        /** Does it; see {@link Tool}. */
        @Nullable
        Object run(A arguments) throws Exception;
    }

    /** What a tool does that tells how far it is, or passes its idempotency key on. */
    @FunctionalInterface
    public interface RunBody<A> {
        /** Does it; see {@link Tool}. */
        @Nullable
        Object run(A arguments, Run run) throws Exception;
    }

    /**
     * A tool.
     *
     * @param name what the model calls it by: letters, digits, underscores and hyphens, at most 64
     * @param description what it does, and when it is to be used
     * @param type a record of its arguments; {@code @JsonPropertyDescription} on a component tells the model more of it, an
     *     {@code Optional} or {@code @Nullable} one may be left out
     * @throws IllegalArgumentException if the name is no such name, or no schema can be made of the type
     */
    public static <A> Tool of(String name, String description, Class<A> type, Body<A> body) {
        return withRun(name, description, type, (arguments, run) -> body.run(arguments));
    }

    /** {@link #of} for a method that tells how far it is, or passes its idempotency key on. */
    public static <A> Tool withRun(String name, String description, Class<A> type, RunBody<A> body) {
        Arguments<A> arguments = Arguments.of(type);
        ToolSpec spec = new ToolSpec(name, description, arguments.schema());
        return of(spec, json -> {
            A given = arguments.read(json);
            return run -> body.run(given, run);
        });
    }

    /**
     * The tools that an object's methods are which are annotated with {@link ToolMethod}, in the order of their names.
     *
     * @throws IllegalArgumentException if there is none, two have one name, or the class was compiled without the names of
     *     parameters
     */
    public static List<Tool> from(Object object) {
        return Methods.tools(object);
    }

    /** A copy whose call is made again if a crash cut it off. */
    public Tool idempotent() {
        return new Tool(spec, reader, true, approval, timeout);
    }

    /** A copy that the user is asked about before each call: the question shows the tool and its arguments. */
    public Tool needsApproval() {
        return needsApprovalIf(arguments -> true);
    }

    /** A copy that the user is asked about before those calls. */
    public Tool needsApprovalIf(Predicate<JsonNode> condition) {
        return new Tool(spec, reader, idempotent, condition, timeout);
    }

    /**
     * A copy whose call may take so long; a minute by default.
     *
     * @throws IllegalArgumentException if that is no time
     */
    public Tool timeout(Duration time) {
        if (!time.isPositive()) {
            throw new IllegalArgumentException(
                    "Tool '" + spec.name() + "' was given " + time + " to answer; give it more than zero.");
        }
        return new Tool(spec, reader, idempotent, approval, time);
    }

    @Override
    public ToolSpec spec() {
        return spec;
    }

    @Override
    public boolean isIdempotent() {
        return idempotent;
    }

    @Override
    public Duration timeout() {
        return timeout;
    }

    @Override
    public Ready prepare(JsonNode arguments) {
        Action action = reader.read(arguments);
        boolean asks = approval.test(arguments);
        return new Ready() {
            @Override
            public boolean needsApproval() {
                return asks;
            }

            @Override
            public @Nullable Object run(Run run) throws Exception {
                return action.run(run);
            }
        };
    }

    @Override
    public String toString() {
        return "Tool[" + spec.name() + "]";
    }
}
