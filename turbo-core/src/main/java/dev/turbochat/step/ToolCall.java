package dev.turbochat.step;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A model's wish that a tool be called.
 *
 * @param id what the result names it by; as the vendor gave it, or made up where it gives none
 * @param name the tool's name as the model wrote it: there may be no such tool
 * @param arguments the JSON text as the model wrote it; empty for none, and not JSON at all where the model blundered
 * @param signature what the vendor wants back with the call, of use to nobody else; null where it wants nothing
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ToolCall(
        String id, String name, String arguments, @Nullable String signature) {
    /**
     * @throws NullPointerException if it lacks its id, name or arguments
     */
    public ToolCall {
        Objects.requireNonNull(id, "A tool call was made without its id; give it one.");
        Objects.requireNonNull(name, "A tool call was made without the tool's name; give it one.");
        Objects.requireNonNull(arguments, "A tool call was made without arguments; give it an empty text for none.");
    }

    /** A call that the vendor wants nothing back with. */
    public ToolCall(String id, String name, String arguments) {
        this(id, name, arguments, null);
    }

    @Override
    public String toString() {
        return "ToolCall[" + id + ", " + name + ", " + arguments + "]";
    }
}
