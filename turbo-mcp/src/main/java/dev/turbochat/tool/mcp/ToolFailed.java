package dev.turbochat.tool.mcp;

/** A call came to nothing; the model is told the message. */
final class ToolFailed extends Exception {
    private static final long serialVersionUID = 1;

    ToolFailed(String message) {
        super(message);
    }
}
