package dev.turbochat.model.http;

import dev.turbochat.step.ToolCall;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A tool call as it grows: its arguments may come in any number of pieces. Not thread-safe. */
public final class CallDraft {
    private final StringBuilder arguments = new StringBuilder();
    private String id = "";
    private String name = "";
    private @Nullable String signature;
    boolean told;

    CallDraft() {}

    /** Gives it its id; an empty one leaves it as it is. */
    public CallDraft id(String newId) {
        id = newId.isEmpty() ? id : newId;
        return this;
    }

    /** The id as the server gave it; empty if it has given none. */
    public String id() {
        return id;
    }

    /** Gives it the tool's name; an empty one leaves it as it is. */
    public CallDraft name(String newName) {
        name = newName.isEmpty() ? name : newName;
        return this;
    }

    String name() {
        return name;
    }

    /** Adds to the JSON text of its arguments. */
    public CallDraft arguments(String piece) {
        arguments.append(piece);
        return this;
    }

    /** Whether it has its tool's name. */
    public boolean isNamed() {
        return !name.isEmpty();
    }

    /** Gives it what the vendor wants back with it. */
    public CallDraft signature(String newSignature) {
        signature = newSignature;
        return this;
    }

    boolean isNothing() {
        return id.isEmpty() && name.isEmpty() && arguments.isEmpty();
    }

    boolean isWhole() {
        return Json.isObject(arguments.toString());
    }

    /** The call; where the vendor gave no id, one is made up. */
    ToolCall call() {
        if (id.isEmpty()) {
            id = "call-" + UUID.randomUUID().toString().substring(0, 13).replace("-", "");
        }
        return new ToolCall(id, name, Json.wellFormed(arguments.toString()), signature);
    }
}
